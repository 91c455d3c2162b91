import { MarkupKind } from 'vscode-languageserver';
import { completeAt } from '../../core/sql/services/completion.ts';
import { foldsOf } from '../../core/sql/services/folding.ts';
import { hoverAt } from '../../core/sql/services/hover.ts';
import { marksOf, runLens, sectionLink } from '../../core/sql/services/marks.ts';
import { definitionAt, referencesAt, renameAt, renameRangeAt } from '../../core/sql/services/navigation.ts';
import { outlineOf } from '../../core/sql/services/outline.ts';
import { signatureAt } from '../../core/sql/services/signatureHelp.ts';
import type { LanguageService } from '../languages/languageService.ts';
import { encodeMarks, rangeIn, sqlLegend, toCompletionItem, toFoldingRanges, toSymbol } from './convert.ts';
import { recognisesSql } from './recogniseSql.ts';
import { SqlDocuments } from './sqlDocuments.ts';

/** Id of the command that runs an extract; its arguments are the document's URI and the section's name. */
const runExtractCommand = 'ssd.runExtract';

/** The language service for extract SQL. */
export function createSqlService(): LanguageService {
  const documents = new SqlDocuments();
  return {
    name: 'sql',
    completionTriggers: ['.', '@', "'"],
    signatureTriggers: ['(', ','],
    semanticLegend: sqlLegend,

    recognises: recognisesSql,
    closed: (document) => documents.drop(document),

    problems: async (document, { settings }) => documents.of(document, settings).problems(),

    hover(document, position, { settings }) {
      const hover = hoverAt(documents.model(document, settings), document.offsetAt(position));
      if (hover === null) return null;
      return { contents: { kind: MarkupKind.Markdown, value: hover.markdown }, range: rangeIn(document, hover) };
    },

    completion(document, position, { settings, client }) {
      const entries = completeAt(documents.model(document, settings), document.offsetAt(position));
      return { isIncomplete: false, items: entries.map((entry) => toCompletionItem(document, entry, client.snippets)) };
    },

    signatureHelp(document, position, { settings }) {
      const found = signatureAt(documents.model(document, settings), document.offsetAt(position));
      if (found === null) return null;
      const parameters = found.parameters.map(({ start, end }) => ({ label: [start, end] as [number, number] }));
      return {
        signatures: [{ label: found.label, documentation: found.text, parameters, activeParameter: found.active }],
        activeSignature: 0,
        activeParameter: found.active,
      };
    },

    symbols: (document, { settings }) =>
      outlineOf(documents.model(document, settings)).map((item) => toSymbol(document, item)),

    folding: (document, { settings }) => toFoldingRanges(document, foldsOf(documents.model(document, settings))),

    definition(document, position, { settings }) {
      const range = definitionAt(documents.model(document, settings), document.offsetAt(position));
      return range === null ? null : { uri: document.uri, range: rangeIn(document, range) };
    },

    references: (document, position, { settings }) =>
      referencesAt(documents.model(document, settings), document.offsetAt(position)).map((range) => ({
        uri: document.uri,
        range: rangeIn(document, range),
      })),

    prepareRename(document, position, { settings }) {
      const range = renameRangeAt(documents.model(document, settings), document.offsetAt(position));
      return range === null ? null : rangeIn(document, range);
    },

    rename(document, position, newName, { settings }) {
      const edits = renameAt(documents.model(document, settings), document.offsetAt(position), newName);
      if (edits === null) return null;
      return {
        changes: { [document.uri]: edits.map((edit) => ({ range: rangeIn(document, edit), newText: edit.newText })) },
      };
    },

    semanticTokens: (document, { settings }) => encodeMarks(document, marksOf(documents.model(document, settings))),

    documentLinks(document, { settings, docsBaseUri }) {
      const link = sectionLink(documents.model(document, settings));
      if (link === null || docsBaseUri === undefined) return [];
      const target = new URL(`../reference/sections/${link.section}.md`, docsBaseUri.replace(/\/*$/, '/')).href;
      return [{ range: rangeIn(document, link), target, tooltip: 'What the DfE takes in this section' }];
    },

    codeLenses(document, { settings }) {
      const lens = runLens(documents.model(document, settings));
      if (lens === null) return [];
      const command = {
        title: 'Run this extract',
        command: runExtractCommand,
        arguments: [document.uri, lens.section],
      };
      return [{ range: rangeIn(document, lens), command }];
    },
  };
}
