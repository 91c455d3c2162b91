import * as vscode from 'vscode';
import { connectionName, connectionProfiles } from '../config/settings.ts';
import { purposeLabel, purposeOf } from './connectionsView.ts';

/** The status bar item that names the connection in use and says whether its data is live, test or invented. */
export class ConnectionStatus implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #listening: vscode.Disposable;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('ssd.connection', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = vscode.l10n.t('SSD connection');
    this.#item.command = 'ssd.chooseConnection';
    this.#listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('ssd')) this.#update();
    });
    this.#update();
    this.#item.show();
  }

  #update(): void {
    const name = connectionName();
    const profile = connectionProfiles().find((candidate) => candidate.name === name);
    const purpose = name === null ? 'sandbox' : profile === undefined ? null : purposeOf(profile);
    const words = purpose === null ? vscode.l10n.t('not set up') : purposeLabel(purpose);
    this.#item.text =
      name === null ? `$(beaker) SSD: ${words}` : `$(${profile ? 'database' : 'warning'}) SSD: ${name} (${words})`;
    this.#item.tooltip =
      name === null
        ? vscode.l10n.t('SSD Dataflow uses the sandbox with invented children. Select to choose a connection.')
        : vscode.l10n.t('SSD Dataflow uses the connection {0}, {1}. Select to choose another.', name, words);
    this.#item.accessibilityInformation = { label: vscode.l10n.t('SSD connection: {0}, {1}', name ?? words, words) };
    // Real records are marked by colour as well as by the word.
    if (purpose === 'live') this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    else this.#item.backgroundColor = undefined;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }
}
