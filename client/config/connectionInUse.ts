import { parse } from 'jsonc-parser';
import * as vscode from 'vscode';
import { type ConnectionProfile, connectionProfiles, connectionSetting, sandboxName } from './settings.ts';

/** What the data behind a connection is. A profile that does not say counts as live, the careful reading. */
export type Purpose = 'live' | 'test' | 'sandbox';

const configFile = 'ssd.config.json';

/**
 * Which connection is in use: the one that the setting names, else the one that `ssd.config.json` names, else the
 * sandbox. A folder that is not trusted names none.
 */
export class ConnectionInUse implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when another connection is in use, or the profiles changed. */
  readonly onDidChange = this.#changed.event;
  readonly #disposables: vscode.Disposable[];
  #fromFile: string | null = null;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${configFile}`);
    const readAgain = () => void this.#read();
    this.#disposables = [
      this.#changed,
      watcher,
      watcher.onDidChange(readAgain),
      watcher.onDidCreate(readAgain),
      watcher.onDidDelete(readAgain),
      vscode.workspace.onDidGrantWorkspaceTrust(readAgain),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('ssd')) this.#changed.fire();
      }),
    ];
    readAgain();
  }

  /** The connection's name; null is the sandbox. */
  get name(): string | null {
    const name = connectionSetting() ?? this.#fromFile;
    return name === sandboxName ? null : name;
  }

  /** The profile of that name; undefined for the sandbox, and when nobody has set the connection up here. */
  get profile(): ConnectionProfile | undefined {
    const { name } = this;
    return connectionProfiles().find((profile) => profile.name === name);
  }

  /** What its data is; null when nobody has set the connection up here. */
  get purpose(): Purpose | null {
    if (this.name === null) return 'sandbox';
    const { profile } = this;
    return profile === undefined ? null : purposeOf(profile);
  }

  async #read(): Promise<void> {
    this.#fromFile = vscode.workspace.isTrusted ? await namedInFile() : null;
    this.#changed.fire();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

async function namedInFile(): Promise<string | null> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) return null;
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, configFile));
    const value: unknown = parse(new TextDecoder().decode(bytes));
    const named = typeof value === 'object' && value !== null && 'connection' in value ? value.connection : null;
    return typeof named === 'string' && named !== '' ? named : null;
  } catch {
    // There is no such file. One that cannot be read or parsed is reported by the job that uses it.
    return null;
  }
}

/** What a profile says it holds. */
export function purposeOf(profile: ConnectionProfile): 'live' | 'test' {
  return profile.purpose === 'test' ? 'test' : 'live';
}

/** "live", "test" or "sandbox", in words for the screen. */
export function purposeLabel(purpose: Purpose): string {
  if (purpose === 'live') return vscode.l10n.t('live');
  return purpose === 'test' ? vscode.l10n.t('test') : vscode.l10n.t('sandbox');
}
