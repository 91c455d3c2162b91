import { isJsonObject, type JsonValue } from '../json.ts';
import type { LocatedProblem, TextFix, TextRange } from '../problems.ts';
import { codeAdvice, guessCode } from '../rules/codeHelp.ts';
import { type Finding, type SeveritySettings, toProblem } from '../rules/finding.ts';
import { codeset } from './codesets.ts';
import type { Part } from './parts.ts';
import { findPlaces } from './placeFinder.ts';
import type { RootForm } from './rootForm.ts';
import { findSyntaxFaults } from './syntaxFaults.ts';

/** What the problems of the root depend on. Offsets are in the file. */
export interface RootFacts {
  readonly form: RootForm;
  /** Text up to the children, without them. */
  readonly head: string;
  /** The last part, which follows the children, and its offset; undefined while it has not been read. */
  readonly end: Part | undefined;
  readonly endOffset: number;
  readonly children: number;
}

/** Most children in one request (DfE API specification). */
const batchLimit = 100;

function at(
  finding: Omit<Finding, 'path'>,
  range: TextRange,
  settings: SeveritySettings,
  edits: readonly TextFix[] = [],
): LocatedProblem[] {
  const problem = toProblem({ ...finding, path: [] }, settings);
  if (problem === undefined) return [];
  const { code, severity, message, path } = problem;
  return [{ code, severity, message, path, ...range, ...(edits.length > 0 ? { edits } : {}) }];
}

function wrapFix(facts: RootFacts): TextFix {
  const { form, endOffset } = facts;
  const changes = [
    { start: form.start, end: form.start, newText: '[' },
    { start: endOffset, end: endOffset, newText: ']' },
  ];
  return { title: 'Put the child into an array', safe: false, changes };
}

/** What stands around the wrapped list: its other members, or the reason why they cannot be read. */
function envelopeProblems(facts: RootFacts, settings: SeveritySettings): LocatedProblem[] {
  const { form, head, end, endOffset } = facts;
  const opening = { start: form.start, end: form.start + 1 };
  const tail = end?.text ?? '';
  const bracket = tail.lastIndexOf('}') === -1 ? -1 : tail.indexOf(']');
  const rest = tail.slice(bracket === -1 ? tail.length : bracket);
  const restAt = endOffset + tail.length - rest.length;
  const unwrap: TextFix = {
    title: 'Keep the array of children alone',
    safe: false,
    changes: [
      { start: form.start, end: form.head, newText: '[' },
      { start: restAt + 1, end: restAt + rest.length, newText: '' },
    ],
  };
  const problems = at({ code: 'FMT-01', severity: 'warning' }, opening, settings, bracket === -1 ? [] : [unwrap]);
  let envelope: JsonValue;
  try {
    envelope = JSON.parse(head.slice(form.start) + rest) as JsonValue;
  } catch {
    const range = { start: restAt, end: Math.max(restAt + rest.trimEnd().length, restAt + 1) };
    const last = Math.min(range.end, endOffset + tail.length);
    const what = 'What stands around the list of children is not valid JSON.';
    const place = { start: Math.max(0, Math.min(range.start, last - 1)), end: last };
    return [...problems, ...at({ code: 'JSN-01', values: { what } }, place, settings)];
  }
  return [...problems, ...authorityProblems(envelope, facts, settings)];
}

/** Rule FMT-25: the code of the authority beside the list. */
function authorityProblems(envelope: JsonValue, facts: RootFacts, settings: SeveritySettings): LocatedProblem[] {
  if (!isJsonObject(envelope) || !Object.hasOwn(envelope, 'la_code')) return [];
  const code = envelope.la_code;
  if (typeof code === 'string' && Object.hasOwn(codeset('la_code').codes, code)) return [];
  const text = typeof code === 'string' || typeof code === 'number' ? code : '';
  const advice = codeAdvice('la_code', guessCode('la_code', text));
  const [range] = findPlaces(
    facts.head.slice(facts.form.start),
    [{ path: ['la_code'], at: 'value' }],
    facts.form.start,
  );
  return at({ code: 'FMT-25', values: { advice } }, range ?? { start: 0, end: 1 }, settings);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A file without children: empty, no JSON at all, or JSON of another kind. */
function otherProblems(start: number, text: string, settings: SeveritySettings): LocatedProblem[] {
  const first = Math.min(start, Math.max(0, text.length - 1));
  const opening = { start: first, end: Math.min(first + 1, text.length) };
  const body = text.slice(start);
  if (body === '') return at({ code: 'JSN-01', values: { what: 'The file is empty.' } }, opening, settings);
  if (isJson(body)) return at({ code: 'FMT-01', variant: 'other' }, opening, settings);
  const [fault] = findSyntaxFaults(body).faults;
  const range = fault === undefined ? opening : { start: start + fault.start, end: start + fault.end };
  return at({ code: 'JSN-01', values: { what: fault?.what || 'This is not valid JSON.' } }, range, settings);
}

/** The problems of the file around its children: its form, its number of children, its encoding. */
export function rootProblems(facts: RootFacts, settings: SeveritySettings): LocatedProblem[] {
  const { form, head, end, children } = facts;
  const problems: LocatedProblem[] = [];
  if (form.marked) {
    const edits = [{ title: 'Remove the mark', safe: true, changes: [{ start: 0, end: 1, newText: '' }] }];
    problems.push(...at({ code: 'FMT-26' }, { start: 0, end: 1 }, settings, edits));
  }
  for (const { code, start, end: last, what, edits } of form.faults) {
    problems.push(...at({ code, values: { what } }, { start, end: last }, settings, edits));
  }
  if (form.kind === 'other') return [...problems, ...otherProblems(form.start, head, settings)];
  if (end === undefined) return problems;
  const first = { start: form.start, end: form.start + 1 };
  if (form.kind === 'child') {
    problems.push(...at({ code: 'FMT-01', variant: 'child', severity: 'warning' }, first, settings, [wrapFix(facts)]));
  } else if (form.kind === 'wrapper') problems.push(...envelopeProblems(facts, settings));
  if (children > batchLimit) problems.push(...at({ code: 'FMT-02', values: { count: children } }, first, settings));
  else if (children === 0)
    problems.push(...at({ code: 'FMT-02', variant: 'empty', severity: 'warning' }, first, settings));
  return problems;
}
