import { childDelta, type DeltaOptions } from '../../core/delta/delta.ts';
import type { JsonObject } from '../../core/json.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { type FileChild, PayloadFile } from './payloadFile.ts';

/** A child that differs between two payload files. `delta` is what to send for it. */
export interface FileDelta {
  readonly personId: string;
  readonly previous: JsonObject | null;
  readonly current: JsonObject | null;
  readonly delta: JsonObject;
}

type Place = Pick<FileChild, 'offset' | 'length'>;

/**
 * The delta from one payload file to another, child by child in the order of `la_child_id`. Keeps the place of each
 * child, not the children, so that memory stays small for files of any size.
 * @throws DataflowError `input` when a file is no payload, or names a child twice or not at all
 */
export async function* deltaOfFiles(
  previousFile: string,
  currentFile: string,
  options: DeltaOptions,
  signal: AbortSignal,
): AsyncGenerator<FileDelta> {
  await using previous = await PayloadFile.open(previousFile);
  await using current = await PayloadFile.open(currentFile);
  const before = await index(previous, signal);
  const now = await index(current, signal);
  const ids = [...new Set([...before.keys(), ...now.keys()])].sort();
  for (const personId of ids) {
    throwIfCancelled(signal);
    const left = await textAt(previous, before.get(personId));
    const right = await textAt(current, now.get(personId));
    // Most children have not changed, and files from one tool say so letter by letter.
    if (left === right) continue;
    const [was, is] = [parse(left), parse(right)];
    const delta = childDelta(was, is, options);
    if (delta !== null) yield { personId, previous: was, current: is, delta };
  }
}

async function index(file: PayloadFile, signal: AbortSignal): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for await (const { child, offset, length, line } of file.children(signal)) {
    const id = child.la_child_id;
    if (typeof id !== 'string' || id === '') {
      throw new DataflowError(
        'input',
        `${file.file}: the child on line ${line} has no la_child_id, so it cannot be compared.`,
      );
    }
    if (places.has(id)) {
      throw new DataflowError(
        'input',
        `${file.file}: child ${id} is there more than once (again on line ${line}). Leave one of them.`,
      );
    }
    places.set(id, { offset, length });
  }
  return places;
}

async function textAt(file: PayloadFile, place: Place | undefined): Promise<string | null> {
  return place === undefined ? null : await file.readText(place);
}

/** The text was parsed once already, when the file was indexed. */
function parse(text: string | null): JsonObject | null {
  return text === null ? null : (JSON.parse(text) as JsonObject);
}
