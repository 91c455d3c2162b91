import { DataflowError, throwIfCancelled } from '../errors.ts';
import {
  type SubmissionLog,
  type SubmissionLogEntry,
  submissionLogColumns,
  submissionLogTable,
  submissionLogValues,
} from '../submission/submissionLog.ts';
import { openSqliteFile, sqliteFailure } from './sqliteDatabase.ts';

/** The table `ssd_api_submission_log` of an SQLite file; null where there is none or the file may not be written. */
export async function openSqliteSubmissionLog(file: string, signal: AbortSignal): Promise<SubmissionLog | null> {
  throwIfCancelled(signal);
  const reader = await openSqliteFile(file, { readOnly: true });
  const table = reader.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(submissionLogTable);
  reader.close();
  if (table === undefined) return null;
  const columns = submissionLogColumns.map(({ name }) => name);
  const insert = `INSERT INTO ${submissionLogTable} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  return {
    append: async (entry: SubmissionLogEntry, appendSignal: AbortSignal): Promise<void> => {
      throwIfCancelled(appendSignal);
      try {
        const database = await openSqliteFile(file, { readOnly: false });
        try {
          database.prepare(insert).run(...submissionLogValues(entry));
        } finally {
          database.close();
        }
      } catch (error) {
        if (DataflowError.is(error)) throw error;
        throw sqliteFailure(error, `Only the line in ${submissionLogTable} is missing; the submission was made.`);
      }
    },
  };
}
