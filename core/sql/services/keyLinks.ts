import { keySpaceOf } from '../../ssd/ssdModel.ts';
import type { Relation } from '../analysis/relation.ts';

/** Pairs of columns that hold the same kind of id, those of a foreign key first. */
export function linksBetween(left: Relation, right: Relation): [string, string][] {
  const pairs: { names: [string, string]; direct: boolean }[] = [];
  for (const a of left.columns.values()) {
    const source = a.value.source;
    const space = source === null ? null : keySpaceOf(source);
    if (left.kind === 'cohort' || right.kind === 'cohort') continue;
    if (source === null || space === null) continue;
    for (const b of right.columns.values()) {
      const other = b.value.source;
      if (other === null || keySpaceOf(other) !== space) continue;
      const direct = source.isKey || other.isKey;
      pairs.push({ names: [a.name, b.name], direct });
    }
  }
  const people = (relation: Relation) =>
    [...relation.columns.values()].filter(
      ({ value }) => value.source !== null && keySpaceOf(value.source) === 'ssd_person.pers_person_id',
    );
  if (left.kind === 'cohort')
    for (const column of people(right)) pairs.push({ names: ['person_id', column.name], direct: true });
  if (right.kind === 'cohort')
    for (const column of people(left)) pairs.push({ names: [column.name, 'person_id'], direct: true });
  return pairs.sort((x, y) => Number(y.direct) - Number(x.direct)).map(({ names }) => names);
}
