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
  /** What may go without a person at the keyboard, as a nightly run; absent when nothing may. */
  readonly unattended?: UnattendedLimits;
}

/** Bounds of a live submission that nobody confirms at the time: beyond them a person has to look first. */
export interface UnattendedLimits {
  /** Most children in one submission, deletions included. */
  readonly children: number;
  /** Most deletions in one submission: a cohort that went wrong shows as deletions. */
  readonly deletions: number;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  readonly until: string;
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
  const unattended = readLimits(value.unattended);
  return typeof name === 'string' &&
    typeof note === 'string' &&
    typeof laCode === 'string' &&
    typeof endpoint === 'string' &&
    typeof recordedAt === 'string'
    ? { name, note, laCode, endpoint, recordedAt, ...(unattended === null ? {} : { unattended }) }
    : null;
}

function readLimits(value: unknown): UnattendedLimits | null {
  if (!isJsonObject(value)) return null;
  const { children, deletions, until } = value;
  return typeof children === 'number' && typeof deletions === 'number' && typeof until === 'string'
    ? { children, deletions, until }
    : null;
}

/**
 * Why a live submission may not go without a person at the keyboard; null when the sign-off covers it. The other gates
 * hold all the same.
 * @param today `YYYY-MM-DD`
 */
export function unattendedObjection(
  signOff: SignOff | null,
  plan: { readonly children: number; readonly deletions: number },
  today: string,
): string | null {
  const limits = signOff?.unattended;
  if (limits === undefined) {
    return 'No sign-off for unattended live submissions is recorded. Record one with its limits, or confirm by hand.';
  }
  if (today > limits.until)
    return `The sign-off for unattended live submissions ended on ${limits.until}. Record a new one.`;
  if (plan.children > limits.children) {
    return `${plan.children} children are more than the ${limits.children} that may go unattended. Look at the changes and confirm by hand.`;
  }
  if (plan.deletions > limits.deletions) {
    return `${plan.deletions} deletions are more than the ${limits.deletions} that may go unattended. Check the cohort, then confirm by hand.`;
  }
  return null;
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
