import { defaultSpecVersion, type SpecVersion } from '../../core/payload/spec.ts';
import type { Severity } from '../../core/problems.ts';
import type { StagingTable } from '../staging/stagingStore.ts';

/** Everything that can be configured, after all sources were read. Secrets are here too: never log this object. */
export interface Settings {
  readonly laCode: string | null;
  readonly spec: SpecVersion;
  readonly connection: string | null;
  /** Raw connection profiles; pipeline/connections/profile.ts validates the one that is used. */
  readonly connections: readonly Readonly<Record<string, unknown>>[];
  readonly pack: string | null;
  readonly query: string | null;
  readonly table: StagingTable | null;
  readonly staging: 'database' | 'local';
  readonly send: 'delta' | 'full';
  readonly batchSize: number;
  /** Milliseconds. */
  readonly batchGapMs: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly endpoints: { readonly token: string | null; readonly test: string | null; readonly live: string | null };
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly supplierKey: string | null;
  readonly scope: string | null;
  readonly proxy: string | null;
  /** VS Code's `http.proxy`; null outside VS Code. */
  readonly editorProxy: string | null;
  /** Hosts that no proxy is used for, as in NO_PROXY. */
  readonly noProxy: readonly string[];
  readonly proxyCredentials: { readonly user: string; readonly password: string } | null;
  readonly caFile: string | null;
  readonly auditRetentionDays: number | null;
  readonly validation: {
    /** `YYYY-MM-DD`; null means today. */
    readonly asOf: string | null;
    readonly rules: Readonly<Record<string, Severity | 'off'>>;
  };
  /** Connection passwords by connection name. */
  readonly passwords: Readonly<Record<string, string>>;
}

/** A setting's dotted name, such as `endpoints.test`. */
export type SettingName = string;

/** Settings with the source of each, for `check` and for messages: "ssd.config.json", ".env", "environment", ... */
export interface ResolvedSettings {
  readonly settings: Settings;
  readonly sources: ReadonlyMap<SettingName, string>;
}

export const defaultSettings: Settings = {
  laCode: null,
  spec: defaultSpecVersion,
  connection: null,
  connections: [],
  pack: null,
  query: null,
  table: null,
  staging: 'database',
  send: 'delta',
  batchSize: 100,
  // The deployed PowerShell sender waits at least this long between two posts.
  batchGapMs: 400,
  timeoutSeconds: 30,
  retries: 4,
  endpoints: { token: null, test: null, live: null },
  clientId: null,
  clientSecret: null,
  supplierKey: null,
  scope: null,
  proxy: null,
  editorProxy: null,
  noProxy: [],
  proxyCredentials: null,
  caFile: null,
  auditRetentionDays: null,
  validation: { asOf: null, rules: {} },
  passwords: {},
};
