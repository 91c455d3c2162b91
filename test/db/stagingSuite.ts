import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataflowError } from '../../pipeline/errors.ts';
import type { StagedChild, StagingRow, StagingStore } from '../../pipeline/staging/stagingStore.ts';

/** A row as some tool left it in the table. What is absent is NULL. */
export interface SeedRow {
  readonly person_id: string | null;
  readonly legacy_id?: string;
  readonly json_payload: string;
  readonly previous_json_payload?: string;
  readonly current_hash?: Uint8Array;
  readonly previous_hash?: Uint8Array;
  readonly row_state?: string;
  readonly submission_status?: string;
}

/** One database for one test. */
export interface StagingFixture {
  readonly store: StagingStore;
  /** Inserts rows behind the store's back. */
  seed(rows: readonly SeedRow[]): Promise<void>;
  close(): Promise<void>;
}

export interface StagingFixtureOptions {
  /** `none`: no staging table yet; `unindexed`: without the optional unique index on person_id. */
  readonly table: 'created' | 'none' | 'unindexed';
}

const at = new Date('2026-11-20T06:00:00.000Z');
const later = new Date('2026-11-21T06:00:00.000Z');
const never = new AbortController().signal;

function hashOf(payload: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(payload).digest());
}

/** A child whose payload says `content`. The store does not read payloads, so any text serves. */
function child(personId: string, content = 'a', legacyId: string | null = `M-${personId}`): StagedChild {
  const payload = JSON.stringify({ la_child_id: personId, surname: content });
  return { personId, legacyId, payload, hash: hashOf(payload) };
}

async function* streamOf(...children: StagedChild[]): AsyncGenerator<StagedChild> {
  yield* children;
}

