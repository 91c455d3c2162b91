import type { TextDocument } from 'vscode-languageserver-textdocument';
import { looksLikePayload } from '../../core/payload/fileKind.ts';
import { matchesFiles } from '../files.ts';
import type { LanguageService } from '../languages/languageService.ts';
import { ChildCache } from './childCache.ts';
import { childIdOf, childLenses, readLensData, withCommand } from './codeLenses.ts';
import { completeBetweenChildren, completeInChild } from './completion.ts';
import { findFeedingExtract } from './definition.ts';
import { fixEdits } from './fixEdits.ts';
import { type FoldsByDepth, foldingRanges } from './folding.ts';
import { formatPayload } from './formatting.ts';
import { payloadHover } from './hover.ts';
import { outline } from './outline.ts';
import { PayloadModels } from './payloadModels.ts';
import { selectionRange } from './selectionRanges.ts';
import type { OutlineItem } from './symbols.ts';

/** Whether a document is written in JSON, judged by what the editor calls it and by its name. */
function isJson(document: TextDocument): boolean {
  return /^jsonc?$/.test(document.languageId) || /\.jsonc?$/i.test(document.uri);
}

/** The language service for payload JSON. */
export function createPayloadService(): LanguageService {
  const models = new PayloadModels();
  const outlines = new ChildCache<OutlineItem | undefined>();
  const folds = new ChildCache<FoldsByDepth>();
  return {
    name: 'payload',
    completionTriggers: ['"', ':'],

    recognises: (document, settings) =>
      isJson(document) && (matchesFiles(document.uri, settings.payload.files) || looksLikePayload(document.getText())),

    changed: (document, edits) => models.changed(document, edits),
    closed: (document) => models.closed(document),

    problems: async (document, context) => (await models.report(document, context)).problems,
    topProblems: (document, context, limit) => models.report(document, context, limit),

    problemsSoFar(document, context, limit) {
      const report = models.reportSoFar(document, context, limit);
      if (report === null) return null;
      const { problems, omitted, children } = report;
      const checked = children === 1 ? '1 child' : `${children.toLocaleString('en-GB')} children`;
      return { problems, omitted, checked };
    },

    fixes(document, problem, context) {
      const child = models.childAt(document, problem.start, context);
      if (child === undefined) return [];
      const line = document.getText(document.getLineRange(document.positionAt(child.start).line));
      const eol = document.getEOLCharacters(0) === '\r\n' ? '\r\n' : '\n';
      return (problem.fixes ?? []).map((fix) => fixEdits(child, fix, line, eol)).filter((fix) => fix !== null);
    },

    async findChild(document, childId, context) {
      for (const child of await models.children(document, context)) {
        // The id stands in the text as it is, since ids hold no character that JSON escapes.
        if (child.text.includes(childId) && childIdOf(child.text) === childId) return child;
      }
      return null;
    },

    hover(document, position, context) {
      const offset = document.offsetAt(position);
      const child = models.childAt(document, offset, context);
      return child === undefined ? null : payloadHover(document, child, offset, context.settings.payload.spec);
    },

    completion(document, position, context) {
      const offset = document.offsetAt(position);
      const child = models.childAt(document, offset, context);
      const options = { version: context.settings.payload.spec, asOf: context.asOf, snippets: context.client.snippets };
      const inside = child !== undefined && offset > child.start && offset < child.end;
      const items = inside
        ? completeInChild(document, child, offset, options)
        : completeBetweenChildren(document, offset, options);
      return { isIncomplete: false, items };
    },

    symbols: async (document, context) =>
      outline(document, await models.children(document, context), context.settings.payload.spec, outlines, context),

    folding: async (document, context) =>
      foldingRanges(document, await models.children(document, context), folds, context),

    selectionRanges: (document, positions, context) =>
      positions.map((position) => {
        const offset = document.offsetAt(position);
        return selectionRange(document, models.childAt(document, offset, context), offset);
      }),

    formatting: async (document, context) => formatPayload(document, await models.children(document, context), context),

    codeLenses: async (document, context) => childLenses(document, await models.children(document, context)),

    async resolveCodeLens(document, lens, context) {
      const data = readLensData(lens.data);
      const child = data === undefined ? undefined : (await models.children(document, context))[data.index];
      return data === undefined || child === undefined ? lens : withCommand(lens, data, childIdOf(child.text));
    },

    definition(document, position, context) {
      const offset = document.offsetAt(position);
      const child = models.childAt(document, offset, context);
      if (child === undefined) return null;
      const { settings, extracts, signal } = context;
      return findFeedingExtract(child.text, offset - child.start, settings.payload.spec, (section) =>
        extracts.find(section, settings.extract.files, signal),
      );
    },
  };
}
