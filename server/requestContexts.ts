import type { ExtractFiles } from './extractFiles.ts';
import type { ClientFacts, RequestContext } from './languages/languageService.ts';
import { createBreather } from './scheduler.ts';
import type { Settings } from './settings.ts';

/** Makes the context of one request on a document with these settings. */
export type ContextFactory = (settings: Settings, signal: AbortSignal) => RequestContext;

/** A factory for contexts that share what the whole server knows. `client` and `docsBaseUri` are asked each time: they are known late. */
export function createContextFactory(
  today: () => string,
  extracts: ExtractFiles,
  client: () => ClientFacts,
  docsBaseUri: () => string | undefined,
): ContextFactory {
  return (settings, signal) => ({
    signal,
    settings,
    asOf: settings.validation.asOf ?? today(),
    client: client(),
    docsBaseUri: docsBaseUri(),
    extracts,
    breathe: createBreather(),
  });
}
