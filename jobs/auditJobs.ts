import { writeFileAtomically } from '../pipeline/atomicFile.ts';
import { exportCsv, exportJson } from '../pipeline/audit/exportTrail.ts';
import { listSubmissions, readBodyText, showSubmission } from '../pipeline/audit/readTrail.ts';
import { verifyTrail } from '../pipeline/audit/verifyTrail.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import type { JobFunction } from './jobFunction.ts';
import { auditFolder } from './scope.ts';

/** Submissions, newest first. */
export const auditListJob: JobFunction<'auditList'> = (_input, scope) =>
  listSubmissions(auditFolder(scope), durableFiles);

/** One submission with its events and the bodies that are kept. */
export const auditShowJob: JobFunction<'auditShow'> = async (input, scope) => {
  const { entry, events, bodies } = await showSubmission(auditFolder(scope), input.id, durableFiles);
  return { entry, events: events.map((event) => ({ ...event })), bodies };
};

/** The text of a kept body, exactly as it was sent or received. */
export const auditBodyJob: JobFunction<'auditBody'> = async ({ id, batch, attempt, kind }, scope) => ({
  text: await readBodyText(auditFolder(scope), id, { batch, attempt, kind }, durableFiles),
});

/** Checks the whole trail for lines and files that were changed or removed. */
export const auditVerifyJob: JobFunction<'auditVerify'> = (_input, scope) =>
  verifyTrail(auditFolder(scope), durableFiles, scope.context.signal);

/** Writes the trail for a review, whole or not at all. */
export const auditExportJob: JobFunction<'auditExport'> = async (input, scope) => {
  const make = input.format === 'csv' ? exportCsv : exportJson;
  const { text, submissions } = await make(auditFolder(scope), durableFiles);
  await writeFileAtomically(input.out, (append) => append(text));
  return { out: input.out, submissions };
};
