import type { TextDocument } from 'vscode-languageserver-textdocument';
import { looksLikePayload } from '../../core/payload/fileKind.ts';
import { validatePayloadText } from '../../core/payload/validateText.ts';
import { matchesFiles } from '../files.ts';
import type { LanguageService } from '../languages/languageService.ts';
import { childIdOf, childLenses, readLensData, withCommand } from './codeLenses.ts';
import { completeBetweenChildren, completeInChild } from './completion.ts';
import { findFeedingExtract } from './definition.ts';
import { fixEdits } from './fixEdits.ts';
import { foldingRanges } from './folding.ts';
import { formatPayload } from './formatting.ts';
import { payloadHover } from './hover.ts';
import { outline } from './outline.ts';
import { PayloadTexts } from './payloadTexts.ts';
import { selectionRange } from './selectionRanges.ts';

/** Whether a document is written in JSON, judged by what the editor calls it and by its name. */
function isJson(document: TextDocument): boolean {
  return /^jsonc?$/.test(document.languageId) || /\.jsonc?$/i.test(document.uri);
}

/** The language service for payload JSON. */
export function createPayloadService(): LanguageService {
  const texts = new PayloadTexts();
  return {
    name: 'payload',
    completionTriggers: ['"', ':'],

    recognises: (document, settings) =>
      isJson(document) && (matchesFiles(document.uri, settings.payload.files) || looksLikePayload(document.getText())),

    closed: (document) => texts.drop(document),

    async problems(document, { settings, asOf }) {
      return validatePayloadText(document.getText(), { spec: settings.payload.spec, asOf }).problems;
    },

    fixes: (document, problem) => {
      const child = texts.knownChildAt(document, problem.start);
      if (child === undefined) return [];
      const text = document.getText();
      return (problem.fixes ?? []).map((fix) => fixEdits(text, child, fix)).filter((fix) => fix !== null);
    },

    async findChild(document, childId, context) {
      const text = document.getText();
      for (const child of await texts.children(document, context)) {
        const pause = context.breathe();
        if (pause !== undefined) await pause;
        if (context.signal.aborted) return null;
        const own = text.slice(child.start, child.end);
        // The id stands in the text as it is, since ids hold no character that JSON escapes.
        if (own.includes(childId) && childIdOf(own) === childId) return { start: child.start, end: child.end };
      }
      return null;
    },

    async hover(document, position, context) {
      const offset = document.offsetAt(position);
      const child = await texts.childAt(document, offset, context);
      return child === undefined ? null : payloadHover(document, child, offset, context.settings.payload.spec);
    },

    async completion(document, position, context) {
      const offset = document.offsetAt(position);
      const child = await texts.childAt(document, offset, context);
      const options = { version: context.settings.payload.spec, asOf: context.asOf, snippets: context.client.snippets };
      const inside = child !== undefined && offset > child.start && offset < child.end;
      const items = inside
        ? completeInChild(document, child, offset, options)
        : completeBetweenChildren(document, offset, options);
      return { isIncomplete: false, items };
    },

    symbols: async (document, context) =>
      outline(document, await texts.children(document, context), context.settings.payload.spec, context),

    folding: async (document, context) => foldingRanges(document, await texts.children(document, context), context),

    selectionRanges: async (document, positions, context) =>
      Promise.all(
        positions.map(async (position) => {
          const offset = document.offsetAt(position);
          return selectionRange(document, await texts.childAt(document, offset, context), offset);
        }),
      ),

    formatting: async (document, context) => formatPayload(document, await texts.children(document, context), context),

    codeLenses: async (document, context) => childLenses(document, await texts.children(document, context)),

    async resolveCodeLens(document, lens, context) {
      const data = readLensData(lens.data);
      const child = data === undefined ? undefined : (await texts.children(document, context))[data.index];
      if (data === undefined || child === undefined) return lens;
      return withCommand(lens, data, childIdOf(document.getText().slice(child.start, child.end)));
    },

    async definition(document, position, context) {
      const offset = document.offsetAt(position);
      const child = await texts.childAt(document, offset, context);
      if (child === undefined) return null;
      const text = document.getText().slice(child.start, child.end);
      const { settings, extracts, signal } = context;
      return findFeedingExtract(text, offset - child.start, settings.payload.spec, (section) =>
        extracts.find(section, settings.extract.files, signal),
      );
    },
  };
}
