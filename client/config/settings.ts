import path from 'node:path';
import * as vscode from 'vscode';

/** A connection as `ssd.connections` holds it: a profile without a secret. Its driver validates the rest. */
export interface ConnectionProfile extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** The connection name that means the sandbox. */
export const sandboxName = 'sandbox';

function section(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('ssd');
}

function text(name: string): string | null {
  const value = section().get<unknown>(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/**
 * The profiles of `ssd.connections` that have a name; the first of two with one name counts. None can take the name
 * of the sandbox, so that what is shown as the sandbox is the sandbox.
 */
export function connectionProfiles(): readonly ConnectionProfile[] {
  const value = section().get<unknown>('connections');
  const profiles = new Map<string, ConnectionProfile>();
  for (const item of Array.isArray(value) ? value : []) {
    if (isProfile(item) && item.name !== sandboxName && !profiles.has(item.name)) profiles.set(item.name, item);
  }
  return [...profiles.values()];
}

function isProfile(value: unknown): value is ConnectionProfile {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** The connection that the setting names; null when it names none. See ConnectionInUse for the one in use. */
export function connectionSetting(): string | null {
  return text('connection');
}

/**
 * Settings that only this machine's person may give, as keys of pipeline/config. Every key is present, null when
 * it is not set, so that a file in the workspace can never fill it.
 */
export function machineSettings() {
  return {
    laCode: text('laCode'),
    endpoints: {
      token: text('endpoint.tokenUrl'),
      test: text('endpoint.testUrl'),
      live: text('endpoint.liveUrl'),
    },
    clientId: text('endpoint.clientId'),
    scope: text('endpoint.scope'),
    proxy: text('endpoint.proxy') ?? vscodeProxy(),
    caFile: text('endpoint.caFile'),
    connections: connectionProfiles(),
  };
}

/** VS Code's own proxy setting; a worker thread does not get it by itself. */
function vscodeProxy(): string | null {
  const value = vscode.workspace.getConfiguration('http').get<unknown>('proxy');
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Setting names below `ssd` and the keys of pipeline/config that they fill. */
const sharedSettings = {
  'payload.spec': 'spec',
  'staging.store': 'staging',
  'submit.send': 'send',
  'submit.batchSize': 'batchSize',
  'submit.batchGapMilliseconds': 'batchGapMs',
  'submit.timeoutSeconds': 'timeoutSeconds',
  'submit.retries': 'retries',
  'audit.retentionDays': 'auditRetentionDays',
} as const;

/**
 * Settings that somebody has changed, as keys of pipeline/config. Those left alone are absent, so that
 * `ssd.config.json` can give them.
 */
export function changedSettings(): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(sharedSettings)) {
    const value = changedValue(name);
    if (value !== undefined && value !== '' && value !== null) result[key] = value;
  }
  for (const key of ['pack', 'query']) {
    const file = changedValue(`extract.${key}`);
    if (typeof file === 'string' && file !== '') result[key] = absolute(file);
  }
  const asOf = changedValue('validation.asOf');
  const rules = changedValue('validation.rules');
  const validation = { ...(asOf ? { asOf } : {}), ...(rules ? { rules } : {}) };
  if (Object.keys(validation).length > 0) result.validation = validation;
  return result;
}

/** Relative paths in settings are relative to the workspace folder. */
function absolute(file: string): string {
  return path.resolve(workspaceFolder() ?? '', file);
}

/** The folder on disk that the window is about: the first one; null when there is none or it is not on a disk. */
export function workspaceFolder(): string | null {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder?.uri.scheme === 'file' ? folder.uri.fsPath : null;
}

function changedValue(name: string): unknown {
  const found = section().inspect<unknown>(name);
  return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
}
