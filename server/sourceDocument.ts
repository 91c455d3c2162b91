import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** Text is kept in pieces of at most this many UTF-16 code units, so that an edit copies one piece and not the file. */
const pieceLength = 65_536;

const carriageReturn = 13;
const lineFeed = 10;

/** A stretch of the text. A line end (CR LF) never stands across two pieces. */
interface Piece {
  readonly text: string;
  /** Offsets in the piece at which lines begin, that is just after each line end. */
  readonly lines: readonly number[];
}

/** A piece with where it stands in the document. */
interface Place {
  readonly index: number;
  readonly piece: Piece;
  /** Offset of the piece's first character. */
  readonly offset: number;
  /** Number of the line that the piece's first character is on. */
  readonly line: number;
}

function lineStarts(text: string): number[] {
  const starts: number[] = [];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === lineFeed || (c === carriageReturn && text.charCodeAt(at + 1) !== lineFeed)) starts.push(at + 1);
  }
  return starts;
}

function splitsLineEnd(before: string, after: string): boolean {
  return before.charCodeAt(before.length - 1) === carriageReturn && after.charCodeAt(0) === lineFeed;
}

function toPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + pieceLength);
    if (text.charCodeAt(to - 1) === carriageReturn && text.charCodeAt(to) === lineFeed) to++;
    const piece = text.slice(from, to);
    pieces.push({ text: piece, lines: lineStarts(piece) });
    from = to;
  }
  return pieces;
}

/**
 * An open document. It behaves as a `TextDocument` of vscode-languageserver-textdocument (positions in UTF-16 code
 * units, lines ended by LF, CRLF or CR), but an edit costs the same in a file of any size.
 */
export class SourceDocument implements TextDocument {
  readonly uri: string;
  readonly languageId: string;
  #version: number;
  #pieces: Piece[];
  #length: number;
  /** Offset and line at which each piece begins, worked out when first asked for after an edit. */
  #places: readonly Place[] | undefined;
  /** The whole text in one string, as long as nothing changed since it was made. */
  #whole: string | undefined;

  constructor(uri: string, languageId: string, version: number, text: string) {
    this.uri = uri;
    this.languageId = languageId;
    this.#version = version;
    this.#pieces = toPieces(text);
    this.#length = text.length;
    this.#whole = text;
  }

  get version(): number {
    return this.#version;
  }

  get length(): number {
    return this.#length;
  }

  get lineCount(): number {
    const last = this.#placesNow().at(-1);
    return last === undefined ? 1 : last.line + last.piece.lines.length + 1;
  }

  getText(range?: Range): string {
    if (range !== undefined) {
      const [one, other] = [this.offsetAt(range.start), this.offsetAt(range.end)];
      return this.slice(Math.min(one, other), Math.max(one, other));
    }
    this.#whole ??= this.#pieces.map((piece) => piece.text).join('');
    return this.#whole;
  }

