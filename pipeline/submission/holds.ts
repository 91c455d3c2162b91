import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { isJsonObject } from '../../core/json.ts';
import type { AuditTrail } from '../audit/auditTrail.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { maskPersonal } from '../receiver/mask.ts';

/** A folder or file name for an identity: readable, and different for different identities. */
export function fileNameOf(identity: string): string {
  const readable = identity.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60);
  return `${readable}-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}

/**
 * Children that a person holds back from submission, with the reason. Every change goes to the audit trail first.
 * Ids and reasons only.
 */
export class HeldBack {
  readonly #file: string;
  readonly #identity: string;
  readonly #files: DurableFiles;
  readonly #trail: AuditTrail;

  /** @param dataFolder where the list is kept, by the identity of the staging table */
  constructor(dataFolder: string, identity: string, files: DurableFiles, trail: AuditTrail) {
    this.#file = path.join(dataFolder, 'held-back', `${fileNameOf(identity)}.json`);
    this.#identity = identity;
    this.#files = files;
    this.#trail = trail;
  }

  /** Reasons by person id. */
  async read(): Promise<ReadonlyMap<string, string>> {
    const bytes = await this.#files.read(this.#file);
    if (bytes === null) return new Map();
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      value = null;
    }
    if (!isJsonObject(value) || !isJsonObject(value.children)) {
      throw new DataflowError(
        'storage',
        `The list of children held back, ${this.#file}, cannot be read. Nothing was sent, as a child that should stay back could go out. Correct the file, or remove it and hold the children back again.`,
      );
    }
    return new Map(Object.entries(value.children).map(([id, reason]) => [id, String(reason)]));
  }

  /**
   * Holds a child back, or releases it.
   * @param reason why, for the audit trail; null releases
   * @returns how many are held back now
   */
  async set(personId: string, reason: string | null): Promise<number> {
    const now = new Map(await this.read());
    if (reason === null) {
      if (!now.delete(personId)) return now.size;
      await this.#trail.note('released', { table: this.#identity, personId });
    } else {
      const words = maskPersonal(reason, []);
      if (words === '') {
        throw new DataflowError('usage', 'Give a reason for holding the child back; it is kept in the audit trail.');
      }
      await this.#trail.note('held', { table: this.#identity, personId, reason: words });
      now.set(personId, words);
    }
    const children = Object.fromEntries([...now].sort(([a], [b]) => (a < b ? -1 : 1)));
    await this.#files.replace(this.#file, Buffer.from(`${JSON.stringify({ version: 1, children }, null, 2)}\n`));
    return now.size;
  }
}
