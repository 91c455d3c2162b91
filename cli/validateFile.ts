import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataflowError } from '../core/errors.ts';
import type { SpecVersion } from '../core/payload/spec.ts';
import { validatePayloadText } from '../core/payload/validateText.ts';
import type { LocatedProblem, Severity } from '../core/problems.ts';
import { validateSqlText } from '../core/sql/validateSql.ts';

export interface CheckFileOptions {
  readonly spec: SpecVersion;
  readonly asOf: string;
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  readonly maxProblems?: number;
  readonly workingFolder: string;
}

export interface CheckedFile {
  /** As the person named it. */
  readonly file: string;
  readonly text: string;
  readonly problems: readonly LocatedProblem[];
  /** Problems left out because of the limit. */
  readonly omitted: number;
}

/** Node's longest string is a little over 512 MB; a larger file cannot be read as one text. */
const largestFile = 500_000_000;

/**
 * Checks one file: SQL by its ending, everything else as a payload.
 * @throws DataflowError `input` when the file cannot be read as text
 */
export async function checkFile(file: string, options: CheckFileOptions): Promise<CheckedFile> {
  const text = await readText(file, path.resolve(options.workingFolder, file));
  const isSql = path.extname(file).toLowerCase() === '.sql';
  const { problems, omitted } = isSql ? checkSql(text, file, options) : validatePayloadText(text, options);
  return { file, text, problems, omitted };
}

const severityOrder: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** Checks SQL, with the severities of the settings, keeping the most severe problems when there are too many. */
function checkSql(text: string, file: string, options: CheckFileOptions): Pick<CheckedFile, 'problems' | 'omitted'> {
  const found = validateSqlText(text, { spec: options.spec, fileName: file }).problems.flatMap((problem) => {
    const severity = options.severities[problem.code] ?? problem.severity;
    return severity === 'off' ? [] : [{ ...problem, severity }];
  });
  const limit = options.maxProblems ?? found.length;
  if (found.length <= limit) return { problems: found, omitted: 0 };
  const ranked = found.toSorted((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
  return { problems: ranked.slice(0, limit), omitted: found.length - limit };
}

async function readText(named: string, file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) {
      throw new DataflowError(
        'input',
        `${named} is a folder. Name the files in it, such as ${path.join(named, '*.json')}.`,
      );
    }
    if (facts.size > largestFile) {
      throw new DataflowError(
        'input',
        `${named} is too large to check in one piece (${Math.round(facts.size / 1_000_000)} MB; the limit is ${largestFile / 1_000_000} MB). Split it into smaller files.`,
      );
    }
    bytes = await readFile(file);
  } catch (cause) {
    if (DataflowError.is(cause)) throw cause;
    throw new DataflowError('input', `${named} could not be read: ${readFault(cause)}`, { cause });
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    // SQL Server Management Studio saves scripts as UTF-16 by default.
    return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function readFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file. Check the name and the folder.';
  if (code === 'EACCES' || code === 'EPERM') return 'you do not have permission to open it.';
  return 'it cannot be opened. Check that it is not in use by another program.';
}
