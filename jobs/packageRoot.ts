import path from 'node:path';

/** The folder that holds `extracts/` and `docs/`: one above this room in source, and one above `dist/` in a package. */
export function packageRoot(): string {
  return path.join(import.meta.dirname, '..');
}
