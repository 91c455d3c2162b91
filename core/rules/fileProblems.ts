import type { JsonValue } from '../json.ts';
import type { Problem } from '../problems.ts';
import { fileFacts } from './fileFacts.ts';
import { FileIndex, type Occurrence } from './fileIndex.ts';
import { type SeveritySettings, toProblem } from './finding.ts';

/** The rules across the children of one file or one run, fed child by child. It keeps ids only, never a child. */
export interface FileAccumulator {
  /** Takes in the child at that position of the file. */
  add(index: number, child: JsonValue): void;
  /** Every clash so far, each at every place where it shows, in the order of the file. Paths begin with the child's index. */
  problems(): readonly Problem[];
}

/** How many of the other places a problem points to. */
const maxRelated = 4;

/** The problems of one clash: one at each place, each pointing to the others. Only the id itself is named, never a UPN. */
export function clashProblems<Owner>(
  places: readonly Occurrence<Owner>[],
  indexOf: (owner: Owner) => number,
  settings: SeveritySettings,
): Problem[] {
  const sorted = places
    .map(({ owner, fact }) => ({ fact, path: [indexOf(owner), ...fact.path] }))
    .sort((a, b) => Number(a.path[0]) - Number(b.path[0]));
  const problems: Problem[] = [];
  for (const place of sorted) {
    const others = sorted.filter((other) => other.path[0] !== place.path[0]);
    const related = others.slice(0, maxRelated).map(({ path }) => ({
      path,
      at: 'value' as const,
      message: 'The same value is here.',
    }));
    const values = { field: place.fact.field, count: others.length + 1 };
    const finding = { code: place.fact.code, variant: 'file', path: place.path, values, related };
    const problem = toProblem(finding, settings);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Orders problems by the child they are in. */
function byChild(a: Problem, b: Problem): number {
  return Number(a.path[0]) - Number(b.path[0]);
}

/** A fresh accumulator for one file or one run. */
export function createFileAccumulator(settings: SeveritySettings): FileAccumulator {
  const index = new FileIndex<number>();
  return {
    add: (at, child) => index.add(at, fileFacts(child)),
    problems: () => [...index.clashes()].flatMap((places) => clashProblems(places, Number, settings)).sort(byChild),
  };
}
