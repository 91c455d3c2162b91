import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { FieldShape, Shape } from './elementIds.ts';

/**
 * What the receiver does with an element or block that it has already. The DfE does not publish which of the two its
 * API does, so the sandbox can do both.
 * - `replace`: what is sent takes the place of what was there
 * - `merge`: fields that are sent replace those that were there, the others stay; null clears a field
 */
export type ReceiverKind = 'replace' | 'merge';

/**
 * The record of a child after one more payload, full or partial; undefined when the payload deletes the child. What a
 * payload does not mention stays. `purge: true` on a block or element removes it, and a list that loses its last
 * element goes too. Neither argument is changed.
 */
export function applyChild(
  held: JsonObject | undefined,
  sent: JsonObject,
  shape: Shape,
  kind: ReceiverKind,
): JsonObject | undefined {
  if (sent.purge === true) return undefined;
  return applyFields(held ?? {}, sent, shape, kind);
}

function applyFields(held: JsonObject, sent: JsonObject, shape: Shape, kind: ReceiverKind): JsonObject {
  const result: JsonObject = { ...held };
  for (const [name, value] of Object.entries(sent)) {
    const next = applyField(held[name], value, shape.fields.get(name) ?? { kind: 'value' }, kind);
    if (next === undefined) delete result[name];
    else result[name] = next;
  }
  return result;
}

function applyField(
  held: JsonValue | undefined,
  sent: JsonValue,
  field: FieldShape,
  kind: ReceiverKind,
): JsonValue | undefined {
  if (sent === null) return undefined;
  if (field.kind === 'block' && isJsonObject(sent)) {
    return applyObject(isJsonObject(held) ? held : undefined, sent, field.shape, kind);
  }
  if (field.kind === 'elements' && Array.isArray(sent)) {
    return applyElements(Array.isArray(held) ? held : [], sent, field, kind);
  }
  return sent;
}

/** A block or an element: gone, replaced or merged. */
function applyObject(
  held: JsonObject | undefined,
  sent: JsonObject,
  shape: Shape,
  kind: ReceiverKind,
): JsonObject | undefined {
  if (sent.purge === true) return undefined;
  // Going through the fields of a new object too takes out whatever is purged or null inside it.
  return applyFields(kind === 'merge' ? (held ?? {}) : {}, sent, shape, kind);
}

function applyElements(
  held: JsonArray,
  sent: JsonArray,
  field: Extract<FieldShape, { kind: 'elements' }>,
  kind: ReceiverKind,
): JsonArray | undefined {
  const result = [...held];
  for (const element of sent) {
    if (!isJsonObject(element)) continue;
    const id = element[field.idField];
    const at = result.findIndex((other) => isJsonObject(other) && other[field.idField] === id);
    const before = result[at];
    const next = applyObject(isJsonObject(before) ? before : undefined, element, field.shape, kind);
    if (next === undefined) {
      if (at >= 0) result.splice(at, 1);
    } else if (at >= 0) result[at] = next;
    else result.push(next);
  }
  return result.length === 0 && sent.length > 0 ? undefined : result;
}
