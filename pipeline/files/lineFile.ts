import type { DurableFiles } from './durableFiles.ts';

/** A file of lines as it stands after any crash. */
export interface Lines {
  /** Complete lines, without their line ends. */
  readonly lines: readonly string[];
  /** Bytes up to and with the last line end. */
  readonly completeBytes: number;
  /** What stands after it: a line that a crash cut short. Nothing was done on the strength of it. */
  readonly torn: Buffer;
}

/** Splits a file of lines, each ended by `\n`, keeping apart a last line without its end. */
export function splitLines(bytes: Buffer): Lines {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.subarray(0, end).toString('utf8');
  return { lines: text === '' ? [] : text.slice(0, -1).split('\n'), completeBytes: end, torn: bytes.subarray(end) };
}

/** Adds lines to a file so that it only ever holds whole lines, but for the last one after a crash. */
export class LineWriter {
  readonly #files: DurableFiles;
  readonly #file: string;
  #bytes: number;

  /** @param bytes size of the file's complete lines; a torn line after them must have been cut off */
  constructor(files: DurableFiles, file: string, bytes: number) {
    this.#files = files;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Adds a line, which is on disk when this resolves. */
  async append(line: string): Promise<void> {
    const text = `${line}\n`;
    try {
      await this.#files.append(this.#file, text);
    } catch (error) {
      // A full disk may have taken half a line. Taking it off lets a later line, such as the end, stand whole; if
      // that fails too, the next opening does it.
      await this.#files.truncate(this.#file, this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(text);
  }
}
