import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json.ts';
import { defaultSpecVersion, type SpecVersion } from '../payload/spec.ts';
import { type ElementPair, matchElements } from './matchElements.ts';
import { ownValue, setOwn } from './ownValue.ts';
import { objectsOf, sameGroup, sameValue, saysNothing } from './sameValue.ts';
import { type BlockShape, childShape, type ElementsShape, memberShape, type Shape } from './shape.ts';

export interface DeltaOptions {
  /**
   * `element`: a changed element is sent whole, which is right whether the receiver replaces or merges what it knows.
   * `field`: only changed fields and the elements on the way to them, for a receiver that merges.
   */
  readonly granularity: 'element' | 'field';
  /** `merge` names a single field that went as `null`, which a merging receiver would miss. `field` always does. */
  readonly receiver: 'replace' | 'merge';
  /** Version of the spec whose schema says what has an id; the default version when absent. */
  readonly spec?: SpecVersion;
}

export const defaultDeltaOptions: DeltaOptions = { granularity: 'element', receiver: 'replace' };

/** Stand on the child itself and are sent with every delta, changed or not. */
const identity = ['la_child_id', 'mis_child_id'] as const;
const details = 'child_details';

/**
 * What to send so that a receiver that holds `previous` holds `current` (docs/architecture.md, "Delta laws").
 * @param previous what the receiver accepted last; null when it holds nothing of the child
 * @param current the child now; null when it left
 * @returns null when there is nothing to send. Parts of `current` are shared, not copied. A child that the receiver
 *   does not hold is `current` itself; one that left is its ids with `purge: true`.
 * @throws RangeError when the two are different children
 */
export function childDelta(
  previous: JsonObject | null,
  current: JsonObject | null,
  options: DeltaOptions = defaultDeltaOptions,
): JsonObject | null {
  // A child that says `purge: true` stands for one that is not there.
  const before = previous?.purge === true ? null : previous;
  if (current === null) return before === null ? null : deletionOf(before);
  if (current.purge === true) return previous?.purge === true ? null : deletionOf(current);
  if (before === null) return current;
  if (before.la_child_id !== current.la_child_id) throw new RangeError('A delta is between two states of one child');
  return new Differ(options).child(before, current, childShape(options.spec ?? defaultSpecVersion));
}

/** The deletion payload of a child: its ids and `purge: true`. */
export function deletionOf(child: JsonObject): JsonObject {
  const ids = identity.filter((name) => Object.hasOwn(child, name)).map((name) => [name, child[name] ?? null]);
  return { ...Object.fromEntries(ids), purge: true };
}

class Differ {
  readonly #wholeElements: boolean;
  /** Whether single fields that went are named with `null`. */
  readonly #nameGoneFields: boolean;

  constructor(options: DeltaOptions) {
    this.#wholeElements = options.granularity === 'element';
    this.#nameGoneFields = options.receiver === 'merge' || options.granularity === 'field';
  }

  /** Null when the two say the same. */
  child(previous: JsonObject, current: JsonObject, shape: BlockShape): JsonObject | null {
    const delta: JsonObject = {};
    let changed = false;
    for (const name of identity) {
      const [before, now] = [ownValue(previous, name), ownValue(current, name)];
      if (before !== now) changed = true;
      if (now !== undefined) delta[name] = now;
      else if (this.#nameGoneFields && before !== undefined) delta[name] = null;
    }
    copyPurge(current, delta);
    const [detailsBefore, detailsNow] = [ownValue(previous, details), ownValue(current, details)];
    const detailsShape = memberShape(shape, details);
    if (detailsNow !== undefined) {
      if (!sameValue(detailsBefore, detailsNow, detailsShape)) changed = true;
      delta[details] = this.#whole(detailsBefore, detailsNow, detailsShape);
    }
    const handled = detailsNow === undefined ? identity : [...identity, details];
    return this.#changedMembers(previous, current, shape, handled, delta) || changed ? delta : null;
  }

  /** Adds each member that differs to `delta`, in the way that its shape asks for; whether there is any. */
  #changedMembers(
    previous: JsonObject,
    current: JsonObject,
    shape: BlockShape,
    handled: readonly string[],
    delta: JsonObject,
  ): boolean {
    let changed = false;
    for (const name of Object.keys(current)) {
      if (name === 'purge' || handled.includes(name)) continue;
      const inner = memberShape(shape, name);
      const [before, now] = [ownValue(previous, name), ownValue(current, name)];
      if (now === undefined) continue;
      if (inner.kind === 'elements' && isListOrAbsent(before) && Array.isArray(now)) {
        const elements = this.#changedElements(before, now, inner);
        if (elements.length === 0) continue;
        setOwn(delta, name, elements);
      } else {
        if (sameValue(before, now, inner)) continue;
        setOwn(delta, name, this.#whole(before, now, inner));
      }
      changed = true;
    }
    return this.#addGone(previous, current, shape, handled, delta) || changed;
  }

  /** The elements to send; none when the lists say the same. */
  #changedElements(before: JsonArray | undefined, now: JsonArray, shape: ElementsShape): JsonArray {
    const changed: JsonArray = [];
    if (!now.every(isJsonObject) || !(before ?? []).every(isJsonObject)) {
      // Something that is no element cannot be matched: the list is sent again when anything in it changed.
      if (sameValue(before, now, shape)) return changed;
      changed.push(...now.filter((element) => !isJsonObject(element)));
    }
    for (const pair of matchElements(objectsOf(before), objectsOf(now), shape.idField)) {
      if (!sameGroup(pair, shape.block)) changed.push(...this.#pair(pair, shape, !this.#wholeElements));
    }
    return changed;
  }

  /** What to send for the elements of one id: the purge when they went, else each of them. */
  #pair(pair: ElementPair, shape: ElementsShape, fieldsOnly: boolean): JsonObject[] {
    const [before, now] = [pair.previous[0], pair.current[0]];
    if (now === undefined) {
      // An element without an id cannot be named, so it cannot be purged.
      if (before === undefined || pair.key === null) return [];
      return [{ [shape.idField]: ownValue(before, shape.idField) ?? null, purge: true }];
    }
    const single = pair.current.length === 1 && pair.previous.length === 1 && pair.key !== null;
    if (before !== undefined && single && fieldsOnly) return [this.#fields(before, now, shape)];
    // Where an id occurs twice nobody knows which one the receiver kept: all of them are sent, whole.
    const known = combined(pair.previous, shape.block);
    return pair.current.map((element) => this.#wholeBlock(known, element, shape.block));
  }

  /** The element's id, its changed members, and its `purge` flag. */
  #fields(previous: JsonObject, current: JsonObject, shape: ElementsShape): JsonObject {
    const delta: JsonObject = { [shape.idField]: ownValue(current, shape.idField) ?? null };
    this.#changedMembers(previous, current, shape.block, [shape.idField], delta);
    copyPurge(current, delta);
    return delta;
  }

  #whole(before: JsonValue | undefined, now: JsonValue, shape: Shape): JsonValue {
    if (!isJsonObject(now) || !isJsonObject(before) || shape.kind !== 'block') return now;
    return this.#wholeBlock(before, now, shape.block);
  }

