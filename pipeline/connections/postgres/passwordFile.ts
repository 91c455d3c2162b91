import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { DataflowError } from '../../errors.ts';

/** Whom a password is for, as a line of the file names it. */
export interface PasswordFileEntry {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where PostgreSQL's own programs look for stored passwords. https://www.postgresql.org/docs/current/libpq-pgpass.html */
export function passwordFileName(): string {
  const { PGPASSFILE, APPDATA } = process.env;
  if (PGPASSFILE !== undefined && PGPASSFILE !== '') return PGPASSFILE;
  if (process.platform === 'win32') return path.join(APPDATA ?? homedir(), 'postgresql', 'pgpass.conf');
  return path.join(process.env.HOME ?? homedir(), '.pgpass');
}

/** Whether anybody but its owner may read a file. Windows keeps that elsewhere, where PostgreSQL does not look either. */
export async function othersMayRead(file: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return ((await stat(file)).mode & 0o077) !== 0;
}

/**
 * The password that `.pgpass` (`PGPASSFILE`) holds for a connection; null when there is no file or no line for it.
 * @throws DataflowError `configuration` when others may read the file, which PostgreSQL's programs do not accept either
 */
export async function readPasswordFile(entry: PasswordFileEntry): Promise<string | null> {
  const file = passwordFileName();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
    if (await othersMayRead(file)) {
      throw new DataflowError(
        'configuration',
        `Other users of this computer may read the password file ${file}, so it was not used and the connection was not made. Let only its owner read it (chmod 600).`,
      );
    }
  } catch (error) {
    if (DataflowError.is(error)) throw error;
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DataflowError(
      'configuration',
      `The password file ${file} could not be read, so the connection was not made. Check that it is a file that you may read.`,
    );
  }
  return passwordFor(text, entry);
}

/** The password of the first line that fits; `*` fits anything. Pure. */
export function passwordFor(text: string, entry: PasswordFileEntry): string | null {
  const wanted = [entry.host, String(entry.port), entry.database, entry.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = splitLine(line);
    const password = fields[wanted.length];
    if (password === undefined) continue;
    if (wanted.every((value, i) => fields[i] === '*' || withoutEscapes(fields[i] ?? '') === value))
      return withoutEscapes(password);
  }
  return null;
}

/** Cuts a line at its first four colons; a backslash before a colon or a backslash takes away its meaning. */
function splitLine(line: string): string[] {
  const fields = [''];
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === ':' && fields.length < 5) fields.push('');
    else if (character === '\\') fields[fields.length - 1] += character + line.charAt(++i);
    else fields[fields.length - 1] += character;
  }
  return fields;
}

function withoutEscapes(field: string): string {
  return field.replace(/\\(.)/g, '$1');
}
