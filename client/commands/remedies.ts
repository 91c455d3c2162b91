import * as vscode from 'vscode';
import type { DataflowError } from '../../core/errors.ts';

/** The one useful button on an error message. */
export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** What helps most often for an expected failure; null when its message says all there is to do. */
export function remedyFor(error: DataflowError): Remedy | null {
  switch (error.reason) {
    case 'configuration':
      return {
        title: vscode.l10n.t('Open Settings'),
        command: 'workbench.action.openSettings',
        arguments: ['@ext:csc-dataflow.ssd-dataflow'],
      };
    case 'unreachable':
      return { title: vscode.l10n.t('Check Connection'), command: 'ssd.checkConnection', arguments: [] };
    case 'refused':
      return { title: vscode.l10n.t('Set Credentials'), command: 'ssd.setCredentials', arguments: [] };
    case 'in-doubt':
      return { title: vscode.l10n.t('Resume Submission'), command: 'ssd.resumeSubmission', arguments: [] };
    case 'storage':
      return { title: vscode.l10n.t('Show Log'), command: 'ssd.showLog', arguments: [] };
    default:
      return null;
  }
}
