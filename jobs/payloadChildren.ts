import { DataflowError } from '../core/errors.ts';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import { readTextFile } from '../pipeline/extract/pack.ts';

/**
 * The elements of a payload file: an array of children, one child, or an object with `Children`.
 * @throws DataflowError `input` naming the file when it is not JSON or holds something else
 */
export async function readPayloadChildren(file: string): Promise<readonly JsonValue[]> {
  let root: JsonValue;
  try {
    root = JSON.parse((await readTextFile(file)).replace(/^\uFEFF/, '')) as JsonValue;
  } catch (cause) {
    if (DataflowError.is(cause)) throw cause;
    throw new DataflowError(
      'input',
      `${file} is not valid JSON. Nothing was sent. Run “validate” on it to see where it is broken.`,
      { cause },
    );
  }
  if (Array.isArray(root)) return root;
  if (isJsonObject(root) && Array.isArray(root.Children)) return root.Children;
  if (isJsonObject(root) && 'la_child_id' in root) return [root];
  throw new DataflowError('input', `${file} is not a payload: it holds no children. Nothing was sent.`);
}
