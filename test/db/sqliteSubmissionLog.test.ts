import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteSubmissionLog } from '../../pipeline/connections/sqliteSubmissionLog.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { createSubmissionLogSql, type SubmissionLogEntry } from '../../pipeline/submission/submissionLog.ts';
import { runSubmission } from '../../pipeline/submission/submit.ts';
import { ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { clientFor, inventedChild, openWorkplace, policyFor, requestFor, stage } from '../support/submissionHarness.ts';

let folder: string;
let file: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-log-'));
  file = path.join(folder, 'ssd.sqlite');
  new DatabaseSync(file).close();
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function create(): void {
  const database = new DatabaseSync(file);
  database.exec(createSubmissionLogSql());
  database.close();
}

async function submit(log: Awaited<ReturnType<typeof openSqliteSubmissionLog>>) {
  await using receiver = await ScriptedReceiver.start();
  await using work = await openWorkplace();
  await stage(work.store, [inventedChild(1), inventedChild(2)], work.clock.now());
  await using client = clientFor(receiver, policyFor(work.clock));
  const report = await runSubmission(requestFor(client), undefined, work.tools(client, { log }), work.context());
  return { report, messages: work.steps.map((step) => step.message) };
}

test('a database without the log table has no log, which is no fault', async () => {
  expect(await openSqliteSubmissionLog(file, signal)).toBeNull();
});

test('a submission adds one line of counts, who, where and when', async () => {
  create();
  const { report } = await submit(await openSqliteSubmissionLog(file, signal));
  const database = new DatabaseSync(file);
  const rows = database.prepare('SELECT * FROM ssd_api_submission_log').all();
  database.close();
  expect(rows.map((row) => ({ ...row }))).toEqual([
    {
      submission_id: report.id,
      submission_mode: 'test',
      la_code: '926',
      endpoint: report.endpoint,
      started_at: report.startedAt,
      ended_at: report.endedAt,
      outcome: 'completed',
      accepted_count: 2,
      rejected_count: 0,
      blocked_count: 0,
      not_attempted_count: 0,
      in_doubt_count: 0,
      submitted_by: 'analyst',
      submitted_from: 'test-host',
    },
  ]);
});

test('a log that fails undoes nothing, and the person is told', async () => {
  const log = {
    append: (_: SubmissionLogEntry) => Promise.reject(new DataflowError('storage', 'The log table is gone.')),
  };
  const { report, messages } = await submit(log);
  expect(report).toMatchObject({ outcome: 'completed', accepted: 2 });
  expect(messages).toContain('The log table is gone.');
});
