import type { JsonValue } from '../json.ts';
import { maxNesting, type NeedsMore, scanElement } from './childScanner.ts';
import { skipComment, skipScalar, skipSpace, skipTrivia } from './jsonScan.ts';
import {
  commentFault,
  findSyntaxFaults,
  type SyntaxFault,
  syntaxFault,
  textFix,
  trailingComma,
} from './syntaxFaults.ts';

/**
 * One stretch of a payload's text: what separates a child from the one before and the child itself, or what follows
 * the last child. A part depends on its own text and a bounded look beyond it, so that an edit touches few parts.
 */
export interface Part {
  readonly text: string;
  /** Where the child is in the text of the part; undefined for the last part, which has none. */
  readonly element: { readonly start: number; readonly end: number } | undefined;
  /** Whether the child's text can be read. */
  readonly readable: boolean;
  /** Properties in the child's text. */
  readonly colons: number;
  /** No string of the child is empty or padded, or holds an escape, `0x`, two apostrophes, or half a surrogate pair. */
  readonly plain: boolean;
  /** Where the text is no JSON; offsets in the text of the part. */
  readonly faults: readonly SyntaxFault[];
  /** Length of the text, from the start of the part, that decided all this. */
  readonly reach: number;
}

/** A part as it was just read, with its child. The child is validated and then forgotten. */
export interface ReadPart {
  readonly kind: 'read';
  readonly part: Part;
  /** Undefined when there is no child or its text cannot be read. */
  readonly value: JsonValue | undefined;
}

/** What the parts belong to: the form of the root. */
export type RootKind = 'array' | 'wrapper' | 'child';

const more: NeedsMore = { kind: 'more' };

/** A closing bracket in the midst of children: another child follows it. */
function isStray(text: string, bracket: number): boolean {
  const at = skipTrivia(text, bracket + 1);
  if (text.charCodeAt(at) === 123) return true;
  return text.charCodeAt(at) === 44 && text.charCodeAt(skipTrivia(text, at + 1)) === 123;
}

/** What separates children, read up to the next child or the end. */
interface Gap {
  readonly faults: SyntaxFault[];
  readonly commas: number[];
  /** First character of the child, of the closing bracket, or the end of the text. */
  readonly at: number;
}

function readGap(text: string, from: number): Gap {
  const faults: SyntaxFault[] = [];
  const commas: number[] = [];
  for (let at = from; ; ) {
    at = skipSpace(text, at);
    const c = text.charCodeAt(at);
    const comment = skipComment(text, at);
    if (comment > at) {
      faults.push(commentFault(at, comment));
      at = comment;
    } else if (c === 44) commas.push(at++);
    else if (c === 125 || c === 58 || (c === 93 && isStray(text, at))) {
      const sign = String.fromCharCode(c);
      faults.push(
        syntaxFault(at, at + 1, `This ${sign} does not belong here.`, [textFix(`Remove ${sign}`, at, at + 1, '')]),
      );
      at++;
    } else return { faults, commas, at };
  }
}

/** Faults of the commas before a child: none before the first, one before each other. */
function commaFaults(commas: readonly number[], first: boolean, child: number): SyntaxFault[] {
  const extra = first ? commas : commas.slice(1);
  const faults = extra.map((at) =>
    syntaxFault(at, at + 1, 'This comma has no child before it.', [textFix('Remove the comma', at, at + 1, '', true)]),
  );
  if (!first && commas.length === 0) {
    const edits = [textFix('Add a comma', child, child, ', ')];
    faults.push(syntaxFault(child, child + 1, 'A comma is missing between two children.', edits));
  }
  return faults;
}

/** Comments after the root, and the first thing that is none. */
function trailingText(text: string, from: number): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  let at = skipSpace(text, from);
  for (let end = skipComment(text, at); end > at; end = skipComment(text, at)) {
    faults.push(commentFault(at, end));
    at = skipSpace(text, end);
  }
  if (at < text.length)
    faults.push(syntaxFault(at, skipScalar(text, at), 'This does not belong here: the payload has ended.'));
  return faults;
}

/** What follows the last child. The text after the bracket of a wrapped list is left to the reader of the wrapper. */
function readEnd(text: string, from: number, gap: Gap, first: boolean, kind: RootKind): ReadPart {
  const { faults, commas, at } = gap;
  if (first || commas.length > 1) faults.push(...commaFaults(commas, true, at));
  else faults.push(...commas.map(trailingComma));
  if (text.charCodeAt(at) !== 93) {
    const end = text.length;
    const edits = [textFix('Add ]', end, end, ']')];
    faults.push(syntaxFault(end - 1, end, 'The array is not closed: ] is missing at the end.', edits));
  } else if (kind === 'array') faults.push(...trailingText(text, at + 1));
  return endPart(text, from, faults);
}

function endPart(text: string, from: number, faults: readonly SyntaxFault[]): ReadPart {
  const part = {
    text: text.slice(from),
    element: undefined,
    readable: false,
    colons: 0,
    plain: false,
    faults: faults.map((fault) => shift(fault, -from)),
    reach: Number.POSITIVE_INFINITY,
  };
  return { kind: 'read', part, value: undefined };
}

/** The same fault when its text is moved by some characters. */
export function shift(fault: SyntaxFault, by: number): SyntaxFault {
  const edits = fault.edits.map((edit) => ({
    ...edit,
    changes: edit.changes.map((change) => ({ ...change, start: change.start + by, end: change.end + by })),
  }));
  return { ...fault, start: fault.start + by, end: fault.end + by, edits };
}

/**
 * Reads the part that starts at `from`. `first` says that no child comes before it, `complete` that the text does not
 * go on after its end; otherwise the answer may be that more of the text is needed.
 */
export function readPart(
  text: string,
  from: number,
  first: boolean,
  kind: RootKind,
  complete: boolean,
): ReadPart | NeedsMore {
  if (kind === 'child' && !first) return endPart(text, from, trailingText(text, from));
  const gap = readGap(text, from);
  if (gap.at >= text.length || text.charCodeAt(gap.at) === 93) {
    return complete ? readEnd(text, from, gap, first, kind) : more;
  }
  const scanned = scanElement(text, gap.at, complete);
  if (scanned.kind === 'more') return more;
  // A file of one child has no other child that could be told from it.
  const alone = kind === 'child' && !scanned.valid && scanned.tooDeep === undefined;
  const element = alone ? { ...scanned, end: text.trimEnd().length } : scanned;
  const faults = [...gap.faults, ...commaFaults(gap.commas, first, gap.at)];
  let value = element.value as JsonValue | undefined;
  if (element.tooDeep !== undefined) {
    const at = element.tooDeep;
    faults.push({ code: 'JSN-04', start: at, end: at + 1, what: String(maxNesting), edits: [] });
  } else if (!element.valid) {
    const report = findSyntaxFaults(text.slice(element.start, element.end));
    faults.push(...report.faults.map((fault) => shift(fault, element.start)));
    value = report.value;
  }
  const part = {
    text: text.slice(from, element.end),
    element: { start: element.start - from, end: element.end - from },
    readable: value !== undefined,
    colons: element.colons,
    plain: element.plain,
    faults: faults.length === 0 ? faults : faults.map((fault) => shift(fault, -from)),
    reach: element.reach - from,
  };
  return { kind: 'read', part, value };
}
