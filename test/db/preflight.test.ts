import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SsdConnection } from '../../pipeline/connections/connection.ts';
import { parseConnectionProfile } from '../../pipeline/connections/profile.ts';
import { openSqliteConnection } from '../../pipeline/connections/sqlite.ts';
import { openSqlServerConnection } from '../../pipeline/connections/sqlServer/sqlServerConnection.ts';
import { DataflowError } from '../../pipeline/errors.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { preflight } from '../../pipeline/preflight/preflight.ts';
import type { PreflightItem } from '../../pipeline/preflight/preflightItem.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import type { ServerFacts } from '../tds/sqliteEngine.ts';
import { TdsServer } from '../tds/tdsServer.ts';
import { plantedPassword } from './sqlServer.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const context = { progress: () => {}, signal: never, now: () => new Date('2026-11-22T09:00:00Z') };

let folder: string;
let original: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-preflight-'));
  original = path.join(folder, 'original.sqlite');
  await createSandboxDatabase(original, { children: 60, seed: 3, asOf: runDate });
});
afterAll(() => rm(folder, { recursive: true }));

interface Options {
  readonly change?: (database: DatabaseSync) => void;
  readonly facts?: Partial<ServerFacts>;
  readonly values?: boolean;
  readonly signal?: AbortSignal;
}

async function run(connection: SsdConnection, options: Options): Promise<ReadonlyMap<string, PreflightItem>> {
  const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
  const staging = await connection.openStaging('anon', never);
  const input = { connection, pack, staging, stagesLocally: false, runDate, values: options.values ?? false };
  const items = await preflight(input, { ...context, signal: options.signal ?? never });
  return new Map(items.map((item) => [item.id, item]));
}

async function onSqlite(options: Options): Promise<ReadonlyMap<string, PreflightItem>> {
  const file = path.join(folder, 'sqlite.sqlite');
  await cp(original, file);
  const database = new DatabaseSync(file);
  options.change?.(database);
  database.close();
  const connection = await openSqliteConnection({ name: 's', file, purpose: 'sandbox' }, never);
  try {
    return await run(connection, options);
  } finally {
    await connection.close();
    await rm(file);
  }
}

async function onSqlServer(options: Options): Promise<ReadonlyMap<string, PreflightItem>> {
  const file = path.join(folder, 'tds.sqlite');
  await cp(original, file);
  const database = new DatabaseSync(file);
  options.change?.(database);
  database.close();
  await using server = await TdsServer.start({
    file,
    password: plantedPassword,
    ...(options.facts && { facts: options.facts }),
  });
  const { profile } = parseConnectionProfile({
    name: 'test server',
    server: `localhost,${server.port}`,
    database: 'SSD',
    user: 'tester',
    encrypt: false,
  });
  const connection = await openSqlServerConnection(profile, { password: async () => plantedPassword }, never);
  try {
    return await run(connection, options);
  } finally {
    await connection.close();
    await rm(file);
  }
}

const outcomes = (items: ReadonlyMap<string, PreflightItem>): Record<string, string> =>
  Object.fromEntries([...items.values()].map((item) => [item.id, item.outcome]));

