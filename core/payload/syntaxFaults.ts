import type { JsonValue } from '../json.ts';
import type { TextFix, TextRange } from '../problems.ts';
import { skipComment, skipSpace } from './jsonScan.ts';

/** One place where a text is no JSON. Offsets are in the text that was looked at. */
export interface SyntaxFault extends TextRange {
  /** JSN-01 for what cannot be read, JSN-02 for a comment, JSN-03 for a trailing comma, JSN-04 for too deep nesting. */
  readonly code: 'JSN-01' | 'JSN-02' | 'JSN-03' | 'JSN-04';
  /** For JSN-01: what is wrong and what belongs here, as sentences. */
  readonly what: string;
  readonly edits: readonly TextFix[];
}

/** What a text that JSON.parse refuses suffers from. */
export interface SyntaxReport {
  /** Comments and trailing commas up to the first fault that cannot be read over, and that fault. */
  readonly faults: readonly SyntaxFault[];
  /** The value of the text without comments and trailing commas; undefined when more is wrong. */
  readonly value: JsonValue | undefined;
}

/** A fault that cannot be read over. */
export function syntaxFault(start: number, end: number, what: string, edits: readonly TextFix[] = []): SyntaxFault {
  return { code: 'JSN-01', start, end, what, edits };
}

/** A text fix of one change. */
export function textFix(title: string, start: number, end: number, newText: string, safe = false): TextFix {
  return { title, safe, changes: [{ start, end, newText }] };
}

/** The fault that a comment is. */
export function commentFault(start: number, end: number): SyntaxFault {
  return { code: 'JSN-02', start, end, what: '', edits: [textFix('Remove the comment', start, end, '', true)] };
}

/** The fault that a comma is that nothing follows. */
export function trailingComma(at: number): SyntaxFault {
  const edits = [textFix('Remove the comma', at, at + 1, '', true)];
  return { code: 'JSN-03', start: at, end: at + 1, what: '', edits };
}

/** Words of other languages and what they are in JSON. */
const words: Readonly<Record<string, string>> = {
  True: 'true',
  TRUE: 'true',
  False: 'false',
  FALSE: 'false',
  None: 'null',
  NULL: 'null',
  Null: 'null',
  NaN: 'null',
  undefined: 'null',
};

