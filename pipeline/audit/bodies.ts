import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);

/** Bodies are at most 100 children; this stops a planted file from filling the memory when it is opened. */
const largestBody = 256 * 1024 * 1024;

/** Compresses a body for keeping. */
export async function packBody(body: Uint8Array): Promise<Buffer> {
  return gzip(body, { level: zlib.constants.Z_BEST_SPEED });
}

/** Unpacks a kept body; null when the file is damaged. */
export async function unpackBody(packed: Uint8Array): Promise<Buffer | null> {
  try {
    return await gunzip(packed, { maxOutputLength: largestBody });
  } catch {
    return null;
  }
}
