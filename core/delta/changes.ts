import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defaultSpecVersion, type SpecVersion } from '../payload/spec.ts';
import { matchElements } from './matchElements.ts';
import { ownValue } from './ownValue.ts';
import { objectsOf, sameGroup, sameValue } from './sameValue.ts';
import { type BlockShape, childShape, memberShape, type Shape } from './shape.ts';

/** One difference between two states of a child. Holds ids, names of fields and dates, and no other value. */
export interface Change {
  /** `moved`: the same element now stands in another parent. */
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Name of the block or list: `child`, `child_details`, `child_protection_plans`, ... */
  readonly section: string;
  /** Words for it, singular: "child protection plan". */
  readonly label: string;
  /** Id of the element, or what tells it from its like (date of an SDQ assessment, id of a worker); null for blocks. */
  readonly id: string | null;
  /** Id of the element that this one stands in; null on the child itself. */
  readonly parentId: string | null;
  /** The field that changed; null when the whole block or element came, went or moved. */
  readonly field: string | null;
  /** Whether the field came, went, or has another value; null when `field` is. */
  readonly fieldChange: 'set' | 'cleared' | 'changed' | null;
  /** New value of a date on an element with an id, such as an end date. Never a date of birth. */
  readonly date: string | null;
}

/** Where a walk is: the block that fields belong to. */
interface Place {
  readonly section: string;
  readonly label: string;
  readonly id: string | null;
  readonly parentId: string | null;
}

/**
 * What changed from one state of a child to another, in the order of the payload.
 * @param previous null when the child is new
 * @param current null when the child left
 */
export function describeChanges(
  previous: JsonObject | null,
  current: JsonObject | null,
  spec: SpecVersion = defaultSpecVersion,
): readonly Change[] {
  const child = previous ?? current;
  if (child === null) return [];
  const place: Place = { section: 'child', label: 'child', id: textOf(child.la_child_id), parentId: null };
  if (previous === null || previous.purge === true) return current === null ? [] : [whole('added', place)];
  if (current === null || current.purge === true) return [whole('removed', place)];
  const changes: Change[] = [];
  walkBlock(previous, current, childShape(spec), place, changes);
  return withMoves(changes);
}

function whole(kind: 'added' | 'removed' | 'changed', place: Place): Change {
  return { kind, ...place, field: null, fieldChange: null, date: null };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : value === undefined || value === null ? null : JSON.stringify(value);
}

function walkBlock(previous: JsonObject, current: JsonObject, shape: BlockShape, place: Place, into: Change[]): void {
  const names = [...new Set([...shape.members.keys(), ...Object.keys(previous), ...Object.keys(current)])];
  for (const name of names) {
    if (name === 'purge') continue;
    const [before, now] = [ownValue(previous, name), ownValue(current, name)];
    const inner = memberShape(shape, name);
    if (!sameValue(before, now, inner)) walkMember(name, before, now, inner, place, into);
  }
}

function walkMember(
  name: string,
  before: JsonValue | undefined,
  now: JsonValue | undefined,
  shape: Shape,
  owner: Place,
  into: Change[],
): void {
  const parentId = owner.section === 'child' ? null : owner.id;
  const isList = (value: JsonValue | undefined) => value === undefined || Array.isArray(value);
  if (shape.kind === 'block' && isJsonObject(before ?? now) && isJsonObject(now ?? before)) {
    const place: Place = { section: name, label: shape.label, id: null, parentId };
    if (isJsonObject(before) && isJsonObject(now)) walkBlock(before, now, shape.block, place, into);
    else into.push(whole(now === undefined ? 'removed' : 'added', place));
  } else if ((shape.kind === 'elements' || shape.kind === 'list') && isList(before) && isList(now)) {
    const key = shape.kind === 'elements' ? shape.idField : shape.keyField;
    walkElements(
      objectsOf(before),
      objectsOf(now),
      key ?? '',
      shape,
      { section: name, label: shape.label, parentId },
      into,
    );
  } else into.push(fieldChange(name, before, now, owner, shape));
}

function walkElements(
  before: readonly JsonObject[],
  now: readonly JsonObject[],
  key: string,
  shape: Extract<Shape, { block: BlockShape }>,
  where: Pick<Place, 'section' | 'label' | 'parentId'>,
  into: Change[],
): void {
  for (const pair of matchElements(before, now, key)) {
    const [left, right] = [pair.previous[0], pair.current[0]];
    const place: Place = { ...where, id: textOf(ownValue(right ?? left ?? {}, key)) };
    if (left === undefined || right === undefined) into.push(whole(left === undefined ? 'added' : 'removed', place));
    else if (sameGroup(pair, shape.block)) continue;
    else if (pair.previous.length === 1 && pair.current.length === 1) {
      walkBlock(left, right, shape.block, place, into);
    } else into.push(whole('changed', place));
  }
}

function fieldChange(
  name: string,
  before: JsonValue | undefined,
  now: JsonValue | undefined,
  owner: Place,
  shape: Shape,
): Change {
  const isDate = typeof now === 'string' && name.endsWith('_date') && /^\d{4}-\d{2}-\d{2}$/.test(now);
  // Dates of plans, placements and enquiries may be told; those of the child's own details may not.
  const mayTell = isDate && owner.id !== null && owner.section !== 'child' && shape.kind === 'field';
  return {
    kind: 'changed',
    ...owner,
    field: name,
    fieldChange: before === undefined ? 'set' : now === undefined ? 'cleared' : 'changed',
    date: mayTell ? now : null,
  };
}

/** Turns the removal and the addition of one element in two parents into one move. */
function withMoves(changes: readonly Change[]): readonly Change[] {
  const isWhole = (change: Change, kind: Change['kind']) =>
    change.kind === kind && change.field === null && change.id !== null && change.parentId !== null;
  const removed = new Map(changes.filter((c) => isWhole(c, 'removed')).map((c) => [`${c.section} ${c.id}`, c]));
  const moved = new Set<Change>();
  const result = changes.map((change) => {
    const from = isWhole(change, 'added') ? removed.get(`${change.section} ${change.id}`) : undefined;
    if (from === undefined) return change;
    moved.add(from);
    return { ...change, kind: 'moved' as const };
  });
  return result.filter((change) => !moved.has(change));
}

/** Changes by section and field, most frequent first. */
export interface ChangeCount {
  readonly section: string;
  readonly field: string | null;
  readonly count: number;
}

/** Adds up the changes of many children. */
export class ChangeTally {
  readonly #counts = new Map<string, { section: string; field: string | null; count: number }>();

  add(changes: readonly Change[]): void {
    for (const { section, field } of changes) {
      const key = `${section} ${field ?? ''}`;
      const known = this.#counts.get(key);
      if (known === undefined) this.#counts.set(key, { section, field, count: 1 });
      else known.count++;
    }
  }

  counts(): readonly ChangeCount[] {
    const text = (entry: ChangeCount) => `${entry.section} ${entry.field ?? ''}`;
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (text(a) < text(b) ? -1 : 1));
  }
}
