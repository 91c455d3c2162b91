import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '../../core/json.ts';
import { AuditTrail } from '../../pipeline/audit/auditTrail.ts';
import { type DurableFiles, durableFiles } from '../../pipeline/files/durableFiles.ts';
import type { JobContext, ProgressStep } from '../../pipeline/progress.ts';
import { ReceiverClient } from '../../pipeline/receiver/receiverClient.ts';
import type { RetryPolicy } from '../../pipeline/receiver/retryPolicy.ts';
import { parseServiceAddress, submissionAddress } from '../../pipeline/receiver/serviceAddress.ts';
import { defaultExchangeLimits, type ExchangeLimits } from '../../pipeline/receiver/transport.ts';
import { openSqliteStaging } from '../../pipeline/staging/sqliteStaging.ts';
import type { StagedChild, StagingStore, StagingTable } from '../../pipeline/staging/stagingStore.ts';
import type { SubmissionRequest } from '../../pipeline/submission/plan.ts';
import type { PrepareTools } from '../../pipeline/submission/prepare.ts';
import { stagingSource } from '../../pipeline/submission/source.ts';
import type { SubmissionTools } from '../../pipeline/submission/submit.ts';

export const actor = { user: 'analyst', host: 'test-host' };

/** A clock that stands still until it is moved, and sleeps that move it. */
export class TestClock {
  #time: number;
  readonly sleeps: number[] = [];

  constructor(start = '2026-11-22T09:00:00.000Z') {
    this.#time = Date.parse(start);
  }

  readonly now = (): Date => new Date(this.#time);

  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.sleeps.push(milliseconds);
    this.#time += milliseconds;
  };

  move(milliseconds: number): void {
    this.#time += milliseconds;
  }
}

export function policyFor(clock: TestClock, overrides: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    attempts: 3,
    firstWait: 1000,
    longestWait: 8000,
    longestRetryAfter: 300_000,
    now: () => clock.now().getTime(),
    sleep: clock.sleep,
    random: () => 0.5,
    ...overrides,
  };
}

export const secrets = { clientSecret: 'planted-client-secret-9f2', supplierKey: 'planted-supplier-key-4c1' };

export function clientFor(
  target: { readonly base: string; readonly tokenAddress: string },
  policy: RetryPolicy,
  limits: Partial<ExchangeLimits> = {},
  credentials = { clientId: 'client-1', scope: 'scope-1', ...secrets },
): ReceiverClient {
  return new ReceiverClient(
    {
      address: submissionAddress(parseServiceAddress(target.base, 'API endpoint'), '926'),
      tokenAddress: parseServiceAddress(target.tokenAddress, 'token endpoint'),
      ...credentials,
      userAgent: 'ssd-dataflow/test',
      transport: {
        proxy: { setting: null, editor: null, bypass: [], environment: {}, credentials: null },
        extraCertificates: [],
        limits: { ...defaultExchangeLimits, ...limits },
      },
    },
    policy,
  );
}

/** Id of the n-th invented child. */
export function childId(n: number): string {
  return `C${String(n).padStart(5, '0')}`;
}

export function inventedChild(n: number, changes: JsonObject = {}): JsonObject {
  return {
    child_details: {
      date_of_birth: '2012-03-04',
      disabilities: ['NONE'],
      ethnicity: 'WBRI',
      first_name: `Zebedee${n}`,
      postcode: 'ZZ9 9ZZ',
      sex: 'M',
      surname: "O'Quibble",
    },
    la_child_id: childId(n),
    mis_child_id: `M${n}`,
    purge: false,
    ...changes,
  };
}

export function staged(child: JsonObject): StagedChild {
  const payload = JSON.stringify(child);
  const hash = createHash('sha256').update(payload).digest();
  return { personId: String(child.la_child_id), legacyId: null, payload, hash };
}

export async function stage(store: StagingStore, children: readonly JsonObject[], at: Date): Promise<void> {
  async function* all() {
    for (const child of children) yield staged(child);
  }
  await store.merge(all(), { at, keep: new Set() }, new AbortController().signal);
}

/** Whole children as the smallest correct delta: what matters here is when something is sent, not how little. */
export const wholeDelta: PrepareTools['delta'] = (previous, current) => {
  if (current === null) {
    return previous === null ? null : { la_child_id: previous.la_child_id ?? '', purge: true };
  }
  return JSON.stringify(previous) === JSON.stringify(current) ? null : current;
};

export interface Workplace extends AsyncDisposable {
  readonly folder: string;
  readonly store: StagingStore;
  readonly clock: TestClock;
  readonly trail: AuditTrail;
  readonly steps: ProgressStep[];
  context(signal?: AbortSignal): JobContext;
  tools(receiver: SubmissionTools['receiver'], overrides?: Partial<SubmissionTools>): SubmissionTools;
}

/** A data folder and a staging table of its own, with a clock that does not wait. */
export async function openWorkplace(
  options: { readonly table?: StagingTable; readonly files?: DurableFiles; readonly folder?: string } = {},
): Promise<Workplace> {
  const own = options.folder === undefined;
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'ssd-submission-')));
  const files = options.files ?? durableFiles;
  const clock = new TestClock();
  const signal = new AbortController().signal;
  const table = options.table ?? 'anon';
  const store = await openSqliteStaging(
    { file: path.join(folder, 'staging.sqlite'), table, identity: `test/${table}` },
    signal,
  );
  if (!(await store.check(signal)).exists) await store.create(signal);
  const trail = new AuditTrail({
    folder: path.join(folder, 'audit'),
    files,
    actor,
    now: clock.now,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  const steps: ProgressStep[] = [];
  return {
    folder,
    store,
    clock,
    trail,
    steps,
    context: (of = new AbortController().signal) => ({
      progress: (step) => void steps.push(step),
      signal: of,
      now: clock.now,
    }),
    tools: (receiver, overrides = {}) => ({
      source: stagingSource(store),
      receiver,
      prepare: { send: 'delta', validate: () => [], delta: wholeDelta },
      trail,
      files,
      actor,
      dataFolder: folder,
      gates: { purpose: 'test', signOff: null, liveObjections: [] },
      gapMilliseconds: 400,
      sleep: clock.sleep,
      versions: { spec: '0.9', pack: '1.0.0', tool: '0.1.0' },
      log: null,
      ...overrides,
    }),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      if (own) await rm(folder, { recursive: true, force: true });
    },
  };
}

export function requestFor(
  receiver: { readonly endpoint: string },
  changes: Partial<SubmissionRequest> = {},
): SubmissionRequest {
  return { mode: 'test', laCode: '926', laName: 'Norchester', endpoint: receiver.endpoint, batchSize: 10, ...changes };
}
