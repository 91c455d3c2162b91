import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openPostgresConnection } from '../../pipeline/connections/postgres/postgresConnection.ts';
import { createSubmissionLogSql } from '../../pipeline/submission/submissionLog.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { hasPostgres, PostgresServer, postgresSecrets } from './postgresServer.ts';
import { copySsd } from './postgresSsd.ts';

const never = new AbortController().signal;

it.skipIf(!hasPostgres)(
  'the permissions that docs/postgresql.md lists are enough',
  async () => {
    const page = await readFile(path.resolve('docs/postgresql.md'), 'utf8');
    const grants = page.split('\n').filter((line) => line.startsWith('    GRANT '));
    expect(grants.length).toBeGreaterThan(3);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-pg-permissions-'));
    await using server = await PostgresServer.start();
    await createSandboxDatabase(path.join(folder, 'sandbox.sqlite'), { children: 5, seed: 1, asOf: '2026-11-22' });
    const owner = await server.admin();
    await copySsd(path.join(folder, 'sandbox.sqlite'), owner);
    const profile = { ...server.profile('public'), authentication: { type: 'sql', user: 'restricted' } } as const;
    const own = await openPostgresConnection(server.profile('public'), postgresSecrets, never);
    for (const table of ['live', 'anon'] as const) await (await own.openStaging(table, never)).create(never);
    await own.close();
    await owner.query(`${createSubmissionLogSql()}; CREATE ROLE restricted LOGIN;
    REVOKE ALL ON DATABASE postgres FROM PUBLIC; GRANT CONNECT ON DATABASE postgres TO restricted`);
    await owner.query(
      grants.join('\n').replaceAll('ssd_reader', 'restricted').replaceAll('DATABASE ssd', 'DATABASE postgres'),
    );
    const connection = await openPostgresConnection(profile, postgresSecrets, never);
    try {
      expect(await connection.describe(never)).toMatchObject({
        canReadSsd: true,
        canWriteStaging: true,
        canCreateTable: false,
      });
      const store = await connection.openStaging('live', never);
      const at = new Date('2026-11-22T06:00:00Z');
      async function* one() {
        yield { personId: 'C1', legacyId: null, payload: '{"la_child_id":"C1"}', hash: new Uint8Array(32) };
      }
      expect(await store.merge(one(), { at, keep: new Set() }, never)).toMatchObject({ new: 1 });
      await store.record([{ kind: 'rejected', personId: 'C1', message: 'refused', at }], never);
      expect(await connection.openSubmissionLog?.(never)).not.toBeNull();
    } finally {
      await connection.close();
      await owner.end();
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
