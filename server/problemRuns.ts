import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LocatedProblem } from '../core/problems.ts';
import { applyRuleSettings, bySeverity } from './diagnostics.ts';
import type { OpenDocument } from './documents.ts';
import type { LanguageService, ProblemsSoFar, RequestContext, TopProblems } from './languages/languageService.ts';
import type { ContextFactory } from './requestContexts.ts';
import type { Settings } from './settings.ts';

const none: TopProblems = { problems: [], omitted: 0 };

interface Run {
  readonly version: number;
  readonly settings: Settings;
  readonly service: LanguageService;
  readonly controller: AbortController;
  readonly result: Promise<TopProblems | null>;
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

  /** The problems to show at the current version, most severe first up to the limit of the settings, or null when the text changed or closed before they were known. */
  async of(open: OpenDocument): Promise<TopProblems | null> {
    await open.ready;
    const { service, settings, document } = open;
    if (service === undefined || settings === undefined || !settings.validation.enable) return none;
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

  /** What the run under way has found by now; null when there is nothing to tell. */
  soFar(open: OpenDocument): ProblemsSoFar | null {
    const { service, settings, document } = open;
    const run = this.#runs.get(document.uri);
    if (run === undefined || run.version !== document.version || run.controller.signal.aborted) return null;
    if (service === undefined || settings === undefined || service !== run.service) return null;
    const context = this.#contexts(settings, run.controller.signal);
    return service.problemsSoFar?.(document, context, settings.validation.maxProblems) ?? null;
  }

  /** All problems at the current version, as `of` but without a limit. */
  async all(open: OpenDocument): Promise<readonly LocatedProblem[] | null> {
    const top = await this.of(open);
    const { service, settings, document } = open;
    if (top === null || top.omitted === 0) return top?.problems ?? null;
    if (service === undefined || settings === undefined) return null;
    const { version } = document;
    const problems = await service.problems(document, this.#contexts(settings, new AbortController().signal));
    return document.version === version ? applyRuleSettings(problems, settings) : null;
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
  ): Promise<TopProblems | null> {
    // A failed earlier run was reported to those who asked for it.
    await earlier?.catch(() => undefined);
    if (signal.aborted) return null;
    try {
      const top = await topProblems(service, open.document, this.#contexts(settings, signal));
      return signal.aborted ? null : top;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}

/** The most severe problems of a document, with the severities that the person chose. */
export async function topProblems(
  service: LanguageService,
  document: TextDocument,
  context: RequestContext,
): Promise<TopProblems> {
  const limit = context.settings.validation.maxProblems;
  if (service.topProblems !== undefined) return service.topProblems(document, context, limit);
  const all = bySeverity(applyRuleSettings(await service.problems(document, context), context.settings));
  return { problems: all.slice(0, limit), omitted: Math.max(0, all.length - limit) };
}
