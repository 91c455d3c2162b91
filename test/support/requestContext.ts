import { ExtractFiles } from '../../server/extractFiles.ts';
import type { RequestContext } from '../../server/languages/languageService.ts';
import { nodeHost } from '../../server/nodeHost.ts';
import { createBreather } from '../../server/scheduler.ts';
import { defaultSettings } from '../../server/settings.ts';

/** The context of a request in tests of single language features: default settings, a fixed day, nothing to cancel it. */
export function testContext(breathe: RequestContext['breathe'] = createBreather()): RequestContext {
  return {
    signal: new AbortController().signal,
    settings: defaultSettings,
    asOf: '2026-11-22',
    client: { snippets: true, nestedSymbols: true, resolvesEdits: true },
    docsBaseUri: undefined,
    extracts: new ExtractFiles(nodeHost),
    breathe,
  };
}
