import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { URI } from 'vscode-uri';
import { isJsonObject } from '../core/json.ts';
import type { FoundFile, Host } from './host.ts';

/** Folders that hold tools and build results, never payloads or extracts. */
const skippedFolders = new Set(['node_modules', '.git', '.hg', '.svn', '.vscode-test', '__pycache__', '.venv']);

/** Most files one search returns; a workspace with more names its payloads with `ssd.payload.files`. */
const maxFilesFound = 20_000;

const unknownVersion = '0.0.0';

/** A file of the package: both `server/` and `dist/` stand directly below its root. */
function packageFile(name: string): string {
  return path.join(import.meta.dirname, '..', name);
}

function localPath(uri: string): string | null {
  try {
    const parsed = URI.parse(uri, true);
    return parsed.scheme === 'file' ? parsed.fsPath : null;
  } catch {
    // A client may send any text as a URI; what cannot be parsed is no local file.
    return null;
  }
}

async function statFile(file: string): Promise<FoundFile | null> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return null;
    return { uri: URI.file(file).toString(), size: found.size, modified: found.mtimeMs };
  } catch {
    // The file went away or may not be read: for the caller there is no file.
    return null;
  }
}

async function readHead(file: string, maxBytes: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The server's view of the local machine: its clock and its disk, files only for `file:` URIs. */
export const nodeHost: Host = {
  today() {
    const now = new Date();
    const two = (n: number) => String(n).padStart(2, '0');
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  },

  async version() {
    try {
      const manifest: unknown = JSON.parse(await readFile(packageFile('package.json'), 'utf8'));
      return isJsonObject(manifest) && typeof manifest.version === 'string' ? manifest.version : unknownVersion;
    } catch {
      // A copy of the bundle without its package still works; its reports just cannot say the version.
      return unknownVersion;
    }
  },

  async readTextFile(uri, maxBytes) {
    const file = localPath(uri);
    if (file === null) return null;
    try {
      return maxBytes === undefined ? await readFile(file, 'utf8') : await readHead(file, maxBytes);
    } catch {
      // Missing or unreadable: the caller reports the file by name, as it asked for it.
      return null;
    }
  },

  async stat(uri) {
    const file = localPath(uri);
    return file === null ? null : statFile(file);
  },

  async findFiles(folderUri, extensions, signal) {
    const root = localPath(folderUri);
    const found: FoundFile[] = [];
    if (root === null) return found;
    const folders = [root];
    for (let folder = folders.pop(); folder !== undefined && !signal.aborted; folder = folders.pop()) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const full = path.join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!skippedFolders.has(entry.name)) folders.push(full);
        } else if (entry.isFile() && extensions.some((e) => entry.name.toLowerCase().endsWith(e))) {
          const file = await statFile(full);
          if (file !== null) found.push(file);
          if (found.length >= maxFilesFound) return found;
        }
      }
    }
    return found;
  },
};
