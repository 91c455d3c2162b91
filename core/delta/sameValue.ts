import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json.ts';
import { type ElementPair, matchElements } from './matchElements.ts';
import { ownValue } from './ownValue.ts';
import { type BlockShape, memberShape, plainField, type Shape } from './shape.ts';

const unknownBlock: BlockShape = { members: new Map() };

/** The objects of a list; anything else in it is not data that could be matched. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Whether a member makes no difference: absent, `purge: false` (which asks for nothing), an empty list of elements. */
export function saysNothing(name: string, value: JsonValue | undefined, shape: Shape): boolean {
  if (value === undefined || (name === 'purge' && value === false)) return true;
  return shape.kind === 'elements' && Array.isArray(value) && value.length === 0;
}

/**
 * Whether two values say the same: up to the order of lists that the schema knows, `purge: false`, and empty lists of
 * identified elements. An absent value is `undefined`. Built to be fast where two children are alike.
 */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined, shape: Shape): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return saysNothing('', a, shape) && saysNothing('', b, shape);
  }
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b, shape);
  return !Array.isArray(b) && sameBlock(a, b, 'block' in shape ? shape.block : unknownBlock);
}

/** Whether two objects say the same; see sameValue. */
export function sameBlock(a: JsonObject, b: JsonObject, block: BlockShape): boolean {
  for (const name in a) {
    const [left, right] = [a[name], ownValue(b, name)];
    if (left === right) continue;
    const shape = memberShape(block, name);
    if (right === undefined || name === 'purge') {
      if (!saysNothing(name, left, shape) || !saysNothing(name, right, shape)) return false;
    } else if (!sameValue(left, right, shape)) return false;
  }
  for (const name in b) {
    if (!Object.hasOwn(a, name) && !saysNothing(name, b[name], memberShape(block, name))) return false;
  }
  return true;
}

function elementShape(shape: Shape): Shape {
  return 'block' in shape ? { kind: 'block', label: shape.label, block: shape.block } : plainField;
}

/** Whether the order of a list means nothing. A list that the schema does not know keeps its order. */
function isUnordered(shape: Shape): boolean {
  return shape.kind === 'codes' || shape.kind === 'list' || shape.kind === 'elements';
}

function sameList(a: JsonArray, b: JsonArray, shape: Shape): boolean {
  if (a.length !== b.length) return false;
  const inner = elementShape(shape);
  if (a.every((element, index) => sameValue(element, b[index], inner))) return true;
  if (shape.kind === 'elements' && a.every(isJsonObject) && b.every(isJsonObject)) {
    return matchElements(a, b, shape.idField).every((pair) => sameGroup(pair, shape.block));
  }
  return isUnordered(shape) && sameTexts(a, b, inner);
}

/** Whether the elements of one id are the same on both sides, however many there are. */
export function sameGroup(pair: ElementPair, block: BlockShape): boolean {
  const [before, now] = [pair.previous[0], pair.current[0]];
  if (pair.previous.length !== pair.current.length || before === undefined || now === undefined) return false;
  if (pair.previous.length === 1) return sameBlock(before, now, block);
  return sameTexts(pair.previous, pair.current, { kind: 'block', label: '', block });
}

/** Whether two lists hold the same elements, each as often, in any order. */
export function sameTexts(a: readonly JsonValue[], b: readonly JsonValue[], inner: Shape): boolean {
  if (a.length !== b.length) return false;
  const left = a.map((element) => comparableText(element, inner)).sort();
  const right = b.map((element) => comparableText(element, inner)).sort();
  return left.every((text, index) => text === right[index]);
}

/** A text that is equal for values that say the same, and for no others. */
function comparableText(value: JsonValue, shape: Shape): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const inner = elementShape(shape);
    const texts = value.map((element) => comparableText(element, inner));
    if (isUnordered(shape)) texts.sort();
    return `[${texts.join(',')}]`;
  }
  const block = 'block' in shape ? shape.block : unknownBlock;
  const parts: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    const inner = memberShape(block, name);
    if (member === undefined || saysNothing(name, member, inner)) continue;
    parts.push(`${JSON.stringify(name)}:${comparableText(member, inner)}`);
  }
  return `{${parts.join(',')}}`;
}
