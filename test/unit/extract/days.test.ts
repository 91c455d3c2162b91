import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { childDelta } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { openSqliteConnection } from '../../../pipeline/connections/sqlite.ts';
import { extractChildren } from '../../../pipeline/extract/extract.ts';
import { loadPack } from '../../../pipeline/extract/pack.ts';
import { sha256 } from '../../../pipeline/hash.ts';
import { stageChildren } from '../../../pipeline/staging/stageChildren.ts';
import type { StagingOutcome, StagingRow, StagingStore } from '../../../pipeline/staging/stagingStore.ts';
import { advanceSandbox } from '../../../sandbox/advance.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { meaning, type ReceiverKind, ReceiverModel } from '../../models/receiverModel.ts';

const signal = new AbortController().signal;
const shipped = path.join(import.meta.dirname, '../../../extracts');
const at = new Date('2026-11-22T06:00:00Z');

/** What a submission does, without its network: sends what is pending and records that it was accepted. */
async function send(
  store: StagingStore,
  receiver: ReceiverModel,
  kind: ReceiverKind,
): Promise<{ sent: number; deleted: number }> {
  const outcomes: StagingOutcome[] = [];
  const validator = createValidator({ spec: '0.9', asOf: '2026-11-22', kind: 'delta' });
  let deleted = 0;
  for await (const row of store.rows({ statuses: ['pending', 'error'] }, signal)) {
    const { personId } = row;
    const [previous, current] = sidesOf(row);
    const delta = childDelta(previous, current, { granularity: 'element', receiver: kind });
    if (delta === null) outcomes.push({ kind: 'settled', personId, note: 'nothing to send', at, hash: row.hash });
    else {
      expect(validator.validateChild(delta).filter((problem) => problem.severity === 'error')).toEqual([]);
      receiver.receive([delta]);
      const acceptedPayload = current === null ? null : row.payload;
      const acceptedHash = current === null ? null : row.hash;
      outcomes.push({ kind: 'accepted', personId, receipt: 'r', acceptedPayload, acceptedHash, at });
      if (current === null) deleted++;
    }
  }
  await store.record(outcomes, signal);
  return { sent: outcomes.length, deleted };
}

function sidesOf(row: StagingRow): [JsonObject | null, JsonObject | null] {
  const parse = (text: string | null) => (text === null ? null : (JSON.parse(text) as JsonObject));
  return [parse(row.previousPayload), row.rowState === 'deleted' ? null : parse(row.payload)];
}

it.each(['replace', 'merge'] as ReceiverKind[])(
  'after each day of changes a receiver that %ss holds what is staged, child for child',
  async (kind) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ssd-days-'));
    const file = path.join(folder, 'sandbox.sqlite');
    await createSandboxDatabase(file, { children: 250, seed: 4, asOf: '2026-01-05' });
    const connection = await openSqliteConnection({ name: 'sandbox', file, purpose: 'sandbox' }, signal);
    const pack = await loadPack({ shipped, override: null, spec: '0.9' });
    const store = await connection.openStaging('anon', signal);
    const receiver = new ReceiverModel(kind);
    const totals = { sent: 0, deleted: 0 };

    for (let round = 0; round < 5; round++) {
      const runDate = new Date(Date.UTC(2026, 0, 5 + round * 40)).toISOString().slice(0, 10);
      if (round > 0) await advanceSandbox(file, { days: 40, seed: round });
      const extraction = extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, signal);
      const context = { progress: () => {}, signal, now: () => at };
      await stageChildren(extraction.children, extraction.report, store, context);
      const { sent, deleted } = await send(store, receiver, kind);
      if (round > 0) {
        totals.sent += sent;
        totals.deleted += deleted;
      }

      const staged: JsonObject[] = [];
      for await (const row of store.rows({ states: ['new', 'updated', 'unchanged'] }, signal)) {
        expect(row.rowState).toBe('unchanged');
        expect(Buffer.from(row.hash ?? []).equals(sha256(row.payload))).toBe(true);
        staged.push(JSON.parse(row.payload) as JsonObject);
      }
      expect(await store.counts(signal)).toMatchObject({ pending: 0, new: 0, updated: 0 });
      expect([...receiver.children.keys()].sort()).toEqual(staged.map((child) => child.la_child_id));
      for (const child of staged) {
        expect(meaning(receiver.children.get(String(child.la_child_id)) ?? null)).toEqual(meaning(child));
      }
    }
    expect(totals.sent).toBeGreaterThan(100);
    expect(totals.deleted).toBeGreaterThan(0);
    await store[Symbol.asyncDispose]();
    await connection.close();
    await rm(folder, { recursive: true });
  },
);
