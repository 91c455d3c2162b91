import { type FileHandle, open } from 'node:fs/promises';
import { type ParseError, parse } from 'jsonc-parser';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { PayloadScanner, type RootForm, ScanFault, type ScannedChild } from './payloadScanner.ts';

/** Bytes read at once. */
const chunkSize = 1 << 20;

/** A child of a payload file with the place of its text. */
export interface FileChild {
  /** From 0, in the order of the file. */
  readonly index: number;
  readonly child: JsonObject;
  /** The text as it stands in the file. */
  readonly text: string;
  /** Bytes in the file. */
  readonly offset: number;
  readonly length: number;
  /** Place of the first character, from 1. */
  readonly line: number;
  readonly column: number;
}

/** A payload file, opened. Read it with `children`, and single children again with `readText`. */
export class PayloadFile {
  readonly file: string;
  readonly #handle: FileHandle;
  #form: RootForm | null = null;

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** @throws DataflowError `input` when the file is missing, unreadable or a folder */
  static async open(file: string): Promise<PayloadFile> {
    const handle = await open(file, 'r').catch((cause: unknown) => {
      throw new DataflowError(
        'input',
        `The file ${file} could not be read. Check that it exists and that you may read it.`,
        {
          cause,
        },
      );
    });
    if ((await handle.stat()).isFile()) return new PayloadFile(file, handle);
    await handle.close();
    throw new DataflowError('input', `${file} is not a file. Name a payload file, such as payload.json.`);
  }

  /** The form of the root; null until the first child was read. The API takes a bare array only. */
  get form(): RootForm | null {
    return this.#form;
  }

  /**
   * Reads child by child; memory holds one of them and a piece of the file.
   * @throws DataflowError `input` naming file, line and column where it is not a payload
   */
  async *children(signal: AbortSignal): AsyncGenerator<FileChild> {
    const scanner = new PayloadScanner();
    let index = 0;
    try {
      for await (const chunk of this.#chunks(signal)) {
        for (const scanned of scanner.push(chunk)) {
          this.#form = scanner.form;
          yield this.#parse(scanned, index++);
        }
      }
      scanner.end();
      this.#form = scanner.form;
    } catch (error) {
      if (error instanceof ScanFault) throw this.#fault(error.line, error.column, error.message, error);
      throw error;
    }
  }

  /** The text at a place that `children` gave, while the file has not changed. */
  async readText(place: { readonly offset: number; readonly length: number }): Promise<string> {
    const bytes = Buffer.allocUnsafe(place.length);
    let read = 0;
    while (read < place.length) {
      const { bytesRead } = await this.#handle.read(bytes, read, place.length - read, place.offset + read);
      if (bytesRead === 0)
        throw new DataflowError('input', `The file ${this.file} changed while it was being read. Try again.`);
      read += bytesRead;
    }
    return bytes.toString('utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async *#chunks(signal: AbortSignal): AsyncGenerator<Buffer> {
    let position = 0;
    for (;;) {
      throwIfCancelled(signal);
      // A buffer of its own for each piece: children keep parts of it until they are parsed.
      const buffer = Buffer.allocUnsafe(chunkSize);
      const { bytesRead } = await this.#handle.read(buffer, 0, chunkSize, position);
      if (bytesRead === 0) return;
      const chunk = buffer.subarray(0, bytesRead);
      if (position === 0) this.#refuseUtf16(chunk);
      // A byte order mark is passed over, as blanks, so that offsets stay those of the file.
      if (position === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk.fill(0x20, 0, 3);
      position += bytesRead;
      yield chunk;
    }
  }

  /** UTF-16 shows by its byte order mark, or by the zero byte beside the first bracket. */
  #refuseUtf16(start: Buffer): void {
    const [first, second] = [start[0], start[1]];
    const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    if (!marked && first !== 0 && second !== 0) return;
    throw new DataflowError('input', `The file ${this.file} is not saved as UTF-8. Save it as UTF-8 and try again.`);
  }

  #parse(scanned: ScannedChild, index: number): FileChild {
    const { bytes, offset, line, column } = scanned;
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch (cause) {
      throw this.#fault(line, column, 'The child that starts here holds text that is not UTF-8.', cause);
    }
    let child: unknown;
    try {
      child = JSON.parse(text);
    } catch (cause) {
      // The parser's own message would quote the child.
      const place = placeOf(text, firstError(text), line, column);
      throw this.#fault(place.line, place.column, 'This is not valid JSON.', cause);
    }
    if (!isJsonObject(child)) throw this.#fault(line, column, 'A child is expected here: an object in { }.', null);
    return { index, child, text, offset, length: bytes.length, line, column };
  }

  #fault(line: number, column: number, message: string, cause: unknown): DataflowError {
    return new DataflowError(
      'input',
      `${this.file}, line ${line}, column ${column}: ${message} The file was not used. Correct it and try again.`,
      { cause },
    );
  }
}

/** Offset of the first syntax error in a text that JSON.parse refuses. */
function firstError(text: string): number {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  return errors[0]?.offset ?? 0;
}

function placeOf(text: string, offset: number, line: number, column: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  const last = before.at(-1) ?? '';
  return before.length === 1
    ? { line, column: column + last.length }
    : { line: line + before.length - 1, column: last.length + 1 };
}
