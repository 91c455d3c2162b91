import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LocatedProblem } from '../../core/problems.ts';
import { applyRuleSettings } from '../diagnostics.ts';
import type { Documents } from '../documents.ts';
import type { ProblemRuns } from '../problemRuns.ts';
import type { ContextFactory } from '../requestContexts.ts';
import type { Settings } from '../settings.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** A file that was checked, open or not. */
export interface CheckedFile {
  readonly document: TextDocument;
  readonly settings: Settings;
  /** All problems, with the severities that the person chose. */
  readonly problems: readonly LocatedProblem[];
}

/** Checks files as they are in the editor, or as they are on disk when they are not open. */
export class FileChecks {
  readonly #documents: Documents;
  readonly #runs: ProblemRuns;
  readonly #files: WorkspaceFiles;
  readonly #contexts: ContextFactory;

  constructor(documents: Documents, runs: ProblemRuns, files: WorkspaceFiles, contexts: ContextFactory) {
    this.#documents = documents;
    this.#runs = runs;
    this.#files = files;
    this.#contexts = contexts;
  }

  /** The problems of a file; null when it is no payload or extract, or cannot be read, or the signal aborted. */
  async check(uri: string, signal: AbortSignal): Promise<CheckedFile | null> {
    const open = this.#documents.get(uri);
    if (open !== undefined) return this.#checkOpen(uri, signal);
    const file = await this.#files.stat(uri);
    const read = file === null ? null : await this.#files.read(file);
    if (read === null || signal.aborted) return null;
    const { document, service, settings } = read;
    const problems = await service.problems(document, this.#contexts(settings, signal));
    return signal.aborted ? null : { document, settings, problems: applyRuleSettings(problems, settings) };
  }

  /** The problems of the newest version of an open document. */
  async #checkOpen(uri: string, signal: AbortSignal): Promise<CheckedFile | null> {
    for (;;) {
      const open = this.#documents.get(uri);
      if (open === undefined || signal.aborted) return null;
      const problems = await this.#runs.all(open);
      const { document, settings, service } = open;
      if (service === undefined || settings === undefined) return null;
      // Null: somebody typed meanwhile, so the newer text is checked.
      if (problems !== null) return { document, settings, problems };
    }
  }
}
