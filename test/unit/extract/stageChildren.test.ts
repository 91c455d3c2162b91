import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createValidator } from '../../../core/rules/validator.ts';
import { type ExtractSource, extractChildren } from '../../../pipeline/extract/extract.ts';
import { validateStream } from '../../../pipeline/extract/validateStream.ts';
import { stageChildren } from '../../../pipeline/staging/stageChildren.ts';
import type { StagingStore } from '../../../pipeline/staging/stagingStore.ts';
import { PackFixture } from './packFixture.ts';

const signal = new AbortController().signal;
const context = { progress: () => {}, signal, now: () => new Date('2026-11-22T00:00:00Z') };
let fixture: PackFixture;
let store: StagingStore;

beforeEach(async () => {
  fixture = await PackFixture.open({
    cohort: ['C1', 'C2', 'C3'],
    child_details: ['C1', 'C2', 'C3'].map((id) => ({
      la_child_id: id,
      surname: 'Sample',
      sex: id === 'C3' ? 'X' : 'F',
    })),
  });
  store = await fixture.connection.openStaging('anon', signal);
  await store.create(signal);
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await fixture.close();
});

function start(source: ExtractSource, limit?: number) {
  const options = { spec: '0.9', runDate: '2026-11-22', ...(limit === undefined ? {} : { limit }) } as const;
  return extractChildren(fixture.connection, source, options, signal);
}

async function stage(source: ExtractSource, limit?: number) {
  const extraction = start(source, limit);
  return stageChildren(extraction.children, extraction.report, store, context);
}

const pack = async (): Promise<ExtractSource> => ({ kind: 'pack', pack: await fixture.pack() });
const query = (text: string): ExtractSource => ({ kind: 'query', name: 'own.sql', text });

describe('staging an extract', () => {
  it('stages every child, and nothing is new the second time', async () => {
    expect(await stage(await pack())).toMatchObject({ children: 3, counts: { new: 3, pending: 3 }, notStaged: [] });
    const before = await store.counts(signal);
    expect((await stage(await pack())).counts).toEqual(before);
  });

  it('counts problems and children that could not be assembled on the way, and keeps the rows of those', async () => {
    await stage(await pack());
    await fixture.put('child_details', "SELECT * FROM rows_child_details WHERE la_child_id <> 'C2'");
    const extraction = start(await pack());
    const validated = validateStream(extraction.children, createValidator({ spec: '0.9', asOf: '2026-11-22' }), signal);
    const { counts } = await stageChildren(validated.children, extraction.report, store, context);
    expect(counts).toMatchObject({ new: 3, deleted: 0 });
    expect(validated.count()).toBe(2);
    expect(validated.notAssembled()).toMatchObject([{ personId: 'C2' }]);
    expect(validated.problems().childrenWithErrors).toBeGreaterThan(0);
    expect(validated.problems().byCode.map((c) => c.code)).toContain('CHD-08');
  });

  it('changes nothing when the extract has no children, or was limited', async () => {
    await stage(await pack());
    await fixture.put('cohort', 'SELECT person_id FROM people WHERE 1 = 0');
    await expect(stage(await pack())).rejects.toMatchObject({
      reason: 'input',
      message: expect.stringContaining('no children'),
    });
    await fixture.put('cohort', 'SELECT person_id FROM people');
    await expect(stage(await pack(), 1)).rejects.toMatchObject({ reason: 'input' });
    expect(await store.counts(signal)).toMatchObject({ new: 3, deleted: 0 });
  });

  it('does not cut an id that the table cannot hold, and reports the child', async () => {
    const id = 'X'.repeat(21);
    const result = await stage(
      query(`SELECT 'C1' AS person_id, '{"a":1}' AS json_payload UNION ALL SELECT '${id}', '{}'`),
    );
    expect(result.notStaged).toEqual([{ personId: id, reason: expect.stringContaining('21 characters') }]);
    expect(result.counts).toMatchObject({ new: 1 });
  });
});

describe('a custom query', () => {
  it('gives children as they are, from an object or an array with one', async () => {
    const { counts } = await stage(
      query(
        `SELECT 'C2' AS PERSON_ID, '[{"la_child_id":"C2","mis_child_id":"M2"}]' AS Json_Payload UNION ALL SELECT 'C1', '{}'`,
      ),
    );
    expect(counts).toMatchObject({ new: 2 });
    for await (const row of store.rows({ personIds: ['C2'] }, signal)) expect(row.legacyId).toBe('M2');
  });

  it('may use the parameters of the run', async () => {
    const { counts } = await stage(query("SELECT @run_date AS person_id, '{}' AS json_payload"));
    expect(counts).toMatchObject({ new: 1 });
  });

  it.each([
    ['is not JSON', '{"surname": Secret', 'The payload is not JSON.'],
    ['is empty', '', 'The payload is empty.'],
    ['is a list of two', '[{},{}]', 'The payload is not one JSON object.'],
    ['is of another child', '{"la_child_id":"C8"}', 'The payload holds another la_child_id than person_id says.'],
  ])('reports a child whose payload %s', async (_, payload, reason) => {
    const source = query(`SELECT 'C1' AS person_id, '${payload}' AS json_payload`);
    const children = [];
    for await (const child of start(source).children) children.push(child);
    expect(children).toEqual([{ kind: 'notAssembled', personId: 'C1', reason }]);
  });

  it.each([
    ['a missing column', "SELECT 'C1' AS person_id, '{}' AS payload", 'configuration', 'does not return json_payload'],
    ['a row without a person', "SELECT NULL AS person_id, '{}' AS json_payload", 'input', 'no person_id'],
    [
      'a child twice',
      "SELECT 'C1' AS person_id, '{}' AS json_payload UNION ALL SELECT 'C1', '{}'",
      'input',
      'C1 more than once',
    ],
  ])('refuses %s', async (_, sql, reason, message) => {
    await expect(stage(query(sql))).rejects.toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(await store.counts(signal)).toMatchObject({ new: 0 });
  });
});

describe('a staging table as source', () => {
  it('gives the children that it holds, without those that left', async () => {
    await stage(query(`SELECT 'C1' AS person_id, '{"la_child_id":"C1"}' AS json_payload UNION ALL SELECT 'C2', '{}'`));
    await stage(query(`SELECT 'C1' AS person_id, '{"la_child_id":"C1"}' AS json_payload`));
    const { children, report } = start({ kind: 'staging', store });
    const found = [];
    for await (const child of children) found.push(child);
    expect(found).toMatchObject([{ kind: 'child', personId: 'C1', child: { la_child_id: 'C1' } }]);
    expect(report.consistency).toContain(path.basename(store.identity));
  });
});