  /** The text between two offsets. */
  slice(start: number, end: number): string {
    if (this.#whole !== undefined) return this.#whole.slice(start, end);
    const parts: string[] = [];
    let place = this.#placeAt(Math.max(0, start));
    for (; place !== undefined && place.offset < end; place = this.#placesNow()[place.index + 1]) {
      parts.push(place.piece.text.slice(Math.max(0, start - place.offset), end - place.offset));
    }
    return parts.join('');
  }

  /** Replaces the text between two offsets, `start` not after `end`. */
  edit(start: number, end: number, newText: string): void {
    if (start === end && newText === '') return;
    const first = this.#placeAt(start);
    const last = this.#placeAt(end);
    let from = first?.index ?? 0;
    let to = (last?.index ?? -1) + 1;
    let text = newText;
    if (first !== undefined) text = first.piece.text.slice(0, start - first.offset) + text;
    if (last !== undefined) text += last.piece.text.slice(end - last.offset);
    const before = this.#pieces[from - 1];
    if (before !== undefined && (text === '' || splitsLineEnd(before.text, text))) {
      text = before.text + text;
      from--;
    }
    const after = this.#pieces[to];
    if (after !== undefined && splitsLineEnd(text, after.text)) {
      text += after.text;
      to++;
    }
    this.#pieces.splice(from, to - from, ...toPieces(text));
    this.#length += newText.length - (end - start);
    this.#places = undefined;
    this.#whole = undefined;
  }

  /** Replaces the whole text. */
  replace(newText: string): void {
    this.#pieces = toPieces(newText);
    this.#length = newText.length;
    this.#places = undefined;
    this.#whole = newText;
  }

  /** Called once after the edits of one change. */
  setVersion(version: number): void {
    this.#version = version;
  }

  offsetAt({ line, character }: Position): number {
    if (line < 0) return 0;
    const start = this.#lineStart(line);
    if (start === undefined) return this.#length;
    if (character <= 0) return start;
    const next = this.#lineStart(line + 1) ?? this.#length;
    return this.#beforeLineEnd(Math.min(start + character, next), start);
  }

  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length));
    const place = this.#placeAt(at);
    if (place === undefined) return { line: 0, character: at };
    const { lines } = place.piece;
    // The number of line starts in the piece that are not after the offset.
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lines[middle] ?? 0) + place.offset <= at) low = middle + 1;
      else high = middle;
    }
    const line = place.line + low;
    const inPiece = lines[low - 1];
    const start = inPiece === undefined ? (this.#lineStart(line) ?? 0) : place.offset + inPiece;
    return { line, character: this.#beforeLineEnd(at, start) - start };
  }

  /** The range of a line without what ends it; a line beyond the last one counts as the last. */
  getLineRange(line: number): Range {
    if (line < 0) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const known = Math.min(line, this.lineCount - 1);
    const start = { line: known, character: 0 };
    return { start, end: this.positionAt(this.#lineEnd(known)) };
  }

  /** The characters that end a line; empty for the last one and for lines that do not exist. */
  getEOLCharacters(line: number): string {
    const next = line < 0 ? undefined : this.#lineStart(line + 1);
    return next === undefined ? '' : this.slice(this.#lineEnd(line), next);
  }

  /** Offset of the end of a line, before what ends it. */
  #lineEnd(line: number): number {
    return this.#beforeLineEnd(this.#lineStart(line + 1) ?? this.#length, this.#lineStart(line) ?? this.#length);
  }

  /** The piece that an offset is in; an offset between two is in the first of them, the end of the text in the last. */
  #placeAt(at: number): Place | undefined {
    const places = this.#placesNow();
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = places[middle];
      if (place !== undefined && at > place.offset + place.piece.text.length) low = middle + 1;
      else high = middle;
    }
    return places[low];
  }

  #placesNow(): readonly Place[] {
    if (this.#places !== undefined) return this.#places;
    const places: Place[] = [];
    let offset = 0;
    let line = 0;
    for (const piece of this.#pieces) {
      places.push({ index: places.length, piece, offset, line });
      offset += piece.text.length;
      line += piece.lines.length;
    }
    this.#places = places;
    return places;
  }

  /** Offset at which a line begins; undefined when there are fewer lines. */
  #lineStart(wanted: number): number | undefined {
    if (wanted === 0) return 0;
    const places = this.#placesNow();
    let low = 0;
    let high = places.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = places[middle];
      if (place !== undefined && wanted > place.line + place.piece.lines.length) low = middle + 1;
      else high = middle;
    }
    const place = places[low];
    const start = place?.piece.lines[wanted - place.line - 1];
    return place === undefined || start === undefined ? undefined : place.offset + start;
  }

  /** The offset moved back out of the characters that end its line. */
  #beforeLineEnd(offset: number, lineStart: number): number {
    let at = offset;
    for (const text = this.slice(Math.max(lineStart, offset - 2), offset); at > lineStart; at--) {
      const c = text.charCodeAt(text.length - 1 - (offset - at));
      if (c !== carriageReturn && c !== lineFeed) break;
    }
    return at;
  }
}
