import * as path from 'node:path';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { splitLines } from '../files/lineFile.ts';
import { bodyFile, indexFile, trailFile } from './auditTrail.ts';
import { unpackBody } from './bodies.ts';
import { type ChainEvent, parseEvent } from './chain.ts';

/** A submission as the index lists it. */
export interface TrailEntry {
  readonly id: string;
  readonly startedAt: string;
  readonly mode: 'dry-run' | 'test' | 'live';
  readonly laCode: string;
  readonly endpoint: string;
  readonly user: string;
  readonly host: string;
  readonly children: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Children of which it is not known whether the DfE took them. */
  readonly inDoubt: number;
  /** As the run ended, or `not finished` while it runs and after it was killed. */
  readonly outcome: string;
}

/** A body kept beside the trail. */
export interface KeptBody {
  readonly batch: number;
  readonly attempt: number;
  readonly kind: 'request' | 'response';
}

async function eventsOf(files: DurableFiles, file: string): Promise<readonly ChainEvent[]> {
  const { lines } = splitLines((await files.read(file)) ?? Buffer.alloc(0));
  return lines.flatMap((line) => parseEvent(line) ?? []);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** The submissions of the trail, newest first. Reads what is there; whether it holds together is `verifyTrail`'s work. */
export async function listSubmissions(folder: string, files: DurableFiles): Promise<readonly TrailEntry[]> {
  const entries = new Map<string, TrailEntry>();
  for (const { event, at, data } of await eventsOf(files, path.join(folder, indexFile))) {
    const id = text(data.id);
    const known = entries.get(id);
    if (event === 'opened') {
      entries.set(id, {
        id,
        startedAt: at,
        mode: data.mode === 'live' ? 'live' : 'test',
        laCode: text(data.laCode),
        endpoint: text(data.endpoint),
        user: text(data.user),
        host: text(data.host),
        children: count(data.children),
        accepted: 0,
        rejected: 0,
        inDoubt: 0,
        outcome: 'not finished',
      });
    } else if (event === 'closed' && known !== undefined) {
      entries.set(id, {
        ...known,
        accepted: count(data.accepted),
        rejected: count(data.rejected),
        inDoubt: count(data.inDoubt),
        outcome: text(data.outcome),
      });
    } else if (event === 'reopened' && known !== undefined) entries.set(id, { ...known, outcome: 'not finished' });
  }
  return [...entries.values()].reverse();
}

/** Decisions that the index notes under one name, such as `pilot-phase`, oldest first. */
export async function readNotes(
  folder: string,
  name: string,
  files: DurableFiles,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const events = await eventsOf(files, path.join(folder, indexFile));
  return events.filter(({ event }) => event === name).map(({ data }) => data);
}

async function entryOf(folder: string, id: string, files: DurableFiles): Promise<TrailEntry> {
  const found = (await listSubmissions(folder, files)).find((entry) => entry.id === id);
  if (found !== undefined) return found;
  throw new DataflowError('usage', `The audit trail has no submission "${id}". "audit list" shows the ids.`);
}

/**
 * One submission with its events and the bodies that are kept.
 * @throws DataflowError `usage` when there is none of that id
 */
export async function showSubmission(
  folder: string,
  id: string,
  files: DurableFiles,
): Promise<{
  readonly entry: TrailEntry;
  readonly events: readonly ChainEvent[];
  readonly bodies: readonly KeptBody[];
}> {
  const entry = await entryOf(folder, id, files);
  const events = await eventsOf(files, path.join(folder, trailFile(id)));
  const bodies: KeptBody[] = [];
  for (const name of await files.list(path.join(folder, id))) {
    const match = /^(\d+)-(\d+)-(request|response)\.gz$/.exec(name);
    if (match === null) continue;
    bodies.push({
      batch: Number(match[1]),
      attempt: Number(match[2]),
      kind: match[3] === 'request' ? 'request' : 'response',
    });
  }
  return { entry, events, bodies };
}

/**
 * The text of a kept body, exactly as it was sent or received. For the request of a repeated attempt, the body that
 * it repeated.
 * @throws DataflowError `usage` when there is none (it may have been removed by the retention setting), `storage` when
 *   it is damaged
 */
export async function readBodyText(folder: string, id: string, body: KeptBody, files: DurableFiles): Promise<string> {
  const { bodies } = await showSubmission(folder, id, files);
  const same = bodies.filter((other) => other.batch === body.batch && other.kind === body.kind);
  const exact = same.find((other) => other.attempt === body.attempt);
  const earlier = body.kind === 'request' ? same.filter((other) => other.attempt < body.attempt).at(-1) : undefined;
  const found = exact ?? earlier;
  const packed =
    found === undefined
      ? null
      : await files.read(path.join(folder, id, bodyFile(found.batch, found.attempt, found.kind)));
  if (packed === null) {
    throw new DataflowError(
      'usage',
      `Submission ${id} has no kept ${body.kind} for batch ${body.batch}, attempt ${body.attempt}. Bodies older than the retention setting are removed.`,
    );
  }
  const bytes = await unpackBody(packed);
  if (bytes === null) {
    throw new DataflowError('storage', `The kept ${body.kind} of batch ${body.batch} of submission ${id} is damaged.`);
  }
  return bytes.toString('utf8');
}
