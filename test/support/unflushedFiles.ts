import * as fs from 'node:fs';
import path from 'node:path';
import { type DurableFiles, durableFiles } from '../../pipeline/files/durableFiles.ts';

function ensureFolder(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
}

/**
 * The same operations on the real file system without flushing to disk. What a killed process wrote stays in the
 * system's cache, so for kill -9 this is the same, and hundreds of runs need not wait for the disk. It does not show
 * what a power cut would do, and does not put errors into words.
 */
export const unflushedFiles: DurableFiles = {
  ...durableFiles,
  async append(file, text) {
    ensureFolder(file);
    fs.appendFileSync(file, text, { mode: 0o600 });
  },
  async replace(file, bytes) {
    ensureFolder(file);
    fs.writeFileSync(`${file}.part`, bytes, { mode: 0o600 });
    fs.renameSync(`${file}.part`, file);
  },
  async truncate(file, size) {
    fs.truncateSync(file, size);
  },
};