const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const scalarEnd = /[\s,:{}[\]"/]/g;

/** Reads one text strictly; a fault that cannot be read over ends it. Uses a list for its nesting, not the call stack. */
class Reader {
  readonly faults: SyntaxFault[] = [];
  readonly #text: string;
  readonly #blank: TextRange[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  repaired(): string | undefined {
    if (this.faults.some(({ code }) => code === 'JSN-01')) return undefined;
    let result = '';
    let from = 0;
    for (const { start, end } of this.#blank) {
      result += this.#text.slice(from, start) + this.#text.slice(start, end).replace(/[^\r\n]/g, ' ');
      from = end;
    }
    return result + this.#text.slice(from);
  }

  /** Moves to the next significant character, reporting comments on the way. */
  #skip(): number {
    for (;;) {
      this.#at = skipSpace(this.#text, this.#at);
      const end = skipComment(this.#text, this.#at);
      if (end === this.#at) return this.#text.charCodeAt(this.#at);
      const start = this.#at;
      this.#blank.push({ start, end });
      this.faults.push(commentFault(start, end));
      this.#at = end;
    }
  }

  #fail(what: string, end = this.#at + 1, edits: readonly TextFix[] = [], start = this.#at): false {
    const last = Math.min(end, this.#text.length);
    // At the end of the text the last character stands for the place.
    this.faults.push(syntaxFault(Math.max(0, Math.min(start, last - 1)), last, what, edits));
    return false;
  }

  #string(): boolean {
    const start = this.#at;
    for (let at = start + 1; ; at++) {
      const c = this.#text.charCodeAt(at);
      if (c === 34) {
        this.#at = at + 1;
        return true;
      }
      if (Number.isNaN(c) || c === 10 || c === 13) {
        const edits = [textFix('Close the string', at, at, '"')];
        return this.#fail('This string is not closed with a double quote on its line.', at, edits, start);
      }
      if (c < 32) {
        this.#at = at;
        return this.#fail('A string cannot hold a control character: write it as an escape such as \\t.');
      }
      if (c !== 92) continue;
      const six = this.#text.slice(at, at + 6);
      if (/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(six)) at++;
      else {
        this.#at = at;
        const edits = [textFix('Double the backslash', at, at, '\\')];
        return this.#fail('This backslash does not begin an escape: write it twice.', at + 1, edits);
      }
    }
  }

  #scalar(): boolean {
    const start = this.#at;
    const c = this.#text.charCodeAt(start);
    if (Number.isNaN(c)) return this.#fail('A value is missing at the end.');
    if (c === 39) return this.#fail('Strings need double quotes.', this.#text.indexOf("'", start + 1) + 1 || start + 1);
    scalarEnd.lastIndex = start;
    const end = Math.max(scalarEnd.exec(this.#text)?.index ?? this.#text.length, start + 1);
    const word = this.#text.slice(start, end);
    if (word === 'true' || word === 'false' || word === 'null' || numberForm.test(word)) {
      this.#at = end;
      return true;
    }
    const meant = Object.hasOwn(words, word) ? words[word] : undefined;
    if (meant !== undefined)
      return this.#fail(`JSON writes ${meant} here.`, end, [textFix(`Change to ${meant}`, start, end, meant)]);
    if (/^[-+.]?\d/.test(word))
      return this.#fail('This is not a number as JSON writes it. Text and dates need double quotes.', end);
    if (/^[,:}\]]/.test(word)) return this.#fail('A value is missing here.', end);
    const quoted = /^[\w.-]+$/.test(word) ? [textFix('Put it in quotes', start, end, JSON.stringify(word))] : [];
    return this.#fail('This is not a value: text needs double quotes.', end, quoted);
  }

  /** A property name and its colon. */
  #name(): boolean {
    const c = this.#skip();
    if (c !== 34) {
      const word = /^[\w$]+/.exec(this.#text.slice(this.#at, this.#at + 80))?.[0];
      if (word === undefined) return this.#fail('A property name in double quotes belongs here.');
      const end = this.#at + word.length;
      return this.#fail('Property names need double quotes.', end, [
        textFix('Put it in quotes', this.#at, end, `"${word}"`),
      ]);
    }
    if (!this.#string()) return false;
    const after = this.#at;
    if (this.#skip() === 58) {
      this.#at++;
      return true;
    }
    return this.#fail('A colon belongs after this property name.', this.#at + 1, [
      textFix('Add a colon', after, after, ':'),
    ]);
  }

  /** After a value: a comma, or the end of what holds it. True when another element follows, false when it closed. */
  #next(closing: number, comma: number): 'more' | 'closed' | 'failed' {
    const c = this.#skip();
    if (c === closing) {
      this.#at++;
      return 'closed';
    }
    if (c === 44) {
      const at = this.#at++;
      if (this.#skip() !== closing) return 'more';
      this.#blank.push({ start: at, end: at + 1 });
      this.faults.push(trailingComma(at));
      this.#at++;
      return 'closed';
    }
    const bracket = closing === 125 ? '}' : ']';
    if (Number.isNaN(c)) {
      const end = this.#text.length;
      this.#fail(`A closing ${bracket} is missing.`, end, [textFix(`Add ${bracket}`, end, end, bracket)]);
    } else if (c === 125 || c === 93) this.#fail(`A closing ${bracket} belongs here, not ${String.fromCharCode(c)}.`);
    else
      this.#fail(`A comma or ${bracket} is missing before this.`, this.#at + 1, [
        textFix('Add a comma', comma, comma, ','),
      ]);
    return 'failed';
  }

  /** Reads the whole text. */
  read(): void {
    const open: number[] = [];
    for (;;) {
      const c = this.#skip();
      let done = true;
      if (c === 123 || c === 91) {
        const closing = c === 123 ? 125 : 93;
        this.#at++;
        if (this.#skip() === closing) this.#at++;
        else {
          open.push(closing);
          done = false;
        }
      } else if (!(c === 34 ? this.#string() : this.#scalar())) return;
      while (done) {
        const closing = open.at(-1);
        if (closing === undefined) {
          if (!Number.isNaN(this.#skip())) this.#fail('This does not belong here: the value before it is complete.');
          return;
        }
        const next = this.#next(closing, this.#at);
        if (next === 'failed') return;
        done = next === 'closed';
        if (done) open.pop();
      }
      if (open.at(-1) === 125 && !this.#name()) return;
    }
  }
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Finds why JSON.parse refuses a text. Never without a fault for such a text. */
export function findSyntaxFaults(text: string): SyntaxReport {
  const reader = new Reader(text);
  reader.read();
  const repaired = reader.repaired();
  const value = repaired === undefined ? undefined : parse(repaired);
  const { faults } = reader;
  // Whatever the reader lets pass, JSON.parse has the last word.
  if (value === undefined && repaired !== undefined) {
    faults.push(syntaxFault(0, Math.min(1, text.length), 'This is not valid JSON.'));
  }
  return { faults: faults.toSorted((a, b) => a.start - b.start), value };
}
