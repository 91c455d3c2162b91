import { isJsonObject, type JsonObject } from '../json.ts';
import { defaultSpecVersion, type SpecVersion } from '../payload/spec.ts';
import { matchElements } from './matchElements.ts';
import { ownValue } from './ownValue.ts';
import { objectsOf } from './sameValue.ts';
import { type BlockShape, childShape } from './shape.ts';

/** An id that stands more than once in one list. A receiver that knows elements by id keeps one of them. */
export interface DuplicateId {
  readonly section: string;
  readonly label: string;
  readonly id: string;
  readonly count: number;
}

/** The ids that occur more than once in a list of a child. A delta sends all their elements when one of them changed. */
export function duplicateIds(child: JsonObject, spec: SpecVersion = defaultSpecVersion): readonly DuplicateId[] {
  const found: DuplicateId[] = [];
  collect(child, childShape(spec), found);
  return found;
}

function collect(block: JsonObject, shape: BlockShape, into: DuplicateId[]): void {
  for (const [section, inner] of shape.members) {
    const value = ownValue(block, section);
    if (inner.kind === 'block' && isJsonObject(value)) collect(value, inner.block, into);
    if (inner.kind !== 'elements') continue;
    const elements = objectsOf(value);
    for (const { key, current } of matchElements([], elements, inner.idField)) {
      const id = ownValue(current[0] ?? {}, inner.idField);
      if (key === null || current.length < 2) continue;
      into.push({
        section,
        label: inner.label,
        id: typeof id === 'string' ? id : JSON.stringify(id),
        count: current.length,
      });
    }
    for (const element of elements) collect(element, inner.block, into);
  }
}
