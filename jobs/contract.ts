/**
 * The use cases, as data. Both front ends (command line and VS Code) run them: the command line in its own process,
 * VS Code in a worker thread (`dist/pipeline.js`), so that the extension host's event loop stays free. Inputs and
 * results are plain JSON-like values that survive `postMessage`.
 */
import type { ProblemSummary } from '../core/problems.ts';
import type { TrailEntry } from '../pipeline/audit/readTrail.ts';
import type { PreflightItem } from '../pipeline/preflight/preflightItem.ts';
import type { RowState, StagingCounts, StagingTable } from '../pipeline/staging/stagingStore.ts';
import type { SubmissionMode } from '../pipeline/submission/gates.ts';
import type { PilotPhaseState } from '../pipeline/submission/pilot.ts';
import type { DraftPlan } from '../pipeline/submission/plan.ts';
import type { SubmissionReportData } from '../pipeline/submission/report.ts';
import type { UnattendedLimits } from '../pipeline/submission/signOff.ts';

/** What every job needs to know about where it runs. */
export interface JobEnvironment {
  /** Folder of `ssd.config.json` and `.env`; null when no folder is open. */
  readonly workspaceFolder: string | null;
  /** Folder for the audit trail, journal, local staging store and sandbox. Never inside a repository by default. */
  readonly dataFolder: string;
  /**
   * Settings that a front end has already resolved (VS Code settings, secrets from SecretStorage, flags). Later
   * wins over `ssd.config.json`, `.env` and the process environment. Keys are those of pipeline/config/settings.ts.
   */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Whether endpoints in `ssd.config.json` and `.env` count. VS Code says no: a folder must not redirect a submission. */
  readonly trustWorkspaceEndpoints: boolean;
  /** Why live mode is shut that only the front end can know, such as a workspace that is not trusted. */
  readonly liveObjections?: readonly string[];
}

/** Which source a job reads: a named connection, or the sandbox when absent. */
export interface SourceInput {
  readonly connection?: string;
  /** Folder whose `.sql` files replace those of the shipped pack by name. */
  readonly pack?: string;
  /** File with a custom query that returns `person_id, json_payload`. */
  readonly query?: string;
}

export interface ExtractResult {
  readonly out: string | null;
  readonly children: number;
  readonly consistency: string;
  readonly problems: ProblemSummary;
  /** Children that could not be assembled, by id, with the reason. */
  readonly notAssembled: readonly { readonly personId: string; readonly reason: string }[];
}

export interface StageResult {
  readonly table: string;
  readonly children: number;
  readonly counts: StagingCounts;
  readonly problems: ProblemSummary;
  readonly notAssembled: readonly { readonly personId: string; readonly reason: string }[];
}

/** One child in the list of changes. `summary` is in words without personal values, such as "placement PL9 removed". */
export interface ChangedChild {
  readonly personId: string;
  readonly state: Exclude<RowState, 'unchanged'>;
  readonly status: string;
  readonly summary: readonly string[];
  readonly errors: number;
  readonly warnings: number;
  readonly heldBack: string | null;
}

export interface ChangesResult {
  readonly counts: StagingCounts;
  readonly children: readonly ChangedChild[];
  /** Changes by section and field over all children. */
  readonly bySection: readonly { readonly section: string; readonly field: string | null; readonly count: number }[];
}

/** Both sides of one child for the diff editor: pretty-printed JSON in one order (the spec's), empty string where a side is absent. */
export interface ChildChangeResult {
  readonly personId: string;
  readonly previous: string;
  readonly current: string;
  /** What would be sent, pretty-printed; null when nothing would be. */
  readonly delta: string | null;
  readonly summary: readonly string[];
}

export type { SubmissionMode };

export interface SubmitInput extends SourceInput {
  readonly mode: SubmissionMode;
  /** `full` sends whole children, `delta` what changed since the last accepted payload. Default: the setting. */
  readonly send?: 'full' | 'delta';
  readonly table?: StagingTable;
  /** Send the children of this payload file instead of what is staged. */
  readonly file?: string;
  /** Only these children. */
  readonly personIds?: readonly string[];
  /** Only the staged children that the DfE refused last time. */
  readonly failedOnly?: boolean;
  /** The words that the person confirmed, as `confirmationText` of the plan gave them. Needed for `live`. */
  readonly confirmation?: string;
  /** Live without a person at the keyboard, within the limits of the sign-off; then no confirmation is needed. */
  readonly unattended?: boolean;
}

