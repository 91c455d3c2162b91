import type { JsonPath, TextRange } from '../problems.ts';
import { FileIndex } from '../rules/fileIndex.ts';
import type { SeveritySettings } from '../rules/finding.ts';
import { createValidator, type PayloadValidator, type ValidatorOptions } from '../rules/validator.ts';
import { childPath, collectProblems, numberSections, type Section, type TextValidation } from './collectProblems.ts';
import { reportPart } from './partReport.ts';
import { type Part, type ReadPart, type RootKind, readPart } from './parts.ts';
import { type RootForm, rootForm } from './rootForm.ts';

export type { TextValidation } from './collectProblems.ts';

/** Options of a validation of text. */
export interface ValidateTextOptions extends ValidatorOptions {
  /** How many problems to give, most severe first; all when absent. */
  readonly maxProblems?: number;
}

/** A replacement of some text; offsets in UTF-16 code units of the text before it. */
export interface TextEdit extends TextRange {
  readonly newText: string;
}

/** A child of the document. */
export interface ChildExtent extends TextRange {
  readonly index: number;
  /** Path of the child from the root of the file. */
  readonly path: JsonPath;
  readonly text: string;
  /** The same object as long as the child's text stands, so that what is derived from it can be kept. */
  readonly identity: object;
}

/** An edit that inserts more than this is read like a new file, in steps. */
const largeInsert = 262_144;

/**
 * A payload's text with its problems, kept up to date edit by edit. The text is cut into one part for each child; an
 * edit reads again only the parts that it touches, and its result is always that of a validation from scratch. Work is
 * done in steps of some children, so that a server can answer others in between.
 */
export class PayloadDocument {
  readonly #options: ValidateTextOptions;
  readonly #settings: SeveritySettings;
  readonly #validator: PayloadValidator;
  #form: RootForm;
  #head: string;
  #sections: Section[] = [];
  /** Text that has not been cut into parts yet. */
  #rest: string;
  #restFrom = 0;
  #done = false;
  #index = new FileIndex<Section>();
  /** Sections of an earlier state by their text, for reuse. */
  #known = new Map<string, Section>();

  /** Takes the text without looking at it; `advance` or `finish` does the work. Throws a RangeError for a wrong date option. */
  constructor(text: string, options: ValidateTextOptions) {
    this.#options = options;
    this.#settings = options.severities ?? {};
    this.#validator = createValidator(options);
    this.#form = rootForm(text);
    this.#head = '';
    this.#rest = '';
    this.#start(text);
  }

