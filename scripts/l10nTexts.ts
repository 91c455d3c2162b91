import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A call of `vscode.l10n.t` or of the `t` that reports are given, up to the end of its first argument. */
const call = /\b(?:l10n\.)?t\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g;

/** All texts of the client that can be translated, sorted, each once. */
export async function clientTexts(folder: string): Promise<readonly string[]> {
  const texts = new Set<string>();
  for (const source of await clientSources(folder)) {
    for (const [, literal = "''"] of source.text.matchAll(call)) texts.add(unquote(literal));
  }
  return [...texts].sort();
}

/** The source files of the client with their text. */
export async function clientSources(
  folder: string,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts')).sort();
  return await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(path.join(folder, file), 'utf8') })),
  );
}

/** The value of a string literal in source text. */
function unquote(literal: string): string {
  const inner = literal
    .slice(1, -1)
    .replace(/\\'/g, "'")
    .replace(/(?<!\\)"/g, '\\"');
  return JSON.parse(`"${inner}"`) as string;
}

/** The bundle as VS Code reads it: each text stands for itself in English. */
export function renderBundle(texts: readonly string[]): string {
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
}
