import * as vscode from 'vscode';
import type { JobEnvironment } from '../../jobs/contract.ts';
import { endpointSecrets, type Secrets } from './secrets.ts';
import { changedSettings, connectionProfiles, machineSettings, workspaceFolder } from './settings.ts';

/**
 * What a job needs to know about this window, with settings and secrets resolved.
 * @param dataFolder the extension's own folder outside the workspace
 */
export async function jobEnvironment(dataFolder: string, secrets: Secrets): Promise<JobEnvironment> {
  const overrides: Record<string, unknown> = { ...changedSettings(), ...machineSettings() };
  for (const name of endpointSecrets) {
    const value = await secrets.endpointSecret(name);
    if (value !== undefined) overrides[name] = value;
  }
  const passwords: Record<string, string> = {};
  for (const profile of connectionProfiles()) {
    const password = await secrets.password(profile.name);
    if (password !== undefined) passwords[profile.name] = password;
  }
  return {
    workspaceFolder: workspaceFolder(),
    dataFolder,
    overrides: { ...overrides, passwords },
    trustWorkspaceEndpoints: false,
    liveObjections: vscode.workspace.isTrusted ? [] : [vscode.l10n.t('This folder is not trusted.')],
  };
}
