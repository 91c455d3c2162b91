import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { JsonObject } from '../../core/json.ts';
import { writeFileAtomically } from '../atomicFile.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';

/** The text of a payload file, child by child: a JSON array, indented as people read it. Joins to one valid text. */
async function* payloadText(children: AsyncIterable<JsonObject>, signal: AbortSignal): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const child of children) {
    throwIfCancelled(signal);
    const text = JSON.stringify(child, null, 2).replaceAll('\n', '\n  ');
    yield `${separator}  ${text}`;
    separator = ',\n';
  }
  throwIfCancelled(signal);
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/**
 * Writes children to a payload file, whole or not at all; memory stays flat.
 * @returns children written
 * @throws DataflowError `storage` when it cannot be written, `cancelled`; an existing file then stays as it was
 */
export async function writePayloadFile(
  file: string,
  children: AsyncIterable<JsonObject>,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  await writeFileAtomically(file, async (append) => {
    for await (const text of payloadText(
      counted(children, () => count++),
      signal,
    ))
      await append(text);
  });
  return count;
}

/**
 * Writes children to a stream such as standard output, waiting whenever it is full. Does not end the stream.
 * @returns children written
 * @throws DataflowError `cancelled` when the reader went away (a closed pipe) or the signal was aborted
 */
export async function writePayloadStream(
  stream: Writable,
  children: AsyncIterable<JsonObject>,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  const failed = { error: null as Error | null };
  const onError = (error: Error) => {
    failed.error = error;
  };
  stream.on('error', onError);
  try {
    for await (const text of payloadText(
      counted(children, () => count++),
      signal,
    )) {
      if (failed.error === null && !stream.write(text)) await drained(stream, signal);
      if (failed.error !== null) throw outputClosed(failed.error);
    }
    return count;
  } finally {
    stream.off('error', onError);
  }
}

async function drained(stream: Writable, signal: AbortSignal): Promise<void> {
  try {
    await once(stream, 'drain', { signal });
  } catch (error) {
    throwIfCancelled(signal);
    throw outputClosed(error);
  }
}

function outputClosed(cause: unknown): DataflowError {
  return new DataflowError('cancelled', 'Stopped because whatever reads the output has closed it.', { cause });
}

async function* counted(children: AsyncIterable<JsonObject>, count: () => void): AsyncGenerator<JsonObject> {
  for await (const child of children) {
    count();
    yield child;
  }
}
