import { DataflowError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { PayloadFile } from '../pipeline/extract/payloadFile.ts';

/**
 * The children of a payload file: an array of children, one child, or an object with `Children`.
 * @throws DataflowError `input` naming the file, and the place where it is not JSON or not a payload
 */
export async function readPayloadChildren(file: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
  await using payload = await PayloadFile.open(file);
  const children: JsonObject[] = [];
  for await (const { child } of payload.children(signal)) children.push(child);
  if (payload.form === 'child' && children.some((child) => !('la_child_id' in child))) {
    throw new DataflowError('input', `${file} is not a payload: it holds no children. Nothing was sent.`);
  }
  return children;
}
