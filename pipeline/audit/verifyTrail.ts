import * as path from 'node:path';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { throwIfCancelled } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';
import { type Lines, splitLines } from '../files/lineFile.ts';
import { headFile, indexFile, trailFile } from './auditTrail.ts';
import { unpackBody } from './bodies.ts';
import { type ChainEvent, chainStart, checkChain, sha256 } from './chain.ts';

/** Where the trail no longer holds together. `line` counts from 1; 0 stands for the file as a whole. */
export interface BrokenTrail {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

export interface TrailVerification {
  readonly submissions: number;
  /** Events whose links hold. */
  readonly events: number;
  /** Null when everything holds. */
  readonly firstBroken: BrokenTrail | null;
}

/** What the index says of one submission's file. */
interface Indexed {
  /** Hash of its opening line in the index. */
  readonly start: string;
  /** Line of that opening in the index. */
  readonly line: number;
  readonly seal: { readonly lines: number; readonly hash: string } | null;
  /** Whether it was opened again after the seal, so that lines may follow. */
  readonly continued: boolean;
  readonly bodiesRemoved: boolean;
}

async function readLines(files: DurableFiles, file: string): Promise<Lines> {
  return splitLines((await files.read(file)) ?? Buffer.alloc(0));
}

/**
 * Walks the whole trail: the chain of the index up to its recorded head, each submission's chain from its index entry
 * to its seal, and every kept body against its hash. Finds the first line or file that was edited, removed, moved,
 * added or cut off. A last line that a crash cut short is no fault: nothing relied on it.
 */
export async function verifyTrail(
  folder: string,
  files: DurableFiles,
  signal: AbortSignal,
): Promise<TrailVerification> {
  const { lines } = await readLines(files, path.join(folder, indexFile));
  const index = checkChain(lines, chainStart);
  let events = index.events.length;
  const result = (submissions: number, firstBroken: BrokenTrail | null) => ({ submissions, events, firstBroken });
  if (index.broken !== null) return result(0, { file: indexFile, ...index.broken });
  const cut = await checkHead(folder, files, lines);
  if (cut !== null) return result(0, cut);
  const indexed = readIndex(index.events, lines);
  for (const [id, entry] of indexed) {
    throwIfCancelled(signal);
    const checked = await checkSubmission(folder, id, entry, files, signal);
    events += checked.events;
    if (checked.broken !== null) return result(indexed.size, checked.broken);
  }
  for (const name of await files.list(folder)) {
    if (!name.endsWith('.jsonl') || name === indexFile || indexed.has(name.slice(0, -'.jsonl'.length))) continue;
    return result(indexed.size, { file: name, line: 0, reason: 'the index does not know this file' });
  }
  return result(indexed.size, null);
}

/** The head is written after each index line, so the index may be ahead of it by a crash, but never behind. */
async function checkHead(folder: string, files: DurableFiles, lines: readonly string[]): Promise<BrokenTrail | null> {
  const bytes = await files.read(path.join(folder, headFile));
  if (bytes === null) {
    return lines.length <= 1
      ? null
      : { file: headFile, line: 0, reason: 'the file that says how long the index is has been removed' };
  }
  let head: JsonValue;
  try {
    head = JSON.parse(bytes.toString('utf8')) as JsonValue;
  } catch {
    head = null;
  }
  if (!isJsonObject(head) || typeof head.lines !== 'number' || typeof head.hash !== 'string') {
    return { file: headFile, line: 0, reason: 'the file that says how long the index is cannot be read' };
  }
  const last = lines[head.lines - 1];
  if (last === undefined) {
    return {
      file: indexFile,
      line: lines.length + 1,
      reason: `${head.lines - lines.length} lines are missing at the end`,
    };
  }
  return sha256(last) === head.hash
    ? null
    : { file: indexFile, line: head.lines, reason: 'the line is not the one that was written' };
}

function readIndex(events: readonly ChainEvent[], lines: readonly string[]): Map<string, Indexed> {
  const indexed = new Map<string, Indexed>();
  for (const [at, { event, data }] of events.entries()) {
    const id = data.id;
    if (typeof id !== 'string') continue;
    const known = indexed.get(id);
    if (event === 'opened' && known === undefined) {
      const start = sha256(lines[at] ?? '');
      indexed.set(id, { start, line: at + 1, seal: null, continued: false, bodiesRemoved: false });
    } else if (known === undefined) continue;
    else if (event === 'closed' && typeof data.lines === 'number' && typeof data.hash === 'string') {
      indexed.set(id, { ...known, seal: { lines: data.lines, hash: data.hash }, continued: false });
    } else if (event === 'reopened') indexed.set(id, { ...known, continued: true });
    else if (event === 'bodies-removed') indexed.set(id, { ...known, bodiesRemoved: true });
  }
  return indexed;
}

async function checkSubmission(
  folder: string,
  id: string,
  entry: Indexed,
  files: DurableFiles,
  signal: AbortSignal,
): Promise<{ readonly events: number; readonly broken: BrokenTrail | null }> {
  const file = trailFile(id);
  const bytes = await files.read(path.join(folder, file));
  if (bytes === null) {
    const broken = { file, line: 0, reason: 'the file of this submission is missing' };
    return { events: 0, broken: entry.seal === null && !entry.continued ? null : broken };
  }
  const { lines, torn } = splitLines(bytes);
  const { events, broken } = checkChain(lines, entry.start);
  const stop = (line: number, reason: string) => ({ events: events.length, broken: { file, line, reason } });
  if (broken !== null) return stop(broken.line, broken.reason);
  if (entry.seal !== null) {
    const sealed = lines[entry.seal.lines - 1];
    if (sealed === undefined) {
      return stop(lines.length + 1, `${entry.seal.lines - lines.length} lines are missing at the end`);
    }
    if (sha256(sealed) !== entry.seal.hash) return stop(entry.seal.lines, 'the line is not the one that was written');
    if (!entry.continued && (lines.length > entry.seal.lines || torn.length > 0)) {
      return stop(entry.seal.lines + 1, 'lines were added after the submission ended');
    }
  }
  if (entry.bodiesRemoved) return { events: events.length, broken: null };
  for (const [at, event] of events.entries()) {
    throwIfCancelled(signal);
    for (const part of [event.data.request, event.data.response]) {
      const fault = await checkBody(path.join(folder, id), part, files);
      if (fault !== null) return stop(at + 1, fault);
    }
  }
  return { events: events.length, broken: null };
}

async function checkBody(folder: string, kept: JsonValue | undefined, files: DurableFiles): Promise<string | null> {
  if (!isJsonObject(kept) || typeof kept.file !== 'string' || typeof kept.sha256 !== 'string') return null;
  // The name comes from the trail's file; it must not lead out of the submission's folder.
  if (!/^[\w-]+\.gz$/.test(kept.file)) return `the body ${kept.file} has an impossible name`;
  const packed = await files.read(path.join(folder, kept.file));
  if (packed === null) return `the kept body ${kept.file} is missing`;
  const body = await unpackBody(packed);
  if (body === null) return `the kept body ${kept.file} is damaged`;
  return sha256(body) === kept.sha256 ? null : `the kept body ${kept.file} was changed`;
}
