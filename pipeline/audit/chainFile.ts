import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { splitLines } from '../files/lineFile.ts';
import { type ChainEvent, checkChain, type EventData, eventLine, sha256 } from './chain.ts';

/** How far a chain reaches: its number of lines and the hash of the last. */
export interface ChainHead {
  readonly lines: number;
  readonly hash: string;
}

/** A file that events are appended to, each chained to the one before and flushed to disk before `append` resolves. */
export class ChainFile {
  readonly #files: DurableFiles;
  readonly #file: string;
  readonly #now: () => Date;
  #head: ChainHead;
  #bytes: number;

  private constructor(files: DurableFiles, file: string, now: () => Date, head: ChainHead, bytes: number) {
    this.#files = files;
    this.#file = file;
    this.#now = now;
    this.#head = head;
    this.#bytes = bytes;
  }

  /**
   * Opens a chain to go on with it. A line that a crash cut short is taken off, which a `repaired` event says.
   * @param start what the first line points back to
   * @throws DataflowError `storage` when the chain is broken: nothing may be added to a trail that was tampered with
   */
  static async open(files: DurableFiles, file: string, start: string, now: () => Date): Promise<ChainFile> {
    const bytes = (await files.read(file)) ?? Buffer.alloc(0);
    const { lines, completeBytes, tornBytes } = splitLines(bytes);
    const { head, broken } = checkChain(lines, start);
    if (broken !== null) {
      throw new DataflowError(
        'storage',
        `The audit trail does not hold together: ${file}, line ${broken.line}: ${broken.reason}. Nothing was sent. Keep the folder as it is for your information governance team, and choose another data folder to go on.`,
      );
    }
    const chain = new ChainFile(files, file, now, { lines: lines.length, hash: head }, completeBytes);
    if (tornBytes > 0) {
      const fragment = sha256(bytes.subarray(completeBytes));
      await files.truncate(file, completeBytes);
      await chain.append('repaired', { removedBytes: tornBytes, removedSha256: fragment });
    }
    return chain;
  }

  get head(): ChainHead {
    return this.#head;
  }

  async append(event: string, data: EventData): Promise<ChainEvent['at']> {
    const at = this.#now().toISOString();
    const number = this.#head.lines + 1;
    const line = eventLine({ number, at, previous: this.#head.hash, event }, data);
    const text = `${line}\n`;
    try {
      await this.#files.append(this.#file, text);
    } catch (error) {
      // A full disk may have taken half a line. Taking it off lets a later event, such as the end, stand whole; if
      // that fails too, the next opening does it.
      await this.#files.truncate(this.#file, this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(text);
    this.#head = { lines: number, hash: sha256(line) };
    return at;
  }
}
