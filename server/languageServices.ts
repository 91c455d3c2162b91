import type { LanguageService } from './languages/languageService.ts';
import { createPayloadService } from './payload/payloadService.ts';
import { createSqlService } from './sql/sqlService.ts';

/** The languages of this server. The first that recognises a document speaks for it. */
export function languageServices(): readonly LanguageService[] {
  return [createPayloadService(), createSqlService()];
}
