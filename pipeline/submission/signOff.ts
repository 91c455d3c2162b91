import * as path from 'node:path';
import { isJsonObject } from '../../core/json.ts';
import type { AuditTrail } from '../audit/auditTrail.ts';
import { DataflowError } from '../errors.ts';
import type { DurableFiles } from '../files/durableFiles.ts';

/** That a named person of the authority agreed to live submissions to one endpoint. */
export interface SignOff {
  /** Who agreed, as they signed. */
  readonly name: string;
  readonly note: string;
  readonly laCode: string;
  readonly endpoint: string;
  /** UTC, ISO 8601. */
  readonly recordedAt: string;
}

function fileIn(dataFolder: string): string {
  return path.join(dataFolder, 'sign-off.json');
}

/** The recorded sign-off, or null when there is none that can be read: live submission then stays shut. */
export async function readSignOff(dataFolder: string, files: DurableFiles): Promise<SignOff | null> {
  const bytes = await files.read(fileIn(dataFolder));
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { name, note, laCode, endpoint, recordedAt } = value;
  return typeof name === 'string' &&
    typeof note === 'string' &&
    typeof laCode === 'string' &&
    typeof endpoint === 'string' &&
    typeof recordedAt === 'string'
    ? { name, note, laCode, endpoint, recordedAt }
    : null;
}

/** Records a sign-off, in the audit trail first. */
export async function recordSignOff(
  dataFolder: string,
  signOff: SignOff,
  files: DurableFiles,
  trail: AuditTrail,
): Promise<void> {
  if (signOff.name.trim() === '') {
    throw new DataflowError('usage', 'Give the name of the person who agreed to live submissions.');
  }
  const { name, ...rest } = signOff;
  await trail.note('signed-off', { signedBy: name, ...rest });
  await files.replace(fileIn(dataFolder), Buffer.from(`${JSON.stringify(signOff, null, 2)}\n`));
}
