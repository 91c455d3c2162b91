import * as vscode from 'vscode';
import { type ConnectionInUse, purposeLabel } from '../config/connectionInUse.ts';

/** The status bar item that names the connection in use and says whether its data is live, test or invented. */
export class ConnectionStatus implements vscode.Disposable {
  readonly #connection: ConnectionInUse;
  readonly #item: vscode.StatusBarItem;
  readonly #listening: vscode.Disposable;

  constructor(connection: ConnectionInUse) {
    this.#connection = connection;
    this.#item = vscode.window.createStatusBarItem('ssd.connection', vscode.StatusBarAlignment.Left, 10);
    this.#item.name = vscode.l10n.t('SSD connection');
    this.#item.command = 'ssd.chooseConnection';
    this.#listening = connection.onDidChange(() => this.#update());
    this.#update();
    this.#item.show();
  }

  #update(): void {
    const { name, purpose } = this.#connection;
    const words = purpose === null ? vscode.l10n.t('not set up here') : purposeLabel(purpose);
    this.#item.text =
      name === null ? `$(beaker) SSD: ${words}` : `$(${purpose ? 'database' : 'warning'}) SSD: ${name} (${words})`;
    this.#item.tooltip =
      name === null
        ? vscode.l10n.t('SSD Dataflow uses the sandbox with invented children. Select to choose a connection.')
        : vscode.l10n.t('SSD Dataflow uses the connection {0}, {1}. Select to choose another.', name, words);
    this.#item.accessibilityInformation = { label: vscode.l10n.t('SSD connection: {0}, {1}', name ?? words, words) };
    // Real records are marked by colour as well as by the word.
    this.#item.backgroundColor =
      purpose === 'live' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }
}
