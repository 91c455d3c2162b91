import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { URI } from 'vscode-uri';
import type { FoundFile, Host } from './host.ts';

/** Folders that hold tools and build results, never payloads or extracts. */
const skippedFolders = new Set(['node_modules', '.git', '.hg', '.svn', '.vscode-test', '__pycache__', '.venv']);

/** Most files one search returns; a workspace with more names its payloads with `ssd.payload.files`. */
const maxFilesFound = 20_000;

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

/** The server's view of the local machine: its clock and its disk, files only for `file:` URIs. */
export const nodeHost: Host = {
  today() {
    const now = new Date();
    const two = (n: number) => String(n).padStart(2, '0');
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  },

  async readTextFile(uri) {
    const file = localPath(uri);
    if (file === null) return null;
    try {
      return await readFile(file, 'utf8');
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
