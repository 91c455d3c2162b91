import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { preflight } from '../../pipeline/preflight/preflight.ts';
import type { PreflightItem } from '../../pipeline/preflight/preflightItem.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import model from '../../schemas/ssd-model.json' with { type: 'json' };
import { hasPostgres, PostgresServer, postgresSecrets } from './postgresServer.ts';
import { copySsd } from './postgresSsd.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const context = { progress: () => {}, signal: never, now: () => new Date('2026-11-22T09:00:00Z') };

interface Variant {
  readonly tablePresent?: boolean;
  readonly missingColumns?: readonly string[];
  readonly changedTypes?: Readonly<Record<string, string>>;
}
type Variants = { readonly [flavour: string]: object; readonly eclipse?: Variant };
const modelTables: Readonly<Record<string, { readonly columns: unknown; readonly variants?: Variants }>> = model.tables;

describe.skipIf(!hasPostgres)('the check of an SSD on PostgreSQL (needs PostgreSQL installed)', () => {
  let server: PostgresServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-preflight-'));
    await createSandboxDatabase(path.join(folder, 'sandbox.sqlite'), { children: 60, seed: 3, asOf: runDate });
    server = await PostgresServer.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** Runs the check on an invented SSD after some statements have changed it. */
  async function check(change: string): Promise<ReadonlyMap<string, PreflightItem>> {
    const schema = await server.schema();
    const admin: pg.Client = await server.admin(schema);
    await copySsd(path.join(folder, 'sandbox.sqlite'), admin);
    await admin.query(change);
    await admin.end();
    const connection = await openPostgresConnection(server.profile(schema), postgresSecrets, never);
    try {
      const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
      const staging = await connection.openStaging('anon', never);
      const input = { connection, pack, staging, stagesLocally: false, runDate, values: false };
      return new Map((await preflight(input, context)).map((item) => [item.id, item]));
    } finally {
      await connection.close();
    }
  }
  const textOf = (item: PreflightItem | undefined): string => `${item?.message}\n${item?.details.join('\n')}`;

  it('finds nothing to change in an SSD as the model describes it', async () => {
    const items = await check('ANALYZE');
    const failed = [...items.values()].filter(({ outcome }) => outcome === 'fail' || outcome === 'warn');
    expect(failed.map(({ id }) => id).filter((id) => id !== 'staging' && id !== 'rows')).toEqual([]);
    expect(items.get('statistics')?.outcome).toBe('pass');
    expect(items.get('names')?.outcome).toBe('pass');
  });

  it('takes everything in which the Eclipse flavour differs from the model', async () => {
    const changes = Object.entries(modelTables).flatMap(([table, { variants }]) => {
      const { eclipse } = variants ?? {};
      if (eclipse?.tablePresent === false) return [`DROP TABLE IF EXISTS ${table}`];
      const types = Object.entries(eclipse?.changedTypes ?? {}).map(
        ([column, type]) => `ALTER TABLE IF EXISTS ${table} ALTER ${column} TYPE ${type}`,
      );
      const missing = (eclipse?.missingColumns ?? []).map(
        (column) => `ALTER TABLE IF EXISTS ${table} DROP COLUMN IF EXISTS ${column}`,
      );
      return [...types, ...missing];
    });
    expect(changes.length).toBeGreaterThan(5);
    const items = await check([...changes, 'ANALYZE'].join(';'));
    for (const id of ['tables', 'types', 'queries', 'names', 'cohort']) expect(items.get(id)?.outcome, id).toBe('pass');
  });

  it('names a column without a limit, the flavour that has it so, and the section that it touches', async () => {
    const items = await check('ALTER TABLE ssd_linked_identifiers ALTER link_identifier_value TYPE text');
    expect(items.get('types')?.outcome).toBe('pass');
    expect(textOf(items.get('types'))).toMatch(
      /link_identifier_value is text without a limit.*Mosaic flavour of the SSD.*Touches child_details/,
    );
  });

  it('warns of dates and numbers that are kept as text', async () => {
    const items = await check(`ALTER TABLE ssd_cin_plans ALTER cinp_cin_plan_start_date TYPE text;
      ALTER TABLE ssd_sdq_scores ALTER csdq_sdq_score TYPE varchar(100)`);
    expect(items.get('types')?.outcome).toBe('warn');
    expect(textOf(items.get('types'))).toMatch(/cinp_cin_plan_start_date is text and should hold dates.*Touches/);
    expect(textOf(items.get('types'))).toContain('YYYY-MM-DD');
  });

  it('names a missing column, the flavour that lacks it, and the sections that it touches', async () => {
    const items = await check('ALTER TABLE ssd_cin_plans DROP COLUMN cinp_cin_plan_id; DROP TABLE ssd_care_leavers');
    expect(items.get('tables')?.outcome).toBe('fail');
    expect(textOf(items.get('tables'))).toMatch(
      /cinp_cin_plan_id is missing .*Mosaic flavour.*touches child_in_need_plans/,
    );
    expect(textOf(items.get('tables'))).toMatch(/ssd_care_leavers is missing.*touches .*care_leavers/);
  });

  it('names tables and columns that unquoted names do not find, with the statement that mends it', async () => {
    const items = await check(`ALTER TABLE ssd_care_leavers RENAME TO "SSD_CARE_LEAVERS";
      ALTER TABLE ssd_person RENAME COLUMN pers_dob TO "Pers_Dob"`);
    expect(items.get('server')?.outcome).toBe('pass');
    expect(items.get('names')?.outcome).toBe('fail');
    expect(textOf(items.get('names'))).toContain(
      '“SSD_CARE_LEAVERS” touches care_leavers: ALTER TABLE "SSD_CARE_LEAVERS" RENAME TO ssd_care_leavers.',
    );
    expect(textOf(items.get('names'))).toContain('ALTER TABLE ssd_person RENAME COLUMN "Pers_Dob" TO pers_dob.');
  });

  it('leaves alone a table in capital letters beside the one that queries mean', async () => {
    const items = await check('CREATE TABLE "SSD_PERSON" (old text)');
    expect(items.get('names')?.outcome).toBe('pass');
    expect(items.get('tables')?.outcome).toBe('pass');
  });

  it('says that the database has no statistics', async () => {
    const items = await check('SELECT 1');
    expect(items.get('statistics')?.outcome).toBe('warn');
    expect(textOf(items.get('statistics'))).toContain('ANALYZE');
  });
});
