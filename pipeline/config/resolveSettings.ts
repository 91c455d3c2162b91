import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseDotenv } from 'dotenv';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { specVersions } from '../../core/payload/spec.ts';
import type { Severity } from '../../core/problems.ts';
import { DataflowError } from '../errors.ts';
import { configFileName, readConfigFile } from './configFile.ts';
import { settingsFromPilotNames } from './pilotNames.ts';
import { defaultSettings, type ResolvedSettings, type SettingName, type Settings } from './settings.ts';

export interface SettingsSources {
  /** Folder of `ssd.config.json` and `.env`; null when there is none. */
  readonly workspaceFolder: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Flags of the command line, or VS Code's settings and secrets. Keys as in {@link Settings}. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /**
   * Whether workspace files may name endpoints, identities, connections and retention. VS Code says no: a folder that
   * somebody sent you must not decide where children's records go, or that the evidence of it is removed.
   */
  readonly trustWorkspaceEndpoints: boolean;
}

async function readDotenv(file: string): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return {};
    throw new DataflowError('configuration', `${file} could not be read. Check that you may open it.`, { cause });
  }
  return parseDotenv(text);
}

/** Later layers win, setting by setting; `endpoints` and `validation` merge inside, lists replace. */
function overlay(
  base: JsonObject,
  layer: JsonObject,
  source: string,
  sources: Map<SettingName, string>,
  at = '',
): JsonObject {
  const result: JsonObject = { ...base };
  for (const [key, value] of Object.entries(layer)) {
    if (key === '$schema' || value === null) continue;
    const name = at === '' ? key : `${at}.${key}`;
    const under = result[key];
    if (isJsonObject(value) && isJsonObject(under)) result[key] = overlay(under, value, source, sources, name);
    else {
      result[key] = value;
      sources.set(name, source);
    }
  }
  return result;
}

function plain(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    const result: JsonObject = {};
    for (const [key, inner] of Object.entries(value)) if (inner !== undefined) result[key] = plain(inner);
    return result;
  }
  return null;
}

/** What decides where records go, as whom, and how long the evidence is kept. */
const ownersKeys: ReadonlySet<string> = new Set([
  'endpoints',
  'proxy',
  'caFile',
  'clientId',
  'clientSecret',
  'supplierKey',
  'scope',
  'connections',
  'auditRetentionDays',
]);

function withoutOwnersKeys(layer: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(layer).filter(([key]) => !ownersKeys.has(key)));
}

const severities: ReadonlySet<string> = new Set(['error', 'warning', 'information', 'hint', 'off']);

function proxyCredentials(value: JsonValue | undefined): Settings['proxyCredentials'] {
  if (!isJsonObject(value)) return null;
  const { user, password } = value;
  return typeof user === 'string' && typeof password === 'string' ? { user, password } : null;
}

function toSettings(merged: JsonObject): Settings {
  const text = (key: string, from: JsonObject = merged): string | null => {
    const value = from[key];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const number = (key: keyof Settings & string, fallback: number): number => {
    const value = merged[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  };
  const endpoints = isJsonObject(merged.endpoints) ? merged.endpoints : {};
  const validation = isJsonObject(merged.validation) ? merged.validation : {};
  const rules: Record<string, Severity | 'off'> = {};
  for (const [code, level] of Object.entries(isJsonObject(validation.rules) ? validation.rules : {})) {
    if (typeof level === 'string' && severities.has(level)) rules[code] = level as Severity | 'off';
  }
  const passwords: Record<string, string> = {};
  for (const [name, value] of Object.entries(isJsonObject(merged.passwords) ? merged.passwords : {})) {
    if (typeof value === 'string') passwords[name] = value;
  }
  const spec = specVersions.find((version) => version === merged.spec);
  if (merged.spec !== undefined && spec === undefined) {
    throw new DataflowError('configuration', `Spec version must be one of ${specVersions.join(', ')}.`);
  }
  const laCode = text('laCode');
  if (laCode !== null && !/^\d{3}$/.test(laCode)) {
    throw new DataflowError('configuration', 'The local authority code must be three digits, such as 926.');
  }
  return {
    laCode,
    spec: spec ?? defaultSettings.spec,
    connection: text('connection'),
    connections: Array.isArray(merged.connections) ? merged.connections.filter(isJsonObject) : [],
    pack: text('pack'),
    query: text('query'),
    table: merged.table === 'live' || merged.table === 'anon' ? merged.table : null,
    staging: merged.staging === 'local' ? 'local' : 'database',
    send: merged.send === 'full' ? 'full' : 'delta',
    batchSize: Math.min(100, Math.max(1, Math.trunc(number('batchSize', defaultSettings.batchSize)))),
    batchGapMs: number('batchGapMs', defaultSettings.batchGapMs),
    timeoutSeconds: number('timeoutSeconds', defaultSettings.timeoutSeconds),
    retries: number('retries', defaultSettings.retries),
    endpoints: { token: text('token', endpoints), test: text('test', endpoints), live: text('live', endpoints) },
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    supplierKey: text('supplierKey'),
    scope: text('scope'),
    proxy: text('proxy'),
    editorProxy: text('editorProxy'),
    noProxy: Array.isArray(merged.noProxy) ? merged.noProxy.filter((host) => typeof host === 'string') : [],
    proxyCredentials: proxyCredentials(merged.proxyCredentials),
    caFile: text('caFile'),
    auditRetentionDays: typeof merged.auditRetentionDays === 'number' ? merged.auditRetentionDays : null,
    validation: { asOf: text('asOf', validation), rules },
    passwords,
  };
}

/** Relative paths in a workspace file are relative to that file. */
function anchorPaths(layer: JsonObject, folder: string): JsonObject {
  const result: JsonObject = { ...layer };
  for (const key of ['pack', 'query', 'caFile']) {
    const value = result[key];
    if (typeof value === 'string') result[key] = path.resolve(folder, value);
  }
  if (Array.isArray(layer.connections)) {
    result.connections = layer.connections.map((profile) => {
      if (!isJsonObject(profile)) return profile;
      const anchored: JsonObject = { ...profile };
      for (const key of ['caFile', 'clientCertFile', 'clientKeyFile', 'file']) {
        const value = anchored[key];
        if (typeof value === 'string') anchored[key] = path.resolve(folder, value);
      }
      return anchored;
    });
  }
  return result;
}

/**
 * Reads all sources of settings; later wins: defaults, `ssd.config.json`, `.env`, environment, overrides.
 * @throws DataflowError `configuration` naming the file, the line and the setting
 */
export async function resolveSettings(from: SettingsSources): Promise<ResolvedSettings> {
  const sources = new Map<SettingName, string>();
  let merged: JsonObject = {};
  if (from.workspaceFolder !== null) {
    const workspace = (layer: JsonObject): JsonObject =>
      from.trustWorkspaceEndpoints ? layer : withoutOwnersKeys(layer);
    const file = await readConfigFile(path.join(from.workspaceFolder, configFileName));
    if (file) {
      merged = overlay(merged, anchorPaths(workspace(file), from.workspaceFolder), configFileName, sources);
    }
    const dotenv = await readDotenv(path.join(from.workspaceFolder, '.env'));
    merged = overlay(merged, workspace(settingsFromPilotNames(dotenv, '.env')), '.env', sources);
  }
  merged = overlay(merged, settingsFromPilotNames(from.environment, 'the environment'), 'environment', sources);
  const overrides = plain(from.overrides);
  if (isJsonObject(overrides)) merged = overlay(merged, overrides, 'given', sources);
  return { settings: toSettings(merged), sources };
}