/** What a submission would do; shown before anybody confirms. `confirmationText` is what a live one must repeat. */
export type SubmissionPlan = DraftPlan['summary'];

/** What became of every child of a submission. */
export type SubmissionReport = SubmissionReportData;

export type RejectedChild = SubmissionReport['rejected'][number];

/** One line of the check: counts, codes and ids, never a personal value. */
export interface CheckItem extends PreflightItem {
  /** Set on a failure to reach or log in to a service, which has an exit code of its own. */
  readonly unreachable?: boolean;
}

export interface CheckResult {
  readonly items: readonly CheckItem[];
}

/** A submission as the audit index lists it. */
export type AuditEntry = TrailEntry;

export interface AuditDetail {
  readonly entry: AuditEntry;
  /** The events of the trail, parsed. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly bodies: readonly {
    readonly batch: number;
    readonly attempt: number;
    readonly kind: 'request' | 'response';
  }[];
}

export interface AuditVerifyResult {
  readonly submissions: number;
  readonly events: number;
  /** Null when the whole chain holds. */
  readonly firstBroken: { readonly file: string; readonly line: number; readonly reason: string } | null;
}

/** Job name to input and result. */
export interface JobMap {
  extract: { input: SourceInput & { out?: string; spec?: string; limit?: number }; result: ExtractResult };
  stage: { input: SourceInput & { table?: StagingTable; create?: boolean }; result: StageResult };
  changes: { input: SourceInput & { table?: StagingTable; full?: boolean }; result: ChangesResult };
  childChange: {
    /** `payload` is the JSON text of this child in an editor, compared instead of what is staged. */
    input: SourceInput & { table?: StagingTable; personId: string; payload?: string };
    result: ChildChangeResult;
  };
  hold: {
    input: SourceInput & { table?: StagingTable; personId: string; reason: string | null };
    result: { heldBack: number };
  };
  deltaFiles: {
    input: {
      previous: string;
      current: string;
      granularity?: 'element' | 'field';
      receiver?: 'replace' | 'merge';
      out?: string;
    };
    result: { children: number; out: string | null; text: string | null; changes: readonly ChangedChild[] };
  };
  plan: { input: SubmitInput; result: SubmissionPlan };
  submit: { input: SubmitInput; result: SubmissionReport };
  /** `file` and `mode` as they were given to the submission that sent a payload file. */
  resume: {
    input: SourceInput & { table?: StagingTable; file?: string; mode?: 'test' | 'live' };
    result: SubmissionReport | null;
  };
  check: { input: SourceInput & { table?: StagingTable; values?: boolean }; result: CheckResult };
  signOff: {
    input: { name: string; note: string; unattended?: UnattendedLimits };
    result: { recordedAt: string };
  };
  auditList: { input: Record<string, never>; result: readonly AuditEntry[] };
  auditShow: { input: { id: string }; result: AuditDetail };
  auditBody: {
    input: { id: string; batch: number; attempt: number; kind: 'request' | 'response' };
    result: { text: string };
  };
  auditVerify: { input: Record<string, never>; result: AuditVerifyResult };
  auditExport: { input: { out: string; format: 'csv' | 'json' }; result: { out: string; submissions: number } };
  sandboxPrepare: {
    input: { children?: number; seed?: number; faulty?: boolean; reset?: boolean };
    result: { database: string; children: number; created: boolean };
  };
  sandboxAdvance: { input: { days: number }; result: { changed: number } };
  /** Starts the local receiver in this process and keeps it until `sandboxStop`; answers the running one if there is one. */
  sandboxStart: {
    input: { port?: number };
    result: { endpoint: string; tokenEndpoint: string; database: string; children: number };
  };
  sandboxStop: { input: Record<string, never>; result: { stopped: boolean } };
  pilot: { input: Record<string, never>; result: readonly PilotPhaseState[] };
  /** Records that a submission completed a phase of the pilot; the trail has to show that it did. */
  pilotDone: { input: { phase: number; submission: string }; result: readonly PilotPhaseState[] };
  scramble: { input: { file: string; out: string }; result: { children: number; out: string } };
}

export type JobName = keyof JobMap;
export type JobInput<N extends JobName> = JobMap[N]['input'];
export type JobResult<N extends JobName> = JobMap[N]['result'];

/** Messages between VS Code's extension host and the worker thread. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly id: number;
      readonly name: JobName;
      readonly input: unknown;
      readonly environment: JobEnvironment;
    }
  | { readonly type: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly step: import('../pipeline/progress.ts').ProgressStep }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string; readonly message: string };
