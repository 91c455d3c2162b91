import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { type LockHolder, tryLock } from '../connections/processLock.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { packBody } from './bodies.ts';
import { chainStart, type EventData, sha256 } from './chain.ts';
import { ChainFile } from './chainFile.ts';

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

/** What an index entry says when a run of it ends. */
export interface SubmissionEnding {
  readonly outcome: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly settled: number;
  readonly notAttempted: number;
  readonly inDoubt: number;
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
  async open(heading: SubmissionHeading): Promise<AuditedSubmission> {
    const { now, actor } = this.#settings;
    const stamp = now().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
    const id = `${stamp}-${randomBytes(4).toString('hex')}`;
    const start = await this.#index('opened', { id, ...actor, ...heading });
    return this.#submission(id, start);
  }

  /** Goes on with the record of a submission that was interrupted or left children in doubt. */
  async reopen(id: string): Promise<AuditedSubmission> {
    const start = await this.#startOf(id);
    await this.#index('reopened', { id, ...this.#settings.actor });
    return this.#submission(id, start);
  }

  async #submission(id: string, start: string): Promise<AuditedSubmission> {
    const { folder, files, now } = this.#settings;
    const chain = await ChainFile.open(files, path.join(folder, trailFile(id)), start, now);
    return new AuditedSubmission(id, path.join(folder, id), files, chain, async (ending) => {
      const { lines, hash } = chain.head;
      await this.#index('closed', { id, lines, hash, ...ending });
    });
  }

  /** The hash of the index line that opened a submission: what its first line points back to. */
  async #startOf(id: string): Promise<string> {
    const { folder, files } = this.#settings;
    const bytes = await files.read(path.join(folder, indexFile));
    for (const line of bytes?.toString('utf8').split('\n') ?? []) {
      if (line.includes('"event":"opened"') && line.includes(`"id":"${id}"`)) return sha256(line);
    }
    throw new DataflowError(
      'storage',
      `The audit trail has no record of submission ${id}, which the journal says is unfinished. Nothing was sent. Check that the data folder is complete.`,
    );
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
        const index = await ChainFile.open(files, path.join(folder, indexFile), chainStart, now);
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
  readonly #close: (ending: SubmissionEnding) => Promise<void>;

  constructor(
    id: string,
    folder: string,
    files: DurableFiles,
    chain: ChainFile,
    close: (ending: SubmissionEnding) => Promise<void>,
  ) {
    this.id = id;
    this.#folder = folder;
    this.#files = files;
    this.#chain = chain;
    this.#close = close;
  }

  async event(name: string, data: EventData): Promise<void> {
    await this.#chain.append(name, data);
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

  /** The bytes of a kept body, to send them again unchanged; null when it is gone. */
  async readBody(file: string): Promise<Buffer | null> {
    return this.#files.read(path.join(this.#folder, file));
  }

  /** Ends this run of the submission in the index, with the hash that seals its file. */
  async close(ending: SubmissionEnding): Promise<void> {
    await this.#chain.append('ended', { ...ending });
    await this.#close(ending);
  }
}
