import {
  type SubmissionLog,
  type SubmissionLogEntry,
  submissionLogColumns,
  submissionLogTable,
  submissionLogValues,
} from '../../submission/submissionLog.ts';
import type { SqlServerAccess } from './access.ts';
import { quoteName } from './qualifyTables.ts';
import { serverFailure } from './serverErrors.ts';
import { readTables } from './serverFacts.ts';
import { runQuery, type TypedValue } from './statements.ts';

/**
 * The table `ssd_api_submission_log`, where the authority has it; null where it does not, which is no fault.
 * @throws DataflowError when the database cannot be asked
 */
export async function openSqlServerSubmissionLog(
  access: SqlServerAccess,
  signal: AbortSignal,
): Promise<SubmissionLog | null> {
  const { profile } = access;
  const insert = `INSERT INTO ${quoteName(profile.schema)}.${quoteName(submissionLogTable)} (${submissionLogColumns.map(({ name }) => name).join(', ')})
VALUES (${submissionLogColumns.map((_, i) => `@v${i}`).join(', ')})`;
  try {
    if (!(await readTables(access, profile.schema, signal)).has(submissionLogTable)) return null;
  } catch (error) {
    throw serverFailure(error, profile, 'The submission log could not be looked for.');
  }
  return {
    append: async (entry: SubmissionLogEntry, appendSignal: AbortSignal): Promise<void> => {
      const values = submissionLogValues(entry).map((value, i): [string, TypedValue] => [
        `v${i}`,
        typeof value === 'number' ? { type: 'number', value } : { type: 'text', value },
      ]);
      try {
        await runQuery(access, insert, Object.fromEntries(values), appendSignal);
      } catch (error) {
        throw serverFailure(
          error,
          profile,
          `The submission was made, and is in the audit trail; only its line in ${submissionLogTable} is missing.`,
        );
      }
    },
  };
}
