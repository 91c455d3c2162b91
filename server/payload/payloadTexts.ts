import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { RequestContext } from '../languages/languageService.ts';
import { type ChildExtent, childExtents } from './childExtents.ts';

/** Where the children of one version of one text stand, as far as it has been read. */
interface Scan {
  readonly version: number;
  readonly found: ChildExtent[];
  readonly rest: Generator<ChildExtent, void, undefined>;
  done: boolean;
}

/** Knows where children stand in payload documents; reads a text only as far as somebody asks. */
export class PayloadTexts {
  readonly #scans = new WeakMap<TextDocument, Scan>();

  /** All children, in the order of the text. */
  async children(document: TextDocument, context: RequestContext): Promise<readonly ChildExtent[]> {
    const scan = this.#scanOf(document);
    await this.#readUntil(scan, Number.POSITIVE_INFINITY, context);
    return scan.found;
  }

  /** The child that an offset is in or touches; undefined between children and outside of them. */
  async childAt(document: TextDocument, offset: number, context: RequestContext): Promise<ChildExtent | undefined> {
    const scan = this.#scanOf(document);
    await this.#readUntil(scan, offset, context);
    return childIn(scan, offset);
  }

  /** The same, reading on in one go. For places that were found before, so that little or nothing is left to read. */
  knownChildAt(document: TextDocument, offset: number): ChildExtent | undefined {
    const scan = this.#scanOf(document);
    while (needsMore(scan, offset)) readOn(scan);
    return childIn(scan, offset);
  }

  drop(document: TextDocument): void {
    this.#scans.delete(document);
  }

  #scanOf(document: TextDocument): Scan {
    const known = this.#scans.get(document);
    if (known !== undefined && known.version === document.version) return known;
    const text = document.getText();
    const scan = { version: document.version, found: [], rest: childExtents(text), done: false };
    this.#scans.set(document, scan);
    return scan;
  }

  /** Reads on until a child ends after `offset`, or to the end. */
  async #readUntil(scan: Scan, offset: number, context: RequestContext): Promise<void> {
    while (needsMore(scan, offset) && !context.signal.aborted) {
      readOn(scan);
      const pause = context.breathe();
      if (pause !== undefined) await pause;
    }
  }
}

function needsMore(scan: Scan, offset: number): boolean {
  return !scan.done && (scan.found.at(-1)?.end ?? -1) < offset;
}

function readOn(scan: Scan): void {
  const next = scan.rest.next();
  if (next.done === true) scan.done = true;
  else scan.found.push(next.value);
}

function childIn(scan: Scan, offset: number): ChildExtent | undefined {
  let low = 0;
  let high = scan.found.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scan.found[middle]?.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const child = scan.found[low];
  return child !== undefined && child.start <= offset ? child : undefined;
}
