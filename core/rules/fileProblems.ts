import type { JsonValue } from '../json.ts';
import type { JsonPath, Problem } from '../problems.ts';
import { factPath, fileFacts } from './fileFacts.ts';
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

/** One place of a clash in the file: the child and the path within it. */
export interface ClashPlace<Owner> {
  readonly owner: Owner;
  readonly path: JsonPath;
}

/** A problem of one child that shares a value with others. Its path, and those of the other places, are within their child. */
export interface Clash<Owner> {
  readonly owner: Owner;
  readonly problem: Problem;
  readonly others: readonly ClashPlace<Owner>[];
}

/** What a problem says of each other place. */
export const clashMessage = 'The same value is here.';

/** The problems of one clash: one at each place, each pointing to some of the others. Only the field is named, never its value. */
export function clashesOf<Owner>(
  places: readonly Occurrence<Owner>[],
  indexOf: (owner: Owner) => number,
  settings: SeveritySettings,
): Clash<Owner>[] {
  const sorted = places.toSorted((a, b) => indexOf(a.owner) - indexOf(b.owner));
  const count = new Set(places.map(({ owner }) => owner)).size;
  const clashes: Clash<Owner>[] = [];
  for (const { owner, fact } of sorted) {
    const values = { field: fact.field, count };
    const problem = toProblem({ code: fact.code, variant: 'file', path: factPath(fact), values }, settings);
    if (problem === undefined) continue;
    const others: ClashPlace<Owner>[] = [];
    for (const other of sorted) {
      if (others.length === maxRelated) break;
      if (other.owner !== owner) others.push({ owner: other.owner, path: factPath(other.fact) });
    }
    clashes.push({ owner, problem, others });
  }
  return clashes;
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
    problems: () =>
      [...index.clashes()]
        .flatMap((places) => clashesOf(places, Number, settings))
        .map(({ owner, problem, others }) => ({
          ...problem,
          path: [owner, ...problem.path],
          related: others.map((other) => ({
            path: [other.owner, ...other.path],
            at: 'value' as const,
            message: clashMessage,
          })),
        }))
        .sort(byChild),
  };
}
