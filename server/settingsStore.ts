import type { Connection } from 'vscode-languageserver';
import { isJsonObject } from '../core/json.ts';
import { defaultSettings, readSettings, type Settings } from './settings.ts';

/**
 * The settings by document. A client that can be asked (`workspace/configuration`) is asked once per document until
 * settings change; any other client gives them with `initializationOptions.settings` and `didChangeConfiguration`.
 */
export class SettingsStore {
  readonly #connection: Connection;
  readonly #byUri = new Map<string, Promise<Settings>>();
  readonly #warned = new Set<string>();
  #asks = false;
  #given: Settings = defaultSettings;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Called once, from `initialize`. `given` is the value of the section `ssd`, if the client sent one. */
  initialise(clientAnswers: boolean, given: unknown): void {
    this.#asks = clientAnswers;
    if (given !== undefined) this.#given = this.#read(given);
  }

  /** The settings of one document; null asks for those of no document in particular. */
  of(uri: string | null): Promise<Settings> {
    if (!this.#asks) return Promise.resolve(this.#given);
    const key = uri ?? '';
    const known = this.#byUri.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(uri);
    this.#byUri.set(key, asked);
    return asked;
  }

  forget(uri: string): void {
    this.#byUri.delete(uri);
  }

  /** Settings changed; `params` is the client's `settings` value, used when it cannot be asked. */
  changed(params: unknown): void {
    this.#byUri.clear();
    if (this.#asks) return;
    const section = isJsonObject(params) && 'ssd' in params ? params.ssd : params;
    if (section !== undefined && section !== null) this.#given = this.#read(section);
  }

  async #ask(uri: string | null): Promise<Settings> {
    try {
      const item = uri === null ? { section: 'ssd' } : { section: 'ssd', scopeUri: uri };
      const answer: unknown = await this.#connection.workspace.getConfiguration(item);
      // An editor that has nothing to say about the section may still have given it at the start.
      return answer === null || answer === undefined ? this.#given : this.#read(answer);
    } catch {
      this.#warn('The editor did not give its settings. The settings from the start are used.');
      return this.#given;
    }
  }

  #read(section: unknown): Settings {
    const { settings, warnings } = readSettings(section);
    for (const warning of warnings) this.#warn(warning);
    return settings;
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#connection.console.warn(message);
  }
}