  /** A block or element as it is now, with everything in it, and the removal of what went from it at any depth. */
  #wholeBlock(previous: JsonObject, current: JsonObject, shape: BlockShape): JsonObject {
    const whole: JsonObject = {};
    for (const name of Object.keys(current)) {
      const [before, now] = [ownValue(previous, name), ownValue(current, name)];
      const inner = memberShape(shape, name);
      if (now === undefined) continue;
      if (inner.kind === 'elements' && Array.isArray(now) && isListOrAbsent(before)) {
        setOwn(whole, name, this.#wholeList(before, now, inner));
      } else setOwn(whole, name, this.#whole(before, now, inner));
    }
    this.#addGone(previous, current, shape, [], whole);
    return whole;
  }

  #wholeList(before: JsonArray | undefined, now: JsonArray, shape: ElementsShape): JsonArray {
    const list: JsonArray = now.filter((element) => !isJsonObject(element));
    for (const pair of matchElements(objectsOf(before), objectsOf(now), shape.idField)) {
      list.push(...(sameGroup(pair, shape.block) ? pair.current : this.#pair(pair, shape, false)));
    }
    return list;
  }

  /** Adds the removal of each member that `current` lacks, where it has to be said; whether anything is lacking. */
  #addGone(
    previous: JsonObject,
    current: JsonObject,
    shape: BlockShape,
    handled: readonly string[],
    delta: JsonObject,
  ): boolean {
    let lacking = false;
    for (const name of Object.keys(previous)) {
      if (handled.includes(name) || Object.hasOwn(current, name)) continue;
      const before = ownValue(previous, name) ?? null;
      const inner = memberShape(shape, name);
      if (saysNothing(name, before, inner)) continue;
      lacking = true;
      // An instruction is not data: there is nothing to clear.
      if (name === 'purge') continue;
      if (inner.kind === 'elements' && Array.isArray(before)) {
        const pairs = matchElements(objectsOf(before), [], inner.idField);
        const purges = pairs.flatMap((pair) => this.#pair(pair, inner, false));
        if (purges.length > 0) delta[name] = purges;
      } else if (inner.kind === 'block' && isJsonObject(before)) delta[name] = { purge: true };
      else if (this.#nameGoneFields) setOwn(delta, name, null);
    }
    return lacking;
  }
}

function isListOrAbsent(value: JsonValue | undefined): value is JsonArray | undefined {
  return value === undefined || Array.isArray(value);
}

function copyPurge(from: JsonObject, to: JsonObject): void {
  const purge = ownValue(from, 'purge');
  if (purge !== undefined) to.purge = purge;
}

/** All that elements of one id held between them, so that whatever of it went is removed. */
function combined(elements: readonly JsonObject[], block: BlockShape): JsonObject {
  const [only] = elements;
  if (elements.length === 1 && only !== undefined) return only;
  const all: JsonObject = {};
  for (const element of elements) {
    for (const name of Object.keys(element)) {
      const [known, value] = [ownValue(all, name), ownValue(element, name) ?? null];
      const lists = memberShape(block, name).kind === 'elements' && Array.isArray(value) && Array.isArray(known);
      setOwn(all, name, lists ? [...known, ...value] : value);
    }
  }
  return all;
}
