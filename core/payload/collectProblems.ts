import type { JsonPath, LocatedProblem, TextRange } from '../problems.ts';
import type { FileIndex, Occurrence } from '../rules/fileIndex.ts';
import { clashesOf, clashMessage } from '../rules/fileProblems.ts';
import type { SeveritySettings } from '../rules/finding.ts';
import { locateInPart, moveToFile, type PartProblem, type PartReport, severityOrder } from './partReport.ts';
import type { Part } from './parts.ts';
import { findPlaces } from './placeFinder.ts';
import type { RootForm } from './rootForm.ts';
import { rootProblems } from './rootProblems.ts';

/** What a validation of a text found. */
export interface TextValidation {
  /** In the order of the text. */
  readonly problems: readonly LocatedProblem[];
  /** Problems left out by `maxProblems`. */
  readonly omitted: number;
  /** Children in the text, broken ones included. */
  readonly children: number;
}

/** A part with what validation found in it; the same object as long as its text stands. */
export interface Section {
  readonly part: Part;
  readonly report: PartReport;
  /** Position among the children while problems are collected. */
  index: number;
  offset: number;
  /** Problems by place, worked out when they are first shown. */
  placed: LocatedProblem[] | undefined;
  /** Places of values that other children share, by their path. */
  places: Map<string, TextRange> | undefined;
}

/** Range of a place in the text of a section, remembered. */
function placeIn(section: Section, path: JsonPath): TextRange {
  const { part } = section;
  section.places ??= new Map();
  const key = path.join('\u0000');
  const known = section.places.get(key);
  if (known !== undefined) return known;
  const { start, end } = part.element ?? { start: 0, end: part.text.length };
  const [found] = findPlaces(part.text.slice(start, end), [{ path, at: 'value' }], start);
  const range = found ?? { start, end: start };
  section.places.set(key, range);
  return range;
}

/** What the problems of a file are collected from. */
export interface FileState {
  readonly sections: readonly Section[];
  /** Which values several children share. */
  readonly index: FileIndex<Section>;
  readonly form: RootForm;
  /** Text up to the children. */
  readonly head: string;
  /** Whether all of the text has been read. */
  readonly done: boolean;
  readonly settings: SeveritySettings;
  /** How many problems to give. */
  readonly limit: number;
}

/** Gives each section its offset in the file and its position among the children; returns how many children there are. */
export function numberSections(sections: readonly Section[], head: number): number {
  let offset = head;
  let index = 0;
  for (const section of sections) {
    section.offset = offset;
    section.index = index;
    offset += section.part.text.length;
    if (section.part.element !== undefined) index++;
  }
  return index;
}

/** Path of a child from the root of the file. */
export function childPath(form: RootForm, index: number): JsonPath {
  return form.kind === 'child' ? [] : [...form.listPath, index];
}

/** The problems of the file around its children. */
function aroundChildren({ sections, form, head, done, settings }: FileState, children: number): LocatedProblem[] {
  if (form.kind !== 'other' && !done) return [];
  const last = sections.at(-1);
  const closing = last?.part.element === undefined ? last : undefined;
  const endOffset = closing?.offset ?? head.length;
  return rootProblems({ form, head, end: closing?.part ?? last?.part, endOffset, children }, settings);
}

/** Problems across children by the child that shows them. */
function clashesByChild(state: FileState): Map<Section, PartProblem[]> {
  const byChild = new Map<Section, PartProblem[]>();
  for (const places of state.index.clashes()) addClash(places, state.settings, byChild);
  return byChild;
}

function addClash(
  places: readonly Occurrence<Section>[],
  settings: SeveritySettings,
  byChild: Map<Section, PartProblem[]>,
): void {
  for (const { owner, problem, others } of clashesOf(places, ({ index }) => index, settings)) {
    const related = others.map((other) => {
      const range = placeIn(other.owner, other.path);
      const by = other.owner.offset - owner.offset;
      return { start: range.start + by, end: range.end + by, message: clashMessage };
    });
    const entry = { problem, related, range: placeIn(owner, problem.path) };
    const list = byChild.get(owner);
    if (list === undefined) byChild.set(owner, [entry]);
    else list.push(entry);
  }
}

/** The problems of one severity in a section, at their places in the file. */
function* placed(
  section: Section,
  clashes: readonly PartProblem[] | undefined,
  severity: string,
  form: RootForm,
): Iterable<LocatedProblem> {
  const { part, report, index, offset } = section;
  const has = (list: readonly PartProblem[]): boolean => list.some(({ problem }) => problem.severity === severity);
  const base = part.element === undefined ? form.listPath : childPath(form, index);
  if (has(report.problems)) {
    section.placed ??= locateInPart(part, report.problems);
    for (const problem of section.placed) if (problem.severity === severity) yield moveToFile(problem, offset, base);
  }
  if (clashes !== undefined && has(clashes)) {
    for (const problem of locateInPart(part, clashes)) {
      if (problem.severity === severity) yield moveToFile(problem, offset, base);
    }
  }
}

/** The problems of a file, at most `limit` of them: the most severe, in the order of the text. Only those are given places. */
export function collectProblems(state: FileState): TextValidation {
  const { sections, form, head, limit } = state;
  const children = numberSections(sections, head.length);
  const root = aroundChildren(state, children);
  const clashes = clashesByChild(state);
  let total = root.length;
  for (const section of sections) total += section.report.problems.length + (clashes.get(section)?.length ?? 0);
  const taken: LocatedProblem[] = [];
  for (const severity of severityOrder) {
    for (const problem of root) if (problem.severity === severity && taken.length < limit) taken.push(problem);
    for (const section of sections) {
      if (taken.length >= limit) break;
      if (section.report.problems.length === 0 && !clashes.has(section)) continue;
      for (const problem of placed(section, clashes.get(section), severity, form)) {
        if (taken.length < limit) taken.push(problem);
      }
    }
  }
  taken.sort((a, b) => a.start - b.start || a.end - b.end);
  return { problems: taken, omitted: total - taken.length, children };
}
