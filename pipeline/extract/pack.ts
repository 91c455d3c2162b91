import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Section, sections } from '../../core/payload/sections.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import type { ExtractText } from '../../core/sql/compose.ts';
import { readSectionHeader } from '../../core/sql/sectionHeader.ts';
import { DataflowError } from '../errors.ts';

/** One file of a pack. `name` is the file name for messages, `file` the whole path. */
export interface PackFile extends ExtractText {
  readonly file: string;
  /** Whether it replaces a file of the shipped pack. */
  readonly override: boolean;
}

/** The queries that produce payloads: the cohort and one per section of the spec version. */
export interface ExtractPack {
  readonly spec: SpecVersion;
  readonly cohort: PackFile;
  readonly sections: readonly { readonly section: Section; readonly file: PackFile }[];
  /** SHA-256 over all texts, hex: what the audit trail calls the pack's version. */
  readonly hash: string;
}

const cohortName = 'cohort';

/**
 * Loads the shipped pack with the workspace's files in place of those of the same name.
 * @param options.shipped folder that has a file for the cohort and every section
 * @param options.override folder with some of those files; null when there is none
 * @throws DataflowError `configuration` naming the file or folder that is missing, unknown or unreadable
 */
export async function loadPack(options: {
  readonly shipped: string;
  readonly override: string | null;
  readonly spec: SpecVersion;
}): Promise<ExtractPack> {
  const { shipped, override, spec } = options;
  const known = sections(spec);
  const names = new Set([cohortName, ...known.map((section) => section.name)]);
  const files = await readFolder(shipped, names, false);
  if (override !== null && path.resolve(override) !== path.resolve(shipped)) {
    for (const [name, file] of await readFolder(override, names, true)) files.set(name, file);
  }
  const fileFor = (name: string): PackFile => {
    const file = files.get(name);
    if (file !== undefined) return file;
    throw new DataflowError(
      'configuration',
      `The extract pack has no file ${name}.sql. Nothing was extracted. Put it into ${override ?? shipped}, or install the extension again.`,
    );
  };
  const cohort = fileFor(cohortName);
  const parts = known.map((section) => ({ section, file: fileFor(section.name) }));
  const digest = createHash('sha256');
  for (const file of [cohort, ...parts.map((part) => part.file)]) digest.update(`${file.name}\0${file.text}\0`);
  return { spec, cohort, sections: parts, hash: digest.digest('hex') };
}

async function readFolder(
  folder: string,
  names: ReadonlySet<string>,
  override: boolean,
): Promise<Map<string, PackFile>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataflowError(
      'configuration',
      `The folder ${folder} with the extract pack could not be read. Nothing was extracted. Check that it exists and that you may read it.`,
      { cause },
    );
  });
  const files = new Map<string, PackFile>();
  for (const entry of entries) {
    if (entry.isDirectory() || path.extname(entry.name).toLowerCase() !== '.sql') continue;
    const file = path.join(folder, entry.name);
    const name = path.basename(entry.name, path.extname(entry.name)).toLowerCase();
    if (!names.has(name)) {
      throw new DataflowError(
        'configuration',
        `${file} belongs to no section. Nothing was extracted. Rename it to one of ${[...names].join(', ')} (with .sql), or move it out of the folder.`,
      );
    }
    files.set(name, { name: entry.name, file, text: await readSql(file, name), override });
  }
  return files;
}

async function readSql(file: string, name: string): Promise<string> {
  const text = await readTextFile(file);
  const declared = readSectionHeader(text).section?.value;
  if (declared !== undefined && declared !== name && name !== cohortName) {
    throw new DataflowError(
      'configuration',
      `${file} says "-- @section ${declared}", but its name says ${name}. Nothing was extracted. Make the two the same.`,
    );
  }
  return text;
}

/**
 * Reads an SQL file as text. Database tools save scripts as UTF-8, with or without a byte order mark, or as UTF-16.
 * @throws DataflowError `configuration` when it cannot be read or is in another encoding
 */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new DataflowError(
      'configuration',
      `The file ${file} could not be read. Nothing was extracted. Check that it exists and that you may read it.`,
      { cause },
    );
  });
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataflowError(
      'configuration',
      `The file ${file} is not text in UTF-8. Nothing was extracted. Save it as UTF-8 and try again.`,
      { cause },
    );
  }
}
