import * as path from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { packBody, unpackBody } from '../audit/bodies.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { LineWriter, splitLines } from '../files/lineFile.ts';

/** A child of a batch as the journal keeps it: its id, and the staged state that acceptance would make the base. */
export interface JournalMember {
  readonly personId: string;
  /** Staging hash of that state, hexadecimal; null where the row has none, and for a deletion. */
  readonly hash: string | null;
}

/** A body that was or is about to be posted. */
export interface SendingEntry {
  readonly submission: string;
  readonly batch: number;
  /** First attempt with this body; with `batch` it names the body. */
  readonly attempt: number;
  readonly body: { readonly file: string; readonly sha256: string };
  /** File with the members' full states, until they are recorded; null when there is nothing to record. */
  readonly states: string | null;
  readonly members: readonly JournalMember[];
}

/** What the service said of a body, before staging knows. */
export interface AnsweredEntry {
  readonly accepted: readonly { readonly personId: string; readonly receipt: string }[];
  /** Messages are masked. */
  readonly rejected: readonly { readonly personId: string; readonly message: string }[];
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** A submission that the journal knows. */
export interface StartedEntry {
  readonly submission: string;
  readonly mode: string;
  readonly laCode: string;
  readonly endpoint: string;
  readonly at: string;
}

/** A body whose fate staging does not know yet: in doubt while `answered` is null. */
export interface OpenBody {
  readonly sending: SendingEntry;
  readonly answered: AnsweredEntry | null;
}

const fileName = 'journal.jsonl';

/**
 * What is under way for one staging table, so that a crash at any point loses nothing and sends nothing twice.
 * One line per step, flushed before the step that relies on it. Used under the submission lock only.
 */
export class Journal {
  readonly #folder: string;
  readonly #files: DurableFiles;
  readonly #open: Map<string, OpenBody>;
  readonly #running: Map<string, StartedEntry>;
  /** Headings of every submission in the file, ended ones too, as their bodies may still be in doubt. */
  readonly #started: Map<string, StartedEntry>;

  #writer: LineWriter;

  private constructor(folder: string, files: DurableFiles) {
    this.#folder = folder;
    this.#files = files;
    this.#writer = new LineWriter(files, path.join(folder, fileName), 0);
    this.#open = new Map();
    this.#running = new Map();
    this.#started = new Map();
  }

  /**
   * Reads the journal, taking off a line that a crash cut short.
   * @throws DataflowError `storage` when a complete line cannot be read: what was sent would no longer be known
   */
  static async open(folder: string, files: DurableFiles): Promise<Journal> {
    const file = path.join(folder, fileName);
    const journal = new Journal(folder, files);
    const bytes = await files.read(file);
    if (bytes === null) return journal;
    const { lines, completeBytes, torn } = splitLines(bytes);
    journal.#writer = new LineWriter(files, file, completeBytes);
    for (const [index, line] of lines.entries()) {
      if (!journal.#replay(line)) {
        throw new DataflowError(
          'storage',
          `The submission journal ${file} is damaged at line ${index + 1}, so it is not certain what was sent. Nothing was sent now. Keep the file, compare the audit trail with the staging table, and move the file away when both agree.`,
        );
      }
    }
    if (torn.length > 0) await files.truncate(file, completeBytes);
    return journal;
  }