async function collect(rows: AsyncIterable<StagingRow>): Promise<StagingRow[]> {
  const all: StagingRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const bytes = (value: Uint8Array | null): string | null => (value === null ? null : Buffer.from(value).toString('hex'));

/**
 * The transitions of stagingStore.ts, run against one implementation.
 * @param open makes an empty database of its own for a test
 */
export function stagingSuite(name: string, open: (options: StagingFixtureOptions) => Promise<StagingFixture>): void {
  describe(`staging in ${name}`, () => {
    let fixture: StagingFixture;
    let store: StagingStore;
    const use = async (table: StagingFixtureOptions['table']) => {
      fixture = await open({ table });
      store = fixture.store;
    };
    const stage = (...children: StagedChild[]) =>
      store.merge(streamOf(...children), { at, keep: new Set<string>() }, never);
    const allRows = () => collect(store.rows({}, never));
    const rowOf = async (personId: string): Promise<StagingRow> => {
      const row = (await collect(store.rows({ personIds: [personId] }, never)))[0];
      if (row === undefined) throw new Error(`no row for ${personId}`);
      return row;
    };
    const accept = (sent: StagedChild, receipt = 'receipt-1') =>
      store.record(
        [
          {
            kind: 'accepted',
            personId: sent.personId,
            receipt,
            acceptedPayload: sent.payload,
            acceptedHash: sent.hash,
            at: later,
          },
        ],
        never,
      );
    const acceptDeletion = (personId: string) =>
      store.record(
        [{ kind: 'accepted', personId, receipt: 'receipt-d', acceptedPayload: null, acceptedHash: null, at: later }],
        never,
      );
    const stateOf = async (personId: string) => {
      const row = await rowOf(personId);
      return `${row.rowState}/${row.submissionStatus}`;
    };

    beforeEach(() => use('created'));
    afterEach(() => fixture.close());

    describe('merge', () => {
      it('stages a child that it sees first as new and pending, with nothing accepted', async () => {
        const counts = await stage(child('C1'));
        expect(counts).toEqual({ new: 1, updated: 0, unchanged: 0, deleted: 0, pending: 1 });
        const row = await rowOf('C1');
        expect(row).toMatchObject({
          legacyId: 'M-C1',
          payload: child('C1').payload,
          previousPayload: null,
          previousHash: null,
          rowState: 'new',
          submissionStatus: 'pending',
          submissionTimestamp: null,
          apiResponse: null,
        });
        expect(bytes(row.hash)).toBe(bytes(child('C1').hash));
        expect(row.lastUpdated?.toISOString()).toBe(at.toISOString());
      });

      it('keeps a changed child new while the DfE has accepted nothing of it', async () => {
        await stage(child('C1', 'a'));
        await stage(child('C1', 'b'));
        const row = await rowOf('C1');
        expect(row).toMatchObject({ rowState: 'new', submissionStatus: 'pending', previousPayload: null });
        expect(row.payload).toBe(child('C1', 'b').payload);
      });

      it('makes an accepted child that changed updated and pending, and keeps what was accepted', async () => {
        await stage(child('C1', 'a'));
        await accept(child('C1', 'a'));
        await stage(child('C1', 'b'));
        await stage(child('C1', 'c'));
        const row = await rowOf('C1');
        expect(row).toMatchObject({ rowState: 'updated', submissionStatus: 'pending' });
        expect(row.previousPayload).toBe(child('C1', 'a').payload);
        expect(row.payload).toBe(child('C1', 'c').payload);
        expect(bytes(row.previousHash)).toBe(bytes(child('C1', 'a').hash));
      });

      it('changes nothing of a child whose hash is the same, its time included', async () => {
        await stage(child('C1', 'a'));
        await accept(child('C1', 'a'));
        const before = await rowOf('C1');
        await store.merge(streamOf(child('C1', 'a')), { at: later, keep: new Set() }, never);
        expect(await rowOf('C1')).toEqual(before);
      });

      it('leaves a rejected child in error while it has not changed, and pending again when it has', async () => {
        await stage(child('C1', 'a'));
        await store.record([{ kind: 'rejected', personId: 'C1', message: 'bad date', at: later }], never);
        await stage(child('C1', 'a'));
        expect(await stateOf('C1')).toBe('new/error');
        await stage(child('C1', 'b'));
        expect(await stateOf('C1')).toBe('new/pending');
      });

      it('marks a child that left as deleted and pending, and keeps its row', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        const counts = await store.merge(streamOf(child('C1')), { at: later, keep: new Set() }, never);
        expect(counts).toEqual({ new: 1, updated: 0, unchanged: 0, deleted: 1, pending: 2 });
        const row = await rowOf('C2');
        expect(row).toMatchObject({ rowState: 'deleted', submissionStatus: 'pending' });
        expect(row.payload).toBe(child('C2').payload);
        expect(row.previousPayload).toBe(child('C2').payload);
        expect(row.lastUpdated?.toISOString()).toBe(later.toISOString());
      });

      it('does not touch a row that is deleted already', async () => {
        await stage(child('C1'), child('C2'));
        await stage(child('C1'));
        await acceptDeletion('C2');
        const before = await rowOf('C2');
        await store.merge(streamOf(child('C1')), { at: later, keep: new Set() }, never);
        expect(await rowOf('C2')).toEqual(before);
      });

      it('makes a child that came back updated and pending although its hash is the same', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        await stage(child('C1'));
        await stage(child('C1'), child('C2'));
        expect(await stateOf('C2')).toBe('updated/pending');
        expect((await rowOf('C2')).previousPayload).toBe(child('C2').payload);
      });

      it('makes a child that came back after its deletion was accepted pending, with nothing accepted', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        await stage(child('C1'));
        await acceptDeletion('C2');
        await stage(child('C1'), child('C2', 'b'));
        expect(await stateOf('C2')).toBe('updated/pending');
        expect(await rowOf('C2')).toMatchObject({ previousPayload: null, payload: child('C2', 'b').payload });
      });

      it('leaves the rows of children that could not be assembled as they are', async () => {
        await stage(child('C1'), child('C2'), child('C3'));
        await accept(child('C2'));
        const before = await rowOf('C2');
        await store.merge(streamOf(child('C1')), { at: later, keep: new Set(['C2', 'C9']) }, never);
        expect(await rowOf('C2')).toEqual(before);
        expect(await stateOf('C3')).toBe('deleted/pending');
        expect((await allRows()).map((row) => row.personId)).toEqual(['C1', 'C2', 'C3']);
      });

      it('takes in any order of children, and what is to be kept as it is known after the last one', async () => {
        await stage(child('C1'), child('C2'), child('C3'));
        const keep = new Set<string>();
        async function* extract(): AsyncGenerator<StagedChild> {
          yield child('C4');
          keep.add('C2');
          yield child('C1');
        }
        await store.merge(extract(), { at: later, keep }, never);
        expect((await allRows()).map((row) => `${row.personId} ${row.rowState}`)).toEqual([
          'C1 new',
          'C2 new',
          'C3 deleted',
          'C4 new',
        ]);
      });

      it('replaces the older id together with the payload', async () => {
        await stage(child('C1', 'a', 'M-old'));
        await stage(child('C1', 'b', null));
        expect((await rowOf('C1')).legacyId).toBeNull();
      });

      it('keeps ids apart that differ only in letter case', async () => {
        await stage(child('a1'), child('A1', 'b'));
        expect((await allRows()).map((row) => row.personId)).toEqual(['A1', 'a1']);
        await stage(child('a1'));
        expect(await stateOf('A1')).toBe('deleted/pending');
        expect(await stateOf('a1')).toBe('new/pending');
      });

      it('stores apostrophes, other scripts, emoji and 20-character ids as they are', async () => {
        const odd = child('ABCDEFGHIJ_123456-90', `O'Brien "Zoë" 李 😀 \\ 100% _[x]`);
        await stage(odd, child("C'1; --", "'"));
        expect((await rowOf(odd.personId)).payload).toBe(odd.payload);
        expect((await rowOf("C'1; --")).payload).toBe(child("C'1; --", "'").payload);
        await accept(odd);
        expect((await rowOf(odd.personId)).previousPayload).toBe(odd.payload);
        await acceptDeletion("C'1; --");
        expect((await rowOf("C'1; --")).apiResponse).toBe('receipt-d');
      });

      it('stores a payload of several hundred thousand characters whole', async () => {
        const big = child('C1', 'x'.repeat(400_000));
        await stage(big);
        expect((await rowOf('C1')).payload.length).toBe(big.payload.length);
      });

      it('counts a merge of many children', async () => {
        const many = Array.from({ length: 1500 }, (_, i) => child(`C${String(i).padStart(5, '0')}`));
        await stage(...many);
        const changed = many.slice(100).map((c, i) => (i < 50 ? child(c.personId, 'b') : c));
        const counts = await stage(...changed);
        expect(counts).toEqual({ new: 1400, updated: 0, unchanged: 0, deleted: 100, pending: 1500 });
        expect(await store.counts(never)).toEqual(counts);
      });

      it('works on a table without the optional index', async () => {
        await fixture.close();
        await use('unindexed');
        await stage(child('C1'), child('C2'));
        await stage(child('C2', 'b'), child('C3'));
        expect((await allRows()).map((row) => `${row.personId} ${row.rowState}`)).toEqual([
          'C1 deleted',
          'C2 new',
          'C3 new',
        ]);
      });
    });

    describe('a merge that does not finish changes nothing', () => {
      const expectUntouched = async (
        children: AsyncIterable<StagedChild>,
        signal: AbortSignal,
      ): Promise<DataflowError> => {
        await stage(child('C1', 'a'), child('C2', 'a'));
        const before = await allRows();
        const failure = await store
          .merge(children, { at: later, keep: new Set() }, signal)
          .then(() => null)
          .catch((error: unknown) => error);
        if (!(failure instanceof Error)) throw new Error('the merge did not fail');
        expect(await allRows()).toEqual(before);
        await stage(child('C1', 'z'), child('C2', 'a'));
        expect((await rowOf('C1')).payload).toBe(child('C1', 'z').payload);
        return failure instanceof DataflowError ? failure : new DataflowError('storage', failure.message);
      };

      it('when it is cancelled half-way', async () => {
        const controller = new AbortController();
        async function* cancelling(): AsyncGenerator<StagedChild> {
          yield child('C1', 'b');
          controller.abort();
          yield child('C3', 'b');
        }
        expect((await expectUntouched(cancelling(), controller.signal)).reason).toBe('cancelled');
      });

      it('when it was cancelled before it began', async () => {
        const controller = new AbortController();
        controller.abort();
        expect((await expectUntouched(streamOf(child('C1', 'b')), controller.signal)).reason).toBe('cancelled');
      });

      it('when the extract fails half-way', async () => {
        async function* failing(): AsyncGenerator<StagedChild> {
          yield child('C1', 'b');
          throw new DataflowError('unreachable', 'the database went away');
        }
        const failure = await expectUntouched(failing(), never);
        expect(failure).toMatchObject({ reason: 'unreachable', message: 'the database went away' });
      });

      it('when the extract gives one child twice, which it names', async () => {
        const failure = await expectUntouched(streamOf(child('C1', 'b'), child('C1', 'c')), never);
        expect(failure.reason).toBe('input');
        expect(failure.message).toContain('C1');
      });

      it('when the table holds one child twice, which it names', async () => {
        await fixture.close();
        await use('unindexed');
        await fixture.seed([
          { person_id: 'C1', json_payload: '{}', row_state: 'New', submission_status: 'Pending' },
          { person_id: 'C1', json_payload: '{}', row_state: 'New', submission_status: 'Pending' },
        ]);
        await expect(stage(child('C1'), child('C2'))).rejects.toMatchObject({
          reason: 'storage',
          message: expect.stringContaining('C1'),
        });
        expect(await allRows()).toHaveLength(2);
      });
    });

    describe('record', () => {
      it('marks an accepted child unchanged and sent, with its receipt and time', async () => {
        await stage(child('C1'));
        await accept(child('C1'));
        expect(await rowOf('C1')).toMatchObject({
          rowState: 'unchanged',
          submissionStatus: 'sent',
          apiResponse: 'receipt-1',
          previousPayload: child('C1').payload,
        });
        expect((await rowOf('C1')).submissionTimestamp?.toISOString()).toBe(later.toISOString());
        expect(await store.counts(never)).toEqual({ new: 0, updated: 0, unchanged: 1, deleted: 0, pending: 0 });
      });

      it('keeps a child that was staged again while it was being sent updated and pending', async () => {
        await stage(child('C1', 'a'));
        await stage(child('C1', 'b'));
        await accept(child('C1', 'a'));
        const row = await rowOf('C1');
        expect(row).toMatchObject({ rowState: 'updated', submissionStatus: 'pending' });
        expect(row.previousPayload).toBe(child('C1', 'a').payload);
        expect(row.payload).toBe(child('C1', 'b').payload);
      });

      it('keeps a child that left while it was being sent deleted and pending', async () => {
        await stage(child('C1'), child('C2'));
        await stage(child('C1'));
        await accept(child('C2'));
        expect(await stateOf('C2')).toBe('deleted/pending');
        expect((await rowOf('C2')).previousPayload).toBe(child('C2').payload);
      });

      it('marks an accepted deletion sent, with nothing left at the DfE', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        await stage(child('C1'));
        await acceptDeletion('C2');
        expect(await rowOf('C2')).toMatchObject({
          rowState: 'deleted',
          submissionStatus: 'sent',
          previousPayload: null,
          previousHash: null,
          apiResponse: 'receipt-d',
        });
      });

      it('keeps a child that came back while its deletion was being sent updated and pending', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        await stage(child('C1'));
        await stage(child('C1'), child('C2'));
        await acceptDeletion('C2');
        expect(await stateOf('C2')).toBe('updated/pending');
        expect((await rowOf('C2')).previousPayload).toBeNull();
      });

      it('marks a rejected child as error with the words of the DfE, and touches nothing else', async () => {
        await stage(child('C1'));
        await accept(child('C1'));
        await stage(child('C1', 'b'));
        const before = await rowOf('C1');
        const message = "[0].child_details: value isn't allowed – “x”";
        await store.record([{ kind: 'rejected', personId: 'C1', message, at: later }], never);
        expect(await rowOf('C1')).toEqual({ ...before, submissionStatus: 'error', apiResponse: message });
      });

      it('settles a child whose staged state the DfE already holds', async () => {
        await stage(child('C1', 'a'));
        await accept(child('C1', 'a'));
        await stage(child('C1', 'b'));
        await stage(child('C1', 'a'));
        await store.record([{ kind: 'settled', personId: 'C1', note: 'nothing to send', at: later }], never);
        expect(await rowOf('C1')).toMatchObject({
          rowState: 'unchanged',
          submissionStatus: 'sent',
          apiResponse: 'nothing to send',
          previousPayload: child('C1', 'a').payload,
        });
      });

      it('settles a deleted child that the DfE never held', async () => {
        await stage(child('C1'), child('C2'));
        await stage(child('C1'));
        await store.record([{ kind: 'settled', personId: 'C2', note: 'never sent', at: later }], never);
        expect(await stateOf('C2')).toBe('deleted/sent');
      });

      it('does not settle a child that was staged again meanwhile', async () => {
        await stage(child('C1', 'a'));
        await accept(child('C1', 'a'));
        await stage(child('C1', 'b'));
        const before = await rowOf('C1');
        const compared = child('C1', 'a').hash;
        await store.record([{ kind: 'settled', personId: 'C1', note: 'x', at: later, hash: compared }], never);
        await store.record([{ kind: 'settled', personId: 'C1', note: 'x', at: later }], never);
        expect(await rowOf('C1')).toEqual(before);
      });

      it('does not settle a child of which the DfE has accepted nothing, nor a deletion that it must still learn of', async () => {
        await stage(child('C1'), child('C2'));
        await accept(child('C2'));
        await stage(child('C1'));
        const before = await allRows();
        const outcomes = ['C1', 'C2'].map(
          (personId) => ({ kind: 'settled', personId, note: 'x', at: later, hash: child(personId).hash }) as const,
        );
        await store.record(outcomes, never);
        expect(await allRows()).toEqual(before);
      });

      it('settles a row whose previous hash another tool wrote by another method, when it is the compared state', async () => {
        const now = child('C1', 'a');
        await fixture.seed([
          {
            person_id: 'C1',
            json_payload: now.payload,
            current_hash: now.hash,
            previous_json_payload: `${now.payload} `,
            previous_hash: hashOf('by another method'),
            row_state: 'Updated',
            submission_status: 'Pending',
          },
        ]);
        await store.record([{ kind: 'settled', personId: 'C1', note: 'x', at: later, hash: now.hash }], never);
        const row = await rowOf('C1');
        expect(row).toMatchObject({ rowState: 'unchanged', submissionStatus: 'sent', previousPayload: now.payload });
        expect(bytes(row.previousHash)).toBe(bytes(now.hash));
      });

      it('gives the same rows when outcomes are recorded a second time', async () => {
        await stage(child('C1'), child('C2'), child('C3'), child('C4'));
        await accept(child('C2'));
        await stage(child('C1'), child('C3'), child('C4'));
        const outcomes = [
          {
            kind: 'accepted',
            personId: 'C1',
            receipt: 'r1',
            acceptedPayload: child('C1').payload,
            acceptedHash: child('C1').hash,
            at: later,
          },
          { kind: 'accepted', personId: 'C2', receipt: 'r2', acceptedPayload: null, acceptedHash: null, at: later },
          { kind: 'rejected', personId: 'C3', message: 'no', at: later },
        ] as const;
        await store.record(outcomes, never);
        const once = await allRows();
        await store.record(outcomes, never);
        expect(await allRows()).toEqual(once);
      });

      it('ignores outcomes for children that are not in the table', async () => {
        await stage(child('C1'));
        const before = await allRows();
        await accept(child('C9'));
        expect(await allRows()).toEqual(before);
      });

      it('changes nothing when it is cancelled before it begins', async () => {
        await stage(child('C1'));
        const controller = new AbortController();
        controller.abort();
        const outcome = { kind: 'rejected', personId: 'C1', message: 'no', at: later } as const;
        await expect(store.record([outcome], controller.signal)).rejects.toMatchObject({ reason: 'cancelled' });
        expect(await stateOf('C1')).toBe('new/pending');
      });

      it('can record while rows are still being read', async () => {
        const many = Array.from({ length: 300 }, (_, i) => child(`C${String(i).padStart(4, '0')}`));
        await stage(...many);
        const seen: string[] = [];
        for await (const row of store.rows({ statuses: ['pending'] }, never)) {
          seen.push(row.personId);
          await accept(child(row.personId));
        }
        expect(seen).toEqual(many.map((c) => c.personId));
        expect((await store.counts(never)).pending).toBe(0);
      });
    });

    describe('rows', () => {
      it('come in binary order of the id', async () => {
        const ids = ['10', '9', 'B', 'a', 'C-1', 'C_1', 'C1', 'Z', 'c1'];
        await stage(...ids.map((id) => child(id)));
        expect((await allRows()).map((row) => row.personId)).toEqual([...ids].sort());
      });

      it('are filtered by state, status and id together', async () => {
        await stage(child('C1'), child('C2'), child('C3'), child('C4'));
        await accept(child('C2'));
        await accept(child('C3'));
        await stage(child('C1'), child('C2', 'b'), child('C3'));
        await store.record([{ kind: 'rejected', personId: 'C1', message: 'no', at: later }], never);
        const ids = async (filter: Parameters<StagingStore['rows']>[0]) =>
          (await collect(store.rows(filter, never))).map((row) => row.personId);
        expect(await ids({ states: ['updated'] })).toEqual(['C2']);
        expect(await ids({ statuses: ['pending', 'error'] })).toEqual(['C1', 'C2', 'C4']);
        expect(await ids({ states: ['new', 'deleted'], statuses: ['pending'] })).toEqual(['C4']);
        expect(await ids({ personIds: ['C3', 'C1', 'C9'] })).toEqual(['C1', 'C3']);
        expect(await ids({ personIds: [] })).toEqual([]);
        expect(await ids({ states: [] })).toEqual([]);
      });

      it('take several thousand ids in the filter', async () => {
        await stage(child('C1'), child('C2'));
        const personIds = ['C2', ...Array.from({ length: 5000 }, (_, i) => `X${i}`)];
        expect((await collect(store.rows({ personIds }, never))).map((row) => row.personId)).toEqual(['C2']);
      });

      it('stop when the signal is aborted', async () => {
        await stage(...Array.from({ length: 200 }, (_, i) => child(`C${i}`)));
        const controller = new AbortController();
        let seen = 0;
        const read = async () => {
          for await (const _ of store.rows({}, controller.signal)) {
            seen++;
            controller.abort();
          }
        };
        await expect(read()).rejects.toMatchObject({ reason: 'cancelled' });
        expect(seen).toBeLessThan(200);
      });

      it('can be left early and read again', async () => {
        await stage(child('C1'), child('C2'));
        for await (const row of store.rows({}, never)) {
          expect(row.personId).toBe('C1');
          break;
        }
        expect(await allRows()).toHaveLength(2);
        await stage(child('C1'), child('C2', 'b'));
      });
    });

    describe('rows that another tool left', () => {
      it('are read and counted without regard to case and padding', async () => {
        await fixture.seed([
          { person_id: 'C1', json_payload: '{}', row_state: 'New', submission_status: 'Pending' },
          { person_id: 'C2', json_payload: '{}', row_state: 'UNCHANGED', submission_status: 'Sent' },
          { person_id: 'C3', json_payload: '{}', row_state: 'Updated ', submission_status: ' Error' },
          { person_id: 'C4', json_payload: '{}', row_state: 'dELETED', submission_status: 'sent' },
        ]);
        expect(await store.counts(never)).toEqual({ new: 1, updated: 1, unchanged: 1, deleted: 1, pending: 2 });
        expect((await allRows()).map((row) => `${row.rowState}/${row.submissionStatus}`)).toEqual([
          'new/pending',
          'unchanged/sent',
          'updated/error',
          'deleted/sent',
        ]);
        const pending = await collect(
          store.rows({ states: ['new', 'updated'], statuses: ['pending', 'error'] }, never),
        );
        expect(pending.map((row) => row.personId)).toEqual(['C1', 'C3']);
      });

      it('have no status when theirs is empty or unknown, and a state told from what was accepted', async () => {
        await fixture.seed([
          { person_id: 'C1', json_payload: '{}' },
          { person_id: 'C2', json_payload: '{}', previous_json_payload: '{}', submission_status: 'testing' },
          { person_id: 'C3', json_payload: '{}', previous_json_payload: '', row_state: 'odd', submission_status: '' },
        ]);
        expect(
          (await allRows()).map((row) => `${row.rowState}/${row.submissionStatus}/${row.previousPayload}`),
        ).toEqual(['new/null/null', 'updated/null/{}', 'new/null/null']);
        expect(await store.counts(never)).toEqual({ new: 2, updated: 1, unchanged: 0, deleted: 0, pending: 0 });
        expect(await collect(store.rows({ states: ['new'] }, never))).toHaveLength(2);
      });

      it('follow the same transitions whatever their letter case', async () => {
        const old = child('C1', 'a');
        await fixture.seed([
          {
            person_id: 'C1',
            json_payload: old.payload,
            current_hash: old.hash,
            previous_json_payload: old.payload,
            previous_hash: old.hash,
            row_state: 'Deleted',
            submission_status: 'SENT',
          },
          {
            person_id: 'C2',
            json_payload: '{}',
            current_hash: hashOf('{}'),
            row_state: 'DELETED',
            submission_status: 'Sent',
          },
          {
            person_id: 'C3',
            json_payload: '{}',
            current_hash: hashOf('{}'),
            previous_json_payload: '{}',
            previous_hash: hashOf('{}'),
            row_state: 'Unchanged',
            submission_status: 'Sent',
          },
        ]);
        await stage(old);
        expect(await stateOf('C1')).toBe('updated/pending');
        expect(await stateOf('C2')).toBe('deleted/sent');
        expect(await stateOf('C3')).toBe('deleted/pending');
        await acceptDeletion('C3');
        expect(await stateOf('C3')).toBe('deleted/sent');
      });

      it('differ from every extract when they have no hash', async () => {
        const now = child('C1', 'a');
        await fixture.seed([
          { person_id: 'C1', json_payload: now.payload, row_state: 'new', submission_status: 'sent' },
        ]);
        await stage(now);
        const row = await rowOf('C1');
        expect(row).toMatchObject({ rowState: 'new', submissionStatus: 'pending' });
        expect(bytes(row.hash)).toBe(bytes(now.hash));
      });

      it('count as accepted by their text when they have no hash', async () => {
        const now = child('C1', 'a');
        await fixture.seed([
          { person_id: 'C1', json_payload: now.payload, row_state: 'New', submission_status: 'Pending' },
        ]);
        await accept(now);
        expect(await stateOf('C1')).toBe('unchanged/sent');
      });

      it('are passed over when they have no person', async () => {
        await fixture.seed([{ person_id: null, json_payload: '{}', row_state: 'New', submission_status: 'Pending' }]);
        await stage(child('C1'));
        expect((await allRows()).map((row) => row.personId)).toEqual(['C1']);
        expect(await store.counts(never)).toEqual({ new: 1, updated: 0, unchanged: 0, deleted: 0, pending: 1 });
      });
    });

    describe('the table', () => {
      it('is reported missing, is not created on the side, and can be created when asked', async () => {
        await fixture.close();
        await use('none');
        expect(await store.check(never)).toMatchObject({ exists: false });
        await expect(stage(child('C1'))).rejects.toMatchObject({ reason: 'configuration' });
        await expect(store.counts(never)).rejects.toMatchObject({ reason: 'configuration' });
        expect(await store.check(never)).toMatchObject({ exists: false });
        await store.create(never);
        expect(await store.check(never)).toEqual({ exists: true, missingColumns: [] });
        await stage(child('C1'));
        expect(await allRows()).toHaveLength(1);
      });

      it('has an identity that names the table', () => {
        expect(store.identity).toContain('ssd_api_data_staging_anon');
      });
    });

    it('lets one submission at a time use the table, wherever it has a lock of its own', async () => {
      await use('created');
      if (store.lockSubmission === undefined) return;
      const first = await store.lockSubmission(never);
      await expect(store.lockSubmission(never)).rejects.toMatchObject({ reason: 'locked' });
      // Whoever submits also stages and records.
      expect(await stage(child('C1'))).toMatchObject({ new: 1 });
      await first[Symbol.asyncDispose]();
      const second = await store.lockSubmission(never);
      await second[Symbol.asyncDispose]();
    });
  });
}
