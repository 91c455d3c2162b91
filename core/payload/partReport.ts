import type { JsonPath, LocatedProblem, Problem, Severity, TextFix, TextRange } from '../problems.ts';
import { type FileFact, fileFacts } from '../rules/fileFacts.ts';
import { type SeveritySettings, toProblem } from '../rules/finding.ts';
import type { PayloadValidator } from '../rules/validator.ts';
import { findDuplicateKeys } from './duplicateKeys.ts';
import type { Part, ReadPart } from './parts.ts';
import { findPlaces, type WantedPlace } from './placeFinder.ts';
import type { SyntaxFault } from './syntaxFaults.ts';

/** A problem of one part. Those of the text itself know their place; those of the value are found when they are shown. */
export interface PartProblem {
  readonly problem: Problem;
  /** Offsets in the text of the part. */
  readonly range?: TextRange;
  readonly related?: readonly (TextRange & { readonly message: string })[];
  readonly edits?: readonly TextFix[];
}

/** What validation found in one part. It is worked out once for a text and kept as long as the text stands. */
export interface PartReport {
  readonly problems: readonly PartProblem[];
  readonly facts: readonly FileFact[];
}

function syntaxProblem(fault: SyntaxFault, inChild: boolean, settings: SeveritySettings): PartProblem[] {
  const spoils = fault.code === 'JSN-01' && inChild;
  const problem = toProblem(
    {
      code: fault.code,
      variant: spoils ? 'child' : 'default',
      path: [],
      values: { what: fault.what, limit: fault.what },
    },
    settings,
  );
  return problem === undefined
    ? []
    : [
        {
          problem,
          range: { start: fault.start, end: fault.end },
          ...(fault.edits.length > 0 ? { edits: fault.edits } : {}),
        },
      ];
}

function duplicateProblems(text: string, base: number, settings: SeveritySettings): PartProblem[] {
  return findDuplicateKeys(text).flatMap(({ key, path, start, end, first, whole }) => {
    const problem = toProblem({ code: 'FMT-22', path, at: 'key', values: { key } }, settings);
    if (problem === undefined) return [];
    const edits = [
      {
        title: `Remove the second ${key}`,
        safe: false,
        changes: [{ start: base + whole.start, end: base + whole.end, newText: '' }],
      },
    ];
    const related = [{ start: base + first.start, end: base + first.end, message: 'The first one is here.' }];
    return [{ problem, range: { start: base + start, end: base + end }, related, edits }];
  });
}

/** Validates a part: its text, its child and what the child shares with others. */
export function reportPart(
  { part, value }: Pick<ReadPart, 'part' | 'value'>,
  validator: PayloadValidator,
  settings: SeveritySettings,
): PartReport {
  const { element, faults } = part;
  const problems: PartProblem[] = [];
  for (const fault of faults) {
    const inChild = element !== undefined && value === undefined && fault.start >= element.start;
    problems.push(...syntaxProblem(fault, inChild, settings));
  }
  if (element === undefined || value === undefined) return { problems, facts: [] };
  const inspected = validator.inspectChild(value, part.plain);
  for (const problem of inspected.problems) problems.push({ problem });
  // The value has fewer properties than the text: some name comes twice.
  if (inspected.keys !== part.colons && faults.length === 0) {
    problems.push(...duplicateProblems(part.text.slice(element.start, element.end), element.start, settings));
  }
  return { problems, facts: fileFacts(value) };
}

function placesOf({ problem }: PartProblem): WantedPlace[] {
  return [{ path: problem.path, at: problem.at }, ...(problem.related ?? [])];
}

/**
 * Problems of one part with their ranges in the part's text and paths within the child, in one pass over the text.
 * Problems that know their range keep it.
 */
export function locateInPart(part: Part, problems: readonly PartProblem[]): LocatedProblem[] {
  const element = part.element ?? { start: 0, end: part.text.length };
  const open = problems.filter(({ range }) => range === undefined);
  const ranges = findPlaces(part.text.slice(element.start, element.end), open.flatMap(placesOf), element.start);
  let next = 0;
  return problems.map((entry) => {
    const { problem } = entry;
    if (entry.range !== undefined) return located(problem, entry.range, entry.related ?? [], entry.edits);
    const range = ranges[next++] ?? { start: element.start, end: element.start };
    const related = (problem.related ?? []).map(({ message }) => ({ ...(ranges[next++] ?? range), message }));
    return located(problem, range, related, undefined);
  });
}

function located(
  problem: Problem,
  range: TextRange,
  related: readonly (TextRange & { readonly message: string })[],
  edits: readonly TextFix[] | undefined,
): LocatedProblem {
  return {
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    path: problem.path,
    start: range.start,
    end: range.end,
    ...(related.length > 0 ? { related } : {}),
    ...(problem.fixes === undefined ? {} : { fixes: problem.fixes }),
    ...(edits === undefined ? {} : { edits }),
  };
}

/** The problem moved to its place in the file: ranges by the part's offset, the path below the child's. */
export function moveToFile(problem: LocatedProblem, by: number, base: JsonPath): LocatedProblem {
  return {
    ...problem,
    path: [...base, ...problem.path],
    start: problem.start + by,
    end: problem.end + by,
    ...(problem.related === undefined
      ? {}
      : { related: problem.related.map((place) => ({ ...place, start: place.start + by, end: place.end + by })) }),
    ...(problem.edits === undefined
      ? {}
      : {
          edits: problem.edits.map((edit) => ({
            ...edit,
            changes: edit.changes.map((change) => ({ ...change, start: change.start + by, end: change.end + by })),
          })),
        }),
  };
}

/** Severities from the most to the least severe. */
export const severityOrder: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