  /** Bodies that staging does not know the fate of, oldest first. */
  get open(): readonly OpenBody[] {
    return [...this.#open.values()];
  }

  /** Submissions that began and did not come to their end. */
  get interrupted(): readonly StartedEntry[] {
    return [...this.#running.values()];
  }

  /** What was written when a submission began. */
  started(submission: string): StartedEntry | undefined {
    return this.#started.get(submission);
  }

  async start(entry: StartedEntry): Promise<void> {
    if (this.#open.size === 0 && this.#running.size === 0) {
      // Everything before is settled and in the audit trail; the journal need not keep it.
      const file = path.join(this.#folder, fileName);
      await this.#files.replace(file, new Uint8Array());
      this.#writer = new LineWriter(this.#files, file, 0);
      this.#started.clear();
      // A process that died between keeping states and announcing their body leaves them behind; they are records.
      for (const name of await this.#files.list(this.#folder)) {
        if (name.startsWith('states-')) await this.#files.remove(path.join(this.#folder, name));
      }
    }
    await this.#write('started', { ...entry });
  }

  /**
   * Keeps the full payload of each member, null for a deletion, until the body is recorded.
   * @returns the file's name, for `sending`
   */
  async keepStates(
    of: Pick<SendingEntry, 'submission' | 'batch' | 'attempt'>,
    states: readonly (string | null)[],
  ): Promise<string> {
    const name = `states-${of.submission}-${of.batch}-${of.attempt}.gz`;
    await this.#files.replace(path.join(this.#folder, name), await packBody(Buffer.from(JSON.stringify(states))));
    return name;
  }

  async sending(entry: SendingEntry): Promise<void> {
    await this.#write('sending', { ...entry });
  }

  async answered(of: SendingEntry, answer: AnsweredEntry): Promise<void> {
    await this.#write('answered', { ...keyOf(of), ...answer });
  }

  /** The service certainly took nothing of this body, and there is nothing to record. */
  async withdrawn(of: SendingEntry, reason: string): Promise<void> {
    await this.#settle('withdrawn', of, { reason });
  }

  /** Staging knows the answer. */
  async recorded(of: SendingEntry): Promise<void> {
    await this.#settle('recorded', of, {});
  }

  async ended(submission: string): Promise<void> {
    await this.#write('ended', { submission });
  }

  /** Full states of a body's members, in their order. */
  async states(of: SendingEntry): Promise<readonly (string | null)[]> {
    const packed = of.states === null ? null : await this.#files.read(path.join(this.#folder, of.states));
    const text = packed === null ? null : await unpackBody(packed);
    const states: unknown = text === null ? null : JSON.parse(text.toString('utf8'));
    const valid = (value: unknown): value is string | null => value === null || typeof value === 'string';
    if (!Array.isArray(states) || states.length !== of.members.length || !states.every(valid)) {
      throw new DataflowError(
        'storage',
        `The journal's copy of what was sent in batch ${of.batch} of submission ${of.submission} is missing or damaged. Nothing was sent now. Restore the folder ${this.#folder} from a backup.`,
      );
    }
    return states;
  }

  async #settle(kind: string, of: SendingEntry, extra: JsonObject): Promise<void> {
    await this.#write(kind, { ...keyOf(of), ...extra });
    if (of.states !== null) await this.#files.remove(path.join(this.#folder, of.states));
  }

  async #write(kind: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const line = JSON.stringify({ kind, ...data });
    await this.#writer.append(line);
    if (!this.#replay(line)) throw new TypeError(`The journal wrote a "${kind}" line that it cannot read`);
  }

  #replay(line: string): boolean {
    let entry: JsonValue;
    try {
      entry = JSON.parse(line) as JsonValue;
    } catch {
      return false;
    }
    if (!isJsonObject(entry) || typeof entry.submission !== 'string') return false;
    switch (entry.kind) {
      case 'started': {
        const { submission, mode, laCode, endpoint, at } = entry;
        if (!areText(mode, laCode, endpoint, at)) return false;
        const started: StartedEntry = {
          submission,
          mode: `${mode}`,
          laCode: `${laCode}`,
          endpoint: `${endpoint}`,
          at: `${at}`,
        };
        this.#running.set(submission, started);
        this.#started.set(submission, started);
        return true;
      }
      case 'ended':
        return this.#running.delete(entry.submission);
      case 'sending': {
        const sending = readSending(entry);
        if (sending !== null) this.#open.set(nameOf(sending), { sending, answered: null });
        return sending !== null;
      }
      case 'answered': {
        const name = nameOf(entry);
        const open = this.#open.get(name);
        const answered = readAnswered(entry);
        if (open === undefined || answered === null) return false;
        this.#open.set(name, { ...open, answered });
        return true;
      }
      case 'withdrawn':
      case 'recorded':
        return this.#open.delete(nameOf(entry));
      default:
        return false;
    }
  }
}

function areText(...values: readonly (JsonValue | undefined)[]): boolean {
  return values.every((value) => typeof value === 'string');
}

function nameOf(of: { readonly submission?: unknown; readonly batch?: unknown; readonly attempt?: unknown }): string {
  return `${of.submission}/${of.batch}/${of.attempt}`;
}

function keyOf(of: { readonly submission: string; readonly batch: number; readonly attempt: number }) {
  return { submission: of.submission, batch: of.batch, attempt: of.attempt };
}

function readSending(entry: JsonObject): SendingEntry | null {
  const { submission, batch, attempt, body, states, members } = entry;
  if (typeof submission !== 'string' || typeof batch !== 'number' || typeof attempt !== 'number') return null;
  if (!isJsonObject(body) || typeof body.file !== 'string' || typeof body.sha256 !== 'string') return null;
  if ((states !== null && typeof states !== 'string') || states === undefined || !Array.isArray(members)) return null;
  const read: JournalMember[] = [];
  for (const member of members) {
    if (!isJsonObject(member) || typeof member.personId !== 'string') return null;
    read.push({ personId: member.personId, hash: typeof member.hash === 'string' ? member.hash : null });
  }
  return { submission, batch, attempt, body: { file: body.file, sha256: body.sha256 }, states, members: read };
}

function readAnswered(entry: JsonObject): AnsweredEntry | null {
  const { accepted, rejected, at } = entry;
  if (!Array.isArray(accepted) || !Array.isArray(rejected) || typeof at !== 'string') return null;
  const good: { personId: string; receipt: string }[] = [];
  const bad: { personId: string; message: string }[] = [];
  for (const item of accepted) {
    if (!isJsonObject(item) || typeof item.personId !== 'string' || typeof item.receipt !== 'string') return null;
    good.push({ personId: item.personId, receipt: item.receipt });
  }
  for (const item of rejected) {
    if (!isJsonObject(item) || typeof item.personId !== 'string' || typeof item.message !== 'string') return null;
    bad.push({ personId: item.personId, message: item.message });
  }
  return { accepted: good, rejected: bad, at };
}
