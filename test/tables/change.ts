import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { JsonPath, ProblemAnchor } from '../../core/problems.ts';

/** A change to a child, for a case of a table. */
export type Change = (child: JsonObject) => void;

/** A place of a child with the text that a problem there marks. */
export interface Place {
  readonly path: JsonPath;
  readonly at: ProblemAnchor;
}

/** `social_care_episodes.0.closure_date` as a path; the empty text is the child. */
export function pathOf(text: string): (string | number)[] {
  return text === '' ? [] : text.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

export const value = (text: string): Place => ({ path: pathOf(text), at: 'value' });
export const key = (text: string): Place => ({ path: pathOf(text), at: 'key' });
export const opening = (text: string): Place => ({ path: pathOf(text), at: 'opening' });

/** The value at a path; undefined where there is none. */
export function valueAt(root: JsonValue, path: JsonPath): JsonValue | undefined {
  let node: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(node) && typeof step === 'number') node = node[step];
    else if (isJsonObject(node) && typeof step === 'string') node = node[step];
    else return undefined;
  }
  return node;
}

function holder(child: JsonObject, text: string): [JsonObject | JsonValue[], string | number] {
  const path = pathOf(text);
  const last = path.pop();
  const parent = valueAt(child, path);
  if (last === undefined || (!isJsonObject(parent) && !Array.isArray(parent))) throw new Error(`No place ${text}`);
  return [parent, last];
}

/** Sets a value; objects on the way must be there. */
export function set(text: string, newValue: JsonValue): Change {
  return (child) => {
    const [parent, last] = holder(child, text);
    if (Array.isArray(parent)) parent[Number(last)] = structuredClone(newValue);
    else parent[last] = structuredClone(newValue);
  };
}

/** Removes a property. */
export function drop(text: string): Change {
  return (child) => {
    const [parent, last] = holder(child, text);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  };
}

/** Appends to a list, which is made where it is missing. */
export function push(text: string, ...elements: JsonValue[]): Change {
  return (child) => {
    const [parent, last] = holder(child, text);
    if (!isJsonObject(parent)) throw new Error(`No object around ${text}`);
    const list = parent[last] ?? [];
    if (!Array.isArray(list)) throw new Error(`No list ${text}`);
    parent[last] = [...list, ...structuredClone(elements)];
  };
}

/** Several changes in turn. */
export function all(...changes: readonly Change[]): Change {
  return (child) => {
    for (const change of changes) change(child);
  };
}

export const nothing: Change = () => {};
