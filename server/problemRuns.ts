import type { LocatedProblem } from '../core/problems.ts';
import type { OpenDocument } from './documents.ts';
import type { LanguageService } from './languages/languageService.ts';
import type { ContextFactory } from './requestContexts.ts';
import type { Settings } from './settings.ts';

interface Run {
  readonly version: number;
  readonly settings: Settings;
  readonly service: LanguageService;
  readonly controller: AbortController;
  readonly result: Promise<readonly LocatedProblem[] | null>;
}

/**
 * The problems of each open document at its current version. Whoever asks for the same version shares one run; a
 * change aborts the run of the older text, and the next one starts only when that has stopped, so that a service
 * never works twice at a time on one document.
 */
export class ProblemRuns {
  readonly #runs = new Map<string, Run>();
  readonly #contexts: ContextFactory;

  constructor(contexts: ContextFactory) {
    this.#contexts = contexts;
  }

  /** All problems at the current version, or null when the text changed or closed before they were known. */
  async of(open: OpenDocument): Promise<readonly LocatedProblem[] | null> {
    await open.ready;
    const { service, settings, document } = open;
    if (service === undefined || settings === undefined || !settings.validation.enable) return [];
    const known = this.#runs.get(document.uri);
    const current =
      known !== undefined &&
      known.version === document.version &&
      known.settings === settings &&
      known.service === service &&
      !known.controller.signal.aborted;
    if (current) return known.result;
    known?.controller.abort();
    const controller = new AbortController();
    const run: Run = {
      version: document.version,
      settings,
      service,
      controller,
      result: this.#start(open, service, settings, controller.signal, known?.result),
    };
    this.#runs.set(document.uri, run);
    return run.result;
  }

  /** Stops the run of an older text. */
  abort(uri: string): void {
    this.#runs.get(uri)?.controller.abort();
  }

  forget(uri: string): void {
    this.abort(uri);
    this.#runs.delete(uri);
  }

  async #start(
    open: OpenDocument,
    service: LanguageService,
    settings: Settings,
    signal: AbortSignal,
    earlier: Promise<unknown> | undefined,
  ): Promise<readonly LocatedProblem[] | null> {
    // A failed earlier run was reported to those who asked for it.
    await earlier?.catch(() => undefined);
    if (signal.aborted) return null;
    try {
      const problems = await service.problems(open.document, this.#contexts(settings, signal));
      return signal.aborted ? null : problems;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}
