/** One child as it stands in a file: its bytes and where they are. */
export interface ScannedChild {
  /** Offset of the first byte in the file. */
  readonly offset: number;
  readonly bytes: Buffer;
  /** Place of the first character, from 1; columns count characters. */
  readonly line: number;
  readonly column: number;
}

/** Where scanning stopped because the text cannot be a payload. */
export class ScanFault extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** Which of the forms that people save payloads in: a bare array, one child, or `{la_code, Children: [...]}`. */
export type RootForm = 'array' | 'child' | 'wrapper';

/** `rootObject` is either one child or a wrapper, which shows when its array of children begins. */
type State = 'start' | 'firstElement' | 'element' | 'inElement' | 'afterElement' | 'rootObject' | 'wrapperEnd' | 'done';

const byteOf = { quote: 0x22, backslash: 0x5c, newline: 0x0a, comma: 0x2c, colon: 0x3a } as const;
const bracket = { openList: 0x5b, closeList: 0x5d, openObject: 0x7b, closeObject: 0x7d } as const;
const wrapperKey = 'Children';

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === byteOf.newline || byte === 0x0d || byte === 0x09;
}

/**
 * Splits the bytes of a JSON file into the children of its root, without parsing them: it follows brackets and strings
 * only, so that a file of any size passes in small pieces. A child's own syntax is for whoever parses its text.
 */
export class PayloadScanner {
  form: RootForm | null = null;
  #state: State = 'start';
  #offset = 0;
  #line = 1;
  #column = 1;
  #inString = false;
  #escaped = false;
  /** Open brackets of the current element, or of the root object. */
  #depth = 0;
  /** The child under way: its bytes in earlier chunks, and where it began. */
  #parts: Buffer[] = [];
  #start = { offset: 0, line: 1, column: 1 };
  /** The last key at the first level of a root object, with the colon behind it. */
  #key: number[] = [];

  /** Takes the next bytes and gives the children that they complete. Throws a ScanFault. */
  *push(chunk: Buffer): Generator<ScannedChild> {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      const wasInChild = this.#inChild;
      const ended = this.#step(byte);
      if (!wasInChild && this.#inChild) {
        from = i;
        this.#start = { offset: this.#offset, line: this.#line, column: this.#column };
      }
      this.#offset++;
      if (byte === byteOf.newline) {
        this.#line++;
        this.#column = 1;
      } else if ((byte & 0xc0) !== 0x80) this.#column++;
      if (ended) yield { ...this.#start, bytes: this.#joined(chunk.subarray(from, i + 1)) };
    }
    if (this.#inChild) this.#parts.push(chunk.subarray(from));
  }

  /** Checks that the file ended where a payload can end. Throws a ScanFault. */
  end(): void {
    if (this.#state === 'done') return;
    if (this.#state === 'start') throw this.#fault('The file is empty.');
    if (this.#state === 'inElement') {
      const { line, column } = this.#start;
      throw new ScanFault('The file ends inside the child that starts here.', line, column);
    }
    throw this.#fault('The file ends before its outermost bracket is closed.');
  }

  get #inChild(): boolean {
    return this.#state === 'inElement' || this.#state === 'rootObject';
  }

  #joined(last: Buffer): Buffer {
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    return bytes;
  }

  #fault(message: string): ScanFault {
    return new ScanFault(message, this.#line, this.#column);
  }

  /** Takes one byte; true when it is the last of a child. */
  #step(byte: number): boolean {
    if (this.#state === 'inElement') {
      if (!this.#closes(byte) || this.#depth > 0) return false;
      this.#state = 'afterElement';
      return true;
    }
    if (this.#state === 'rootObject') return this.#insideRoot(byte);
    if (this.#state === 'wrapperEnd') {
      if (this.#closes(byte) && this.#depth === 0) this.#state = 'done';
      return false;
    }
    if (!isBlank(byte)) this.#betweenChildren(byte);
    return false;
  }

  #betweenChildren(byte: number): void {
    const opensObject = byte === bracket.openObject;
    switch (this.#state) {
      case 'start':
        if (!opensObject && byte !== bracket.openList) throw this.#fault('A payload starts with [ or {.');
        this.form = opensObject ? 'child' : 'array';
        this.#state = opensObject ? 'rootObject' : 'firstElement';
        this.#depth = 1;
        break;
      case 'firstElement':
      case 'element':
        if (byte === bracket.closeList && this.#state === 'firstElement') this.#closeList();
        else if (!opensObject) throw this.#fault('A child is expected here: an object in { }.');
        else {
          this.#state = 'inElement';
          this.#depth = 1;
        }
        break;
      case 'afterElement':
        if (byte === bracket.closeList) this.#closeList();
        else if (byte === byteOf.comma) this.#state = 'element';
        else throw this.#fault('A comma or the closing ] is expected here.');
        break;
      default:
        throw this.#fault('There is text after the end of the payload.');
    }
  }

  #closeList(): void {
    this.#state = this.form === 'wrapper' ? 'wrapperEnd' : 'done';
    this.#depth = 1;
  }

  /** A root object is one child, unless it holds the array of children: then its own members are passed over. */
  #insideRoot(byte: number): boolean {
    const wasInString = this.#inString;
    if (this.#closes(byte) && this.#depth === 0) {
      this.#state = 'done';
      return true;
    }
    if (this.#inString) {
      if (!wasInString) this.#key = [];
      else if (this.#depth === 1) this.#key.push(byte);
    } else if (byte === byteOf.colon && this.#depth === 1) this.#key.push(byte);
    else if (byte === bracket.openList && this.#depth === 2) this.#openList();
    return false;
  }

  #openList(): void {
    if (Buffer.from(this.#key).toString('latin1') !== `${wrapperKey}:`) return;
    this.form = 'wrapper';
    this.#state = 'firstElement';
    // What came before is the wrapper's own and no child.
    this.#parts = [];
  }

  /** Follows strings and brackets; true when the byte closes a bracket. */
  #closes(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === byteOf.backslash) this.#escaped = true;
      else if (byte === byteOf.quote) this.#inString = false;
      return false;
    }
    if (byte === byteOf.quote) this.#inString = true;
    else if (byte === bracket.openObject || byte === bracket.openList) this.#depth++;
    else if (byte === bracket.closeObject || byte === bracket.closeList) {
      this.#depth--;
      return true;
    }
    return false;
  }
}
