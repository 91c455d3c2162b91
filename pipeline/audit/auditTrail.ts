import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { type LockHolder, tryLock } from '../connections/processLock.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { splitLines } from '../files/lineFile.ts';
import { packBody, unpackBody } from './bodies.ts';
import { chainStart, type EventData, parseEvent, sha256 } from './chain.ts';
import { ChainFile } from './chainFile.ts';
import { TrailTally } from './trailTally.ts';

/** Who is at work, as the system knows them. */
export interface Actor {
  readonly user: string;
  readonly host: string;
}

/** What an index entry says of a submission when it begins. Ids, counts and addresses only. */
export interface SubmissionHeading {
  readonly mode: string;
  readonly send: string;
  readonly laCode: string;
  readonly endpoint: string;
  readonly table: string;
  readonly children: number;
  readonly batches: number;
  readonly specVersion: string;
  readonly packVersion: string | null;
  readonly toolVersion: string;
}

/** What an index entry says when a run of it ends, besides the counts that the trail itself gives. */
export interface SubmissionEnding {
  readonly outcome: string;
  /** Null when a recovery ends a run that did not say. */
  readonly settled: number | null;
  readonly notAttempted: number | null;
}

/** A new id for a submission: its time in UTC and chance, so that ids sort by time and never meet. */
export function newSubmissionId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

export interface AuditTrailSettings {
  /** `audit` in the data folder. */
  readonly folder: string;
  readonly files: DurableFiles;
  readonly actor: Actor;
  readonly now: () => Date;
  /** Resolves after that many milliseconds; used while another process writes to the index. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const indexFile = 'index.jsonl';
export const headFile = 'head.json';

/** Name of a submission's trail in the audit folder. */
export function trailFile(id: string): string {
  return `${id}.jsonl`;
}

/** Name of a kept body, within the submission's folder. */
export function bodyFile(batch: number, attempt: number, kind: 'request' | 'response'): string {
  return `${String(batch).padStart(5, '0')}-${String(attempt).padStart(3, '0')}-${kind}.gz`;
}

/**
 * The append-only record of submissions: an index, a chained file per submission, and the bodies beside it. Every
 * method resolves only when its line is on disk, and rejects with `storage` when it is not, so that the caller can
 * refuse to send what cannot be recorded.
 */
export class AuditTrail {
  readonly #settings: AuditTrailSettings;

  constructor(settings: AuditTrailSettings) {
    this.#settings = settings;
  }

  /** Adds an event about the trail or a decision (`held`, `released`, `signed-off`, `bodies-removed`) to the index. */
  async note(event: string, data: EventData): Promise<void> {
    await this.#index(event, { ...this.#settings.actor, ...data });
  }

  /** Begins the record of a new submission. */
  async open(id: string, heading: SubmissionHeading): Promise<AuditedSubmission> {
    const start = await this.#index('opened', { id, ...this.#settings.actor, ...heading });
    return this.#submission(id, start);
  }

  /**
   * Goes on with the record of a submission that was interrupted or left children in doubt.
   * @returns null when the trail never began, so that nothing of it can have been sent
   */
  async reopen(id: string): Promise<AuditedSubmission | null> {
    const { folder, files, actor } = this.#settings;
    const bytes = await files.read(path.join(folder, indexFile));
    const lines = splitLines(bytes ?? Buffer.alloc(0)).lines;
    const opening = lines.find((line) => {
      const event = parseEvent(line);
      return event?.event === 'opened' && event.data.id === id;
    });
    if (opening === undefined) return null;
    await this.#index('reopened', { id, ...actor });
    return this.#submission(id, sha256(opening));
  }

  async #submission(id: string, start: string): Promise<AuditedSubmission> {
    const { folder, files, now } = this.#settings;
    const { chain, events } = await ChainFile.open(files, path.join(folder, trailFile(id)), start, now);
    const close = async (data: EventData): Promise<void> => {
      const { lines, hash } = chain.head;
      await this.#index('closed', { id, lines, hash, ...data });
    };
    return new AuditedSubmission(id, path.join(folder, id), files, chain, TrailTally.of(events), close);
  }

  /** Appends to the index under a lock, as submissions of other tables may write to it at the same time. */
  async #index(event: string, data: EventData): Promise<string> {
    const { folder, files, actor, now, sleep } = this.#settings;
    const holder: LockHolder = { ...actor, pid: process.pid, since: now().toISOString() };
    for (let tries = 0; tries < 200; tries += 1) {
      const attempt = await tryLock(path.join(folder, 'index.lock'), holder);
      if (attempt.kind === 'busy') {
        await sleep(50);
        continue;
      }
      try {
        const { chain: index } = await ChainFile.open(files, path.join(folder, indexFile), chainStart, now);
        await index.append(event, data);
        const head = { lines: index.head.lines, hash: index.head.hash };
        await files.replace(path.join(folder, headFile), Buffer.from(`${JSON.stringify(head)}\n`));
        return index.head.hash;
      } finally {
        attempt.lock.release();
      }
    }
    throw new DataflowError(
      'locked',
      `The audit trail in ${folder} is being written by another process. Nothing was sent. Try again in a moment.`,
    );
  }
}

/** The record of one submission while it runs. */
export class AuditedSubmission {
  readonly id: string;
  readonly #folder: string;
  readonly #files: DurableFiles;
  readonly #chain: ChainFile;
  readonly #tally: TrailTally;
  readonly #close: (data: EventData) => Promise<void>;

  constructor(
    id: string,
    folder: string,
    files: DurableFiles,
    chain: ChainFile,
    tally: TrailTally,
    close: (data: EventData) => Promise<void>,
  ) {
    this.id = id;
    this.#folder = folder;
    this.#files = files;
    this.#chain = chain;
    this.#tally = tally;
    this.#close = close;
  }

  /** What the trail says so far, earlier runs of the submission included. */
  get tally(): TrailTally {
    return this.#tally;
  }

  async event(name: string, data: EventData): Promise<void> {
    await this.#chain.append(name, data);
    this.#tally.add(name, data);
  }

  /**
   * Keeps a body, compressed, and gives what an event says of it: the file's name, the SHA-256 of the body as sent or
   * received, and its length in bytes.
   */
  async keepBody(
    batch: number,
    attempt: number,
    kind: 'request' | 'response',
    body: Uint8Array,
  ): Promise<{ readonly file: string; readonly sha256: string; readonly bytes: number }> {
    const file = bodyFile(batch, attempt, kind);
    await this.#files.replace(path.join(this.#folder, file), await packBody(body));
    return { file, sha256: sha256(body), bytes: body.byteLength };
  }

  /** A kept body as it was sent or received; null when it is missing or damaged. */
  async readBody(file: string): Promise<Buffer | null> {
    const packed = await this.#files.read(path.join(this.#folder, file));
    return packed === null ? null : unpackBody(packed);
  }

  /** Ends this run of the submission: its own last event, then the index entry with the hash that seals the file. */
  async close(ending: SubmissionEnding): Promise<void> {
    const data = { ...ending, ...this.#tally.counts };
    await this.event('ended', data);
    await this.#close(data);
  }
}
