import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { type AdvanceReport, advanceSandbox } from '../../../sandbox/advance.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { openSqlite } from '../../../sandbox/sqlite.ts';
import { type Payloads, payloadsOf, problemsOf } from './payloads.ts';
import { asOf, contentHash, rowsOf, temporaryFolder } from './sandboxFiles.ts';

const folder = temporaryFolder();
const before = join(folder, 'before.db');

/** A copy of the first day's database, to go on from. */
function copy(name: string): string {
  const file = join(folder, name);
  copyFileSync(before, file);
  return file;
}

/** Children by what a comparison of two days' payloads says of them. */
function compare(old: Payloads, now: Payloads): { new: string[]; gone: string[]; different: string[] } {
  const ids = [...old.children.keys()];
  return {
    new: [...now.children.keys()].filter((id) => !old.children.has(id)),
    gone: ids.filter((id) => !now.children.has(id)),
    different: ids.filter((id) => {
      const current = now.children.get(id);
      return current !== undefined && JSON.stringify(current) !== JSON.stringify(old.children.get(id));
    }),
  };
}

describe('a sandbox in which days pass', () => {
  const file = join(folder, 'after.db');
  let first: AdvanceReport;
  let old: Payloads;
  let now: Payloads;

  beforeAll(async () => {
    await createSandboxDatabase(before, { children: 600, seed: 11, asOf });
    old = await payloadsOf(before, asOf);
    copy('after.db');
    first = await advanceSandbox(file, { days: 3, seed: 11 });
    now = await payloadsOf(file, first.asOf);
  });

  it('moves on by so many days', () => {
    expect(first.asOf).toBe('2026-11-25');
    expect(rowsOf(file, 'SELECT value FROM sandbox_state')[0]?.value).toContain('2026-11-25');
  });

  it('does the same for the same database, days and seed', async () => {
    const again = copy('again.db');
    expect(await advanceSandbox(again, { days: 3, seed: 11 })).toEqual(first);
    expect(contentHash(again)).toBe(contentHash(file));
    const other = copy('other.db');
    expect(await advanceSandbox(other, { days: 3, seed: 12 })).not.toEqual(first);
  });

  it('has work of every kind, and reports how much', () => {
    for (const kind of ['new', 'changed', 'added', 'removed', 'left'] as const) {
      expect(first.counts[kind], kind).toBeGreaterThan(0);
      expect(first.events.filter((event) => event.kind === kind)).toHaveLength(first.counts[kind]);
    }
  });

  it('changes payloads of the children that it reports and of nobody else', () => {
    const { new: added, gone, different } = compare(old, now);
    const touched = new Set(first.events.map((event) => event.personId));
    for (const id of [...added, ...gone, ...different]) expect(touched.has(id), id).toBe(true);
    const left = first.events.filter((event) => event.kind === 'left').map((event) => event.personId);
    expect(gone).toEqual(expect.arrayContaining(left.filter((id) => old.children.has(id))));
    expect(added.length).toBeGreaterThan(0);
    expect(different.length).toBeGreaterThan(0);
  });

  it('takes elements out of children who stay', () => {
    const ids = (payloads: Payloads, id: string) =>
      [...JSON.stringify(payloads.children.get(id)).matchAll(/"child_in_need_plan_id":"([^"]+)"/g)].map(
        (match) => match[1],
      );
    const removed = [...now.children.keys()].filter(
      (id) => old.children.has(id) && ids(old, id).some((plan) => !ids(now, id).includes(plan)),
    );
    expect(removed.length).toBeGreaterThan(0);
  });

  it('keeps payloads free of errors and warnings', () => {
    expect([...now.extractProblems, ...problemsOf(now, first.asOf).map((problem) => problem.text)]).toEqual([]);
  });

  it('brings back who left before', async () => {
    const later = join(folder, 'later.db');
    copyFileSync(file, later);
    const second = await advanceSandbox(later, { days: 1, seed: 11 });
    const left = new Set(first.events.filter((event) => event.kind === 'left').map((event) => event.personId));
    const returned = second.events.filter((event) => event.kind === 'returned').map((event) => event.personId);
    expect(returned.length).toBeGreaterThan(0);
    for (const id of returned) expect(left.has(id), id).toBe(true);
    const after = await payloadsOf(later, second.asOf);
    for (const id of returned) expect(after.children.has(id), id).toBe(old.children.has(id));
  });

  it('keeps payloads free of errors and warnings over two months', async () => {
    const later = copy('later-still.db');
    const report = await advanceSandbox(later, { days: 60, seed: 2 });
    const after = await payloadsOf(later, report.asOf);
    expect([...after.extractProblems, ...problemsOf(after, report.asOf).map((problem) => problem.text)]).toEqual([]);
  });

  it('refuses less than a day', async () => {
    await expect(advanceSandbox(file, { days: 0, seed: 1 })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'usage'),
    );
  });

  it('refuses a file that is no database', async () => {
    const text = join(folder, 'text.db');
    writeFileSync(text, 'This is a letter. '.repeat(100));
    await expect(advanceSandbox(text, { days: 1, seed: 1 })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'storage'),
    );
    expect(readFileSync(text, 'utf8')).toMatch(/^This is a letter/);
  });

  it('refuses a database that is no sandbox, and leaves it as it is', async () => {
    const foreign = join(folder, 'foreign.db');
    const database = await openSqlite(foreign);
    database.exec('CREATE TABLE ssd_person (pers_person_id TEXT)');
    database.close();
    await expect(advanceSandbox(foreign, { days: 1, seed: 1 })).rejects.toSatisfy((error) =>
      DataflowError.is(error, 'input'),
    );
    expect(rowsOf(foreign, "SELECT name FROM sqlite_master WHERE type = 'table'")).toHaveLength(1);
  });
});
