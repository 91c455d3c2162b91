import * as vscode from 'vscode';
import type { JobInput, JobName, JobResult, SourceInput } from '../jobs/contract.ts';
import { ConnectionInUse } from './config/connectionInUse.ts';
import { jobEnvironment } from './config/environment.ts';
import { Secrets } from './config/secrets.ts';
import { sandboxName } from './config/settings.ts';
import { DeltaDocuments } from './documents/deltaDocuments.ts';
import { ReportDocuments } from './documents/reportDocuments.ts';
import { JobRunner } from './jobs/jobRunner.ts';
import { progressPercent, progressText } from './jobs/progressText.ts';
import { LanguageStarter } from './language/languageStarter.ts';
import { signalOf } from './platform/cancellation.ts';
import { createLog, type Log } from './platform/log.ts';
import { DfeProblems } from './problems/dfeProblems.ts';
import { Sandbox } from './sandbox/sandbox.ts';
import { ChangesModel } from './views/changesModel.ts';

/** Everything that lives as long as the extension, and its one owner. Commands and views receive it. */
export class Ctx {
  readonly extension: vscode.ExtensionContext;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly connection: ConnectionInUse;
  readonly language: LanguageStarter;
  readonly reports: ReportDocuments;
  readonly deltas: DeltaDocuments;
  readonly changes: ChangesModel;
  readonly dfeProblems: DfeProblems;
  readonly sandbox: Sandbox;
  readonly #jobs: JobRunner;
  readonly #jobEnded: vscode.EventEmitter<JobName>;
  /** Fires when a job has ended well; views listen to know when to read again. */
  readonly onJobEnded: vscode.Event<JobName>;

  constructor(extension: vscode.ExtensionContext) {
    this.extension = extension;
    const channel = this.own(vscode.window.createOutputChannel('SSD Dataflow', { log: true }));
    this.log = createLog(channel);
    this.secrets = new Secrets(extension.secrets);
    this.connection = this.own(new ConnectionInUse());
    this.#jobEnded = this.own(new vscode.EventEmitter<JobName>());
    this.onJobEnded = this.#jobEnded.event;
    this.sandbox = this.own(new Sandbox(this));
    this.#jobs = new JobRunner(extension.asAbsolutePath('dist/pipeline.js'), (error) => {
      this.log.error('The worker thread ended', error);
      this.sandbox.lost();
    });
    this.own({ dispose: () => void this.#jobs.dispose() });
    this.language = this.own(new LanguageStarter(this));
    this.reports = this.own(new ReportDocuments());
    this.changes = this.own(new ChangesModel(this));
    this.own(this.connection.onDidChange(() => this.changes.keepOnlyFrom(this.source().connection)));
    this.deltas = this.own(new DeltaDocuments(this));
    this.dfeProblems = this.own(new DfeProblems());
  }

  /** Hands a disposable to the extension's lifetime. */
  own<T extends vscode.Disposable>(disposable: T): T {
    this.extension.subscriptions.push(disposable);
    return disposable;
  }

  /** The source in use: a connection, or the sandbox. */
  source(): SourceInput {
    // The sandbox is named too, so that nothing in the workspace can put another connection in its place.
    return { connection: this.connection.name ?? sandboxName };
  }

  /** The folder for everything that must not lie in a workspace. */
  get dataFolder(): string {
    return this.extension.globalStorageUri.fsPath;
  }

  /** Runs a job under a progress notification that can cancel it. */
  async runJob<N extends JobName>(name: N, input: JobInput<N>, title: string): Promise<JobResult<N>> {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const cancellation = signalOf(token);
        let percent = 0;
        try {
          return await this.#run(name, input, cancellation.signal, (step) => {
            const now = progressPercent(step) ?? percent;
            progress.report({ message: progressText(step), increment: Math.max(0, now - percent) });
            percent = Math.max(percent, now);
          });
        } finally {
          cancellation.dispose();
        }
      },
    );
  }

  /** Runs a short job without a notification, for views and virtual documents. */
  async runQuietJob<N extends JobName>(
    name: N,
    input: JobInput<N>,
    signal: AbortSignal = AbortSignal.timeout(120_000),
  ): Promise<JobResult<N>> {
    return await this.#run(name, input, signal, () => undefined);
  }

  async #run<N extends JobName>(
    name: N,
    input: JobInput<N>,
    signal: AbortSignal,
    progress: Parameters<JobRunner['run']>[3]['progress'],
  ): Promise<JobResult<N>> {
    const environment = await jobEnvironment(this.dataFolder, this.secrets);
    const result = await this.#jobs.run(name, input, environment, { progress, signal });
    this.#jobEnded.fire(name);
    return result;
  }
}
