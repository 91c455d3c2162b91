import * as vscode from 'vscode';
import type { JobResult } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { setContextKey } from '../platform/contextKeys.ts';

/** The local receiver that runs in the worker, as the views and commands see it. */
export class Sandbox implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #address: string | null = null;

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
  }

  /** Base address of the running receiver; null when it does not run. */
  get address(): string | null {
    return this.#address;
  }

  /** Makes the invented SSD if there is none, and starts the receiver. */
  async start(): Promise<JobResult<'sandboxStart'>> {
    const started = await this.#ctx.runJob('sandboxStart', {}, vscode.l10n.t('Starting the sandbox'));
    this.#set(started.endpoint);
    return started;
  }

  async stop(): Promise<JobResult<'sandboxStop'>> {
    const stopped = await this.#ctx.runJob('sandboxStop', {}, vscode.l10n.t('Stopping the sandbox'));
    this.#set(null);
    return stopped;
  }

  /** The worker thread ended, and the receiver with it. */
  lost(): void {
    this.#set(null);
  }

  #set(address: string | null): void {
    this.#address = address;
    setContextKey('ssd:sandbox:running', address !== null);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
