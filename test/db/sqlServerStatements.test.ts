import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lex } from '../../core/sql/lexer.ts';
import { extractChildren } from '../../pipeline/extract/extract.ts';
import { loadPack } from '../../pipeline/extract/pack.ts';
import { preflight } from '../../pipeline/preflight/preflight.ts';
import { stageChildren } from '../../pipeline/staging/stageChildren.ts';
import type { StagedChild, StagingOutcome } from '../../pipeline/staging/stagingStore.ts';
import { createSandboxDatabase } from '../../sandbox/database.ts';
import { startTestDatabase, type TestDatabase } from './sqlServer.ts';

const never = new AbortController().signal;
const runDate = '2026-11-22';
const manyChildren = 1_200;

/**
 * Words of T-SQL that SQL Server 2012 does not know, with the release that brought them (Microsoft's "What's new" pages
 * of 2014 to 2022), and MERGE, which has known faults and is not used.
 */
const tooNew: Readonly<Record<string, string>> = {
  MERGE: 'not used',
  OPENJSON: '2016',
  JSON_VALUE: '2016',
  JSON_QUERY: '2016',
  JSON_MODIFY: '2016',
  ISJSON: '2016',
  STRING_SPLIT: '2016',
  STRING_ESCAPE: '2016',
  COMPRESS: '2016',
  DECOMPRESS: '2016',
  DATEDIFF_BIG: '2016',
  SESSION_CONTEXT: '2016',
  STRING_AGG: '2017',
  CONCAT_WS: '2017',
  TRANSLATE: '2017',
  TRIM: '2017',
  APPROX_COUNT_DISTINCT: '2019',
  GREATEST: '2022',
  LEAST: '2022',
  DATETRUNC: '2022',
  DATE_BUCKET: '2022',
  GENERATE_SERIES: '2022',
  JSON_OBJECT: '2022',
  JSON_ARRAY: '2022',
  JSON_PATH_EXISTS: '2022',
};

/** Several words in a row that are too new. */
const tooNewPhrases = ['FOR JSON', 'IF EXISTS', 'AT TIME ZONE', 'CREATE OR ALTER', 'DISTINCT FROM'];

function wordsOf(sql: string): string[] {
  return lex(sql, 'tsql')
    .tokens.filter((token) => token.kind === 'word')
    .map((token) => token.upper);
}

async function* children(count: number): AsyncGenerator<StagedChild> {
  for (let i = 0; i < count; i++) {
    yield {
      personId: `S${String(i).padStart(5, '0')}`,
      legacyId: null,
      payload: `{"n":${i}}`,
      hash: new Uint8Array(32).fill(i),
    };
  }
}

describe('what is sent to SQL Server 2012', () => {
  let database: TestDatabase;
  let mergeStatements: readonly string[];
  let recordStatements: readonly string[];

  beforeAll(async () => {
    database = await startTestDatabase(() => {}, { facts: { productVersion: '11.0.7001.0', compatibilityLevel: 110 } });
    database.sqlite.close();
    await rm(database.file, { force: true });
    await createSandboxDatabase(database.file, { children: 30, seed: 5, asOf: runDate });
    database.sqlite.open();
    database.sqlite.exec('PRAGMA journal_mode = WAL; DROP TABLE ssd_api_data_staging_anon');
    const { statements } = database.server.state;
    const context = { progress: () => {}, signal: never, now: () => new Date('2026-11-22T06:00:00Z') };
    const connection = await database.connect();
    const pack = await loadPack({ shipped: path.resolve('extracts'), override: null, spec: '0.9' });
    await using store = await connection.openStaging('anon', never);
    await store.create(never);
    const extraction = extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, never);
    await stageChildren(extraction.children, extraction.report, store, context);
    await preflight({ connection, pack, staging: store, stagesLocally: false, runDate, values: true }, context);
    for await (const _ of store.rows({ statuses: ['pending'] }, never));
    await connection.openSubmissionLog?.(never);

    const beforeMerge = statements.length;
    await store.merge(children(manyChildren), { at: context.now(), keep: new Set(['S99999']) }, never);
    mergeStatements = statements.slice(beforeMerge);
    const beforeRecord = statements.length;
    const outcomes = Array.from({ length: 100 }, (_, i): StagingOutcome => {
      const personId = `S${String(i).padStart(5, '0')}`;
      return { kind: 'rejected', personId, message: 'refused', at: context.now() };
    });
    await store.record(outcomes, never);
    recordStatements = statements.slice(beforeRecord);
    await connection.close();
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  it('uses nothing that is newer', () => {
    const { statements } = database.server.state;
    expect(statements.length).toBeGreaterThan(50);
    for (const sql of statements) {
      const words = wordsOf(sql);
      expect(words.filter((word) => Object.hasOwn(tooNew, word))).toEqual([]);
      const text = ` ${words.join(' ')} `;
      expect(tooNewPhrases.filter((phrase) => text.includes(` ${phrase} `))).toEqual([]);
    }
  });

  it('would be noticed if it were newer', () => {
    expect(wordsOf("SELECT STRING_AGG(a, ',') FROM t").filter((word) => Object.hasOwn(tooNew, word))).toEqual([
      'STRING_AGG',
    ]);
  });

  it('holds no value from a payload or a person in its text: values are parameters', () => {
    for (const sql of database.server.state.statements) expect(sql).not.toMatch(/S0\d{4}|"n":|refused/);
  });

  it('merges without a statement per child, in one transaction', () => {
    expect(mergeStatements.filter((sql) => sql.startsWith('insert bulk'))).toHaveLength(4);
    expect(mergeStatements.length).toBeLessThan(25);
    expect(mergeStatements.filter((sql) => sql === 'transaction begin')).toHaveLength(1);
    expect(mergeStatements.filter((sql) => sql === 'transaction commit')).toHaveLength(1);
    expect(mergeStatements.filter((sql) => /^\s*UPDATE/.test(sql))).toHaveLength(2);
    expect(mergeStatements.filter((sql) => /^\s*INSERT INTO/.test(sql))).toHaveLength(1);
  });

  it('writes the receipts of a batch in one statement', () => {
    expect(recordStatements.filter((sql) => /^\s*UPDATE/.test(sql))).toHaveLength(1);
  });
});
