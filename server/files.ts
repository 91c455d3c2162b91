import picomatch from 'picomatch';
import { URI } from 'vscode-uri';

const matchers = new Map<string, (path: string) => boolean>();

function matcher(glob: string): (path: string) => boolean {
  const known = matchers.get(glob);
  if (known !== undefined) return known;
  const made = picomatch(glob, { dot: true, nocase: true });
  matchers.set(glob, made);
  return made;
}

/**
 * Whether a document's path matches one of the glob patterns. A pattern without a leading `**` also matches at any
 * depth, because the server sees whole paths and people write patterns from their folder.
 */
export function matchesFiles(uri: string, globs: readonly string[]): boolean {
  if (globs.length === 0) return false;
  const path = URI.parse(uri).path.replace(/^\/+/, '');
  return globs.some((glob) => {
    const plain = glob.replace(/\\/g, '/').replace(/^\.?\//, '');
    return matcher(plain)(path) || (!plain.startsWith('**') && matcher(`**/${plain}`)(path));
  });
}