describe.each([
  ['SQLite', onSqlite],
  ['SQL Server', onSqlServer],
] as const)('preflight on %s', (system, check) => {
  it('passes on a database that is in order', async () => {
    const items = await check({ values: true });
    const notPassed = [...items.values()].filter((item) => item.outcome !== 'pass');
    // The sandbox has no rows in tables that only some children use.
    expect(notPassed.filter((item) => item.id !== 'rows')).toEqual([]);
    expect(items.get('cohort')?.message).toMatch(/^\d+ children in scope on 2026-11-22\.$/);
    expect(items.get('server')?.message).toContain(system === 'SQLite' ? 'SQLite' : 'compatibility level 130');
    expect(items.get('staging')?.message).toContain('has every column');
  });

  it('names the missing table and column, and the sections that each touches', async () => {
    const items = await check({
      change: (database) => {
        database.exec('DROP TABLE ssd_sdq_scores');
        database.exec('ALTER TABLE ssd_care_leavers RENAME COLUMN clea_care_leaver_activity TO other');
      },
    });
    expect(items.get('tables')).toMatchObject({
      outcome: 'fail',
      details: expect.arrayContaining([
        'Table ssd_sdq_scores is missing: touches sdq_assessments.',
        'Column ssd_care_leavers.clea_care_leaver_activity is missing: touches care_leavers.',
      ]),
    });
    expect(items.get('queries')?.outcome).toBe('fail');
    expect(items.get('queries')?.message).toContain('care_leavers');
    expect(items.get('queries')?.message).toContain('sdq_assessments');
  });

  it('says that everything is touched by what the cohort reads', async () => {
    const items = await check({ change: (database) => database.exec('DROP TABLE ssd_cp_plans') });
    expect(items.get('tables')?.message).toContain('every section, because the cohort reads it');
    expect(items.get('cohort')?.outcome).toBe('fail');
  });

  it('warns about dates in text columns', async () => {
    const items = await check({
      change: (database) =>
        database.exec(`ALTER TABLE ssd_cin_plans RENAME TO old;
          CREATE TABLE ssd_cin_plans AS SELECT * FROM old; DROP TABLE old;
          ALTER TABLE ssd_cin_plans DROP COLUMN cinp_cin_plan_start_date;
          ALTER TABLE ssd_cin_plans ADD COLUMN cinp_cin_plan_start_date NVARCHAR(20)`),
    });
    expect(items.get('types')?.details.join(' ')).toContain('ssd_cin_plans.cinp_cin_plan_start_date');
  });

  it('fails when there is nobody, and still gives the other lines', async () => {
    const items = await check({ change: (database) => database.exec('DELETE FROM ssd_person') });
    expect(outcomes(items)).toMatchObject({ tables: 'pass', rows: 'fail', cohort: 'fail', queries: 'pass' });
  });

  it('counts ids, codes and pupil numbers that are not in order, without a personal value', async () => {
    const items = await check({
      values: true,
      change: (database) =>
        database.exec(`UPDATE ssd_person SET pers_upn = 'PLANTED-UPN' WHERE pers_upn IS NOT NULL;
          UPDATE ssd_person SET pers_ethnicity = 'ZZZZ';
          UPDATE ssd_cin_episodes SET cine_referral_source_code = 'PLANTED: her aunt Ann';
          UPDATE ssd_cin_episodes SET cine_close_reason = 'RC99' WHERE cine_close_reason IS NOT NULL`),
    });
    const details = items.get('values-child_details')?.details.join('\n') ?? '';
    expect(details).toMatch(/unique_pupil_number: \d+ numbers not of 13 letters and digits\./);
    expect(details).toMatch(/ethnicity: “ZZZZ” \d+ times\./);
    const episodes = items.get('values-social_care_episodes')?.details.join('\n') ?? '';
    expect(episodes).toMatch(/referral_source: \d+ longer texts in place of a code\./);
    expect(episodes).toMatch(/closure_reason: “RC99” \d+ times?\./);
    expect(JSON.stringify([...items.values()])).not.toContain('PLANTED');
  });

  it('names ids with other characters, and says when they do not fit the staging table', async () => {
    const items = await check({
      values: true,
      change: (database) =>
        database.exec(`PRAGMA foreign_keys = OFF;
          UPDATE ssd_person SET pers_legacy_id = 'M/1234567890123456789012345678901234567890'`),
    });
    expect(items.get('values-child_details')?.details.join(' ')).toContain('mis_child_id');
    expect(items.get('staging-width')?.message).toContain('legacy_id (36 characters');
  });

  it('reports a staging table that is missing', async () => {
    const items = await check({ change: (database) => database.exec('DROP TABLE ssd_api_data_staging_anon') });
    expect(items.get('staging')).toMatchObject({ outcome: 'warn', message: expect.stringContaining('does not exist') });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(check({ signal: controller.signal })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'cancelled'),
    );
  });
});

describe('preflight on SQL Server', () => {
  it('refuses a server before 2012 and warns about an old compatibility level', async () => {
    const old = await onSqlServer({ facts: { productVersion: '10.50.6000.34', compatibilityLevel: 100 } });
    expect(old.get('server')).toMatchObject({ outcome: 'fail', message: expect.stringContaining('2012 or later') });
    const mode = await onSqlServer({ facts: { compatibilityLevel: 100 } });
    expect(mode.get('server')?.outcome).toBe('warn');
  });

  it('says which permission is missing and what to do without it', async () => {
    const items = await onSqlServer({ facts: { denied: ['INSERT', 'CREATE TABLE'] } });
    expect(outcomes(items)).toMatchObject({
      'permission-read': 'pass',
      'permission-write': 'fail',
      'permission-create': 'skip',
    });
    expect(items.get('permission-write')?.message).toContain('set “staging” to “local”');
    expect((await onSqlServer({ facts: { denied: ['SELECT'] } })).get('permission-read')?.outcome).toBe('fail');
  });

  it('warns when the database allows no snapshot', async () => {
    const items = await onSqlServer({ facts: { allowsSnapshot: false } });
    expect(items.get('consistency')).toMatchObject({ outcome: 'warn' });
  });
});