  #start(text: string): void {
    this.#form = rootForm(text);
    const other = this.#form.kind === 'other';
    this.#head = other ? text : text.slice(0, this.#form.head);
    this.#sections = [];
    this.#rest = other ? '' : text;
    this.#restFrom = other ? 0 : this.#form.head;
    this.#done = other;
    this.#index = new FileIndex();
  }

  /** Whether all of the text has been validated. */
  get done(): boolean {
    return this.#done;
  }

  /** The whole text, put together from its parts. */
  get text(): string {
    const rest = this.#done ? '' : this.#rest.slice(this.#restFrom);
    return this.#head + this.#sections.map(({ part }) => part.text).join('') + rest;
  }

  get #kind(): RootKind {
    return this.#form.kind === 'other' ? 'array' : this.#form.kind;
  }

  /** Reads and validates up to `count` more children. True when nothing is left to do. */
  advance(count: number): boolean {
    for (let step = 0; step < count && !this.#done; step++) {
      const read = readPart(this.#rest, this.#restFrom, this.#sections.length === 0, this.#kind, true);
      // The end of the text is known here, so that the reader never asks for more.
      if (read.kind === 'more') break;
      this.#restFrom += read.part.text.length;
      const section = this.#section(read);
      this.#sections.push(section);
      this.#index.add(section, section.report.facts);
      if (read.part.element === undefined) this.#finished();
    }
    return this.#done;
  }

  #finished(): void {
    this.#done = true;
    this.#rest = '';
    this.#restFrom = 0;
    this.#known = new Map();
  }

  /** Reads and validates all that is left. */
  finish(): this {
    while (!this.advance(1000));
    return this;
  }

  /**
   * Reads and validates all that is left, `count` children at a time, with a `pause` in between in which others get
   * their turn. Stops when the signal is aborted; a later call goes on from there. True when everything was done.
   */
  async validate(signal: AbortSignal, count: number, pause: () => Promise<void>): Promise<boolean> {
    while (!signal.aborted) {
      if (this.advance(count)) return true;
      await pause();
    }
    return this.#done;
  }

  /** The section of a part, taken over where the same text was there before. */
  #section(read: ReadPart): Section {
    const { part } = read;
    const known = this.#known.size === 0 ? undefined : this.#known.get(part.text);
    // The faults of a part depend on a look beyond its text too, so that they are compared.
    const same = known !== undefined && sameReading(known.part, part);
    return {
      part,
      report: same ? known.report : reportPart(read, this.#validator, this.#settings),
      index: 0,
      offset: 0,
      placed: same ? known.placed : undefined,
      places: same ? known.places : undefined,
    };
  }

  /** Applies an edit. Small ones are validated at once; after a large one, or one before the children, `done` may be false. */
  applyEdit({ start, end, newText }: TextEdit): void {
    const outside = start < this.#head.length || this.#form.kind === 'child' || this.#form.kind === 'other';
    if (!this.#done || outside || newText.length > largeInsert) {
      const text = this.text;
      this.#remember();
      this.#start(text.slice(0, start) + newText + text.slice(end));
      return;
    }
    this.#replace(start, end, newText);
  }

  /** Brings the document to a new text, through the one edit between the old text and the new one. */
  update(newText: string): void {
    const old = this.text;
    const shorter = Math.min(old.length, newText.length);
    let start = 0;
    while (start < shorter && old.charCodeAt(start) === newText.charCodeAt(start)) start++;
    let tail = 0;
    while (
      tail < shorter - start &&
      old.charCodeAt(old.length - 1 - tail) === newText.charCodeAt(newText.length - 1 - tail)
    ) {
      tail++;
    }
    if (start === old.length && start === newText.length) return;
    this.applyEdit({ start, end: old.length - tail, newText: newText.slice(start, newText.length - tail) });
  }

  #remember(): void {
    for (const section of this.#sections) this.#known.set(section.part.text, section);
  }

  #replace(start: number, end: number, newText: string): void {
    const old = this.#sections;
    const first = this.#firstTouched(start);
    const offset = this.#offsetOf(first);
    // The window holds the old parts from `first` up to `next`; it grows while the reader asks for more.
    let next = first;
    let window = '';
    let length = 0;
    const grow = (until: number): string => {
      let grown = '';
      for (let one = old[next]; one !== undefined && (length < until || next === first); one = old[++next]) {
        this.#known.set(one.part.text, one);
        grown += one.part.text;
        length += one.part.text.length;
      }
      return grown;
    };
    window = grow(end - offset);
    window = window.slice(0, start - offset) + newText + window.slice(end - offset);
    const added = newText.length - (end - start);
    const editEnd = start - offset + newText.length;
    const fresh: Section[] = [];
    for (let at = 0; ; ) {
      const same = at < editEnd ? undefined : partAt(old, first, next, at - added);
      // A part is read alike wherever it stands, except that the first one has no comma before it.
      if (same !== undefined && (same === 0) === (first + fresh.length === 0)) {
        next = same;
        break;
      }
      const read = readPart(window, at, first + fresh.length === 0, this.#kind, next === old.length);
      if (read.kind === 'more') {
        window += grow(Math.max(length * 2, 65_536));
        continue;
      }
      fresh.push(this.#section(read));
      at += read.part.text.length;
      if (read.part.element === undefined) {
        next = old.length;
        break;
      }
    }
    for (const section of old.slice(first, next)) this.#index.remove(section, section.report.facts);
    for (const section of fresh) this.#index.add(section, section.report.facts);
    old.splice(first, next - first, ...fresh);
    this.#known = new Map();
  }

  /** The first part whose reading looked at the text from `start` on. */
  #firstTouched(start: number): number {
    let offset = this.#head.length;
    const touched = this.#sections.findIndex(({ part }) => {
      const reaches = offset + part.reach > start;
      offset += part.text.length;
      return reaches;
    });
    return touched === -1 ? this.#sections.length - 1 : touched;
  }

  #offsetOf(index: number): number {
    let offset = this.#head.length;
    for (let at = 0; at < index; at++) offset += this.#sections[at]?.part.text.length ?? 0;
    return offset;
  }

  /**
   * The problems found so far, at most `limit` of them: the most severe, in the order of the text. `maxProblems` of the
   * options is the usual limit.
   */
  report(limit = this.#options.maxProblems ?? Number.POSITIVE_INFINITY): TextValidation {
    return collectProblems({
      sections: this.#sections,
      index: this.#index,
      form: this.#form,
      head: this.#head,
      done: this.#done,
      settings: this.#settings,
      limit,
    });
  }

  /** The children that have been read, in the order of the text. */
  *children(): Iterable<ChildExtent> {
    numberSections(this.#sections, this.#head.length);
    for (const section of this.#sections) {
      const child = this.#extent(section);
      if (child !== undefined) yield child;
    }
  }

  /** Where a numbered section's child stands; undefined for the section after the last child. */
  #extent({ part, index, offset }: Section): ChildExtent | undefined {
    if (part.element === undefined) return undefined;
    const { start, end } = part.element;
    const text = part.text.slice(start, end);
    return {
      index,
      path: childPath(this.#form, index),
      start: offset + start,
      end: offset + end,
      text,
      identity: part,
    };
  }

  /** The child at an offset, its last character's end included; undefined between children and where nothing was read yet. */
  childAt(offset: number): ChildExtent | undefined {
    numberSections(this.#sections, this.#head.length);
    let low = 0;
    let high = this.#sections.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const section = this.#sections[middle];
      if (section !== undefined && section.offset + section.part.text.length < offset) low = middle + 1;
      else high = middle;
    }
    const section = this.#sections[low];
    const child = section === undefined ? undefined : this.#extent(section);
    return child !== undefined && child.start <= offset ? child : undefined;
  }
}

/** Index of the part that starts that far behind the part `first`; `next` is the part behind the last one that counts. */
function partAt(parts: readonly Section[], first: number, next: number, distance: number): number | undefined {
  let start = 0;
  for (let index = first; index <= next; index++) {
    if (start === distance) return index < parts.length ? index : undefined;
    start += parts[index]?.part.text.length ?? 0;
  }
  return undefined;
}

/** Whether two parts of one text were read alike. */
function sameReading(a: Part, b: Part): boolean {
  return (
    a.element?.start === b.element?.start &&
    a.element?.end === b.element?.end &&
    a.readable === b.readable &&
    JSON.stringify(a.faults) === JSON.stringify(b.faults)
  );
}
