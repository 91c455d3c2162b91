import { matchesFiles } from '../files.ts';
import type { LanguageService } from '../languages/languageService.ts';

/** The language service for payload JSON. */
export function createPayloadService(): LanguageService {
  return {
    name: 'payload',
    recognises: (document, settings) => matchesFiles(document.uri, settings.payload.files),
    problems: () => Promise.resolve([]),
  };
}
