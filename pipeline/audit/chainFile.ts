import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { LineWriter, splitLines } from '../files/lineFile.ts';
import { type ChainEvent, checkChain, type EventData, eventLine, sha256 } from './chain.ts';

/** How far a chain reaches: its number of lines and the hash of the last. */
export interface ChainHead {
  readonly lines: number;
  readonly hash: string;
}

/** A chain that can be added to, and what it held when it was opened. */
export interface OpenedChain {
  readonly chain: ChainFile;
  readonly events: readonly ChainEvent[];
}

/** A file that events are appended to, each chained to the one before and flushed to disk before `append` resolves. */
export class ChainFile {
  readonly #writer: LineWriter;
  readonly #now: () => Date;
  #head: ChainHead;

  private constructor(writer: LineWriter, now: () => Date, head: ChainHead) {
    this.#writer = writer;
    this.#now = now;
    this.#head = head;
  }

  /**
   * Opens a chain to go on with it. A line that a crash cut short is taken off, which a `repaired` event says.
   * @param start what the first line points back to
   * @throws DataflowError `storage` when the chain is broken: nothing may be added to a trail that was tampered with
   */
  static async open(files: DurableFiles, file: string, start: string, now: () => Date): Promise<OpenedChain> {
    const { lines, completeBytes, torn } = splitLines((await files.read(file)) ?? Buffer.alloc(0));
    const { events, head, broken } = checkChain(lines, start);
    if (broken !== null) {
      throw new DataflowError(
        'storage',
        `The audit trail does not hold together: ${file}, line ${broken.line}: ${broken.reason}. Nothing was sent. Keep the folder as it is for your information governance team, and choose another data folder to go on.`,
      );
    }
    const chain = new ChainFile(new LineWriter(files, file, completeBytes), now, { lines: lines.length, hash: head });
    if (torn.length > 0) {
      await files.truncate(file, completeBytes);
      await chain.append('repaired', { removedBytes: torn.length, removedSha256: sha256(torn) });
    }
    return { chain, events };
  }

  get head(): ChainHead {
    return this.#head;
  }

  async append(event: string, data: EventData): Promise<void> {
    const number = this.#head.lines + 1;
    const line = eventLine({ number, at: this.#now().toISOString(), previous: this.#head.hash, event }, data);
    await this.#writer.append(line);
    this.#head = { lines: number, hash: sha256(line) };
  }
}
