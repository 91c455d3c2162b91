import type { FoldingRange, Range } from 'vscode-languageserver';
import {
  type CompletionItem,
  CompletionItemKind,
  type DocumentSymbol,
  FoldingRangeKind,
  InsertTextFormat,
  MarkupKind,
  SymbolKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextRange } from '../../core/problems.ts';
import type { CompletionEntry, CompletionKind } from '../../core/sql/services/completionEntry.ts';
import type { SqlFold } from '../../core/sql/services/folding.ts';
import type { SqlMark } from '../../core/sql/services/marks.ts';
import type { OutlineItem } from '../../core/sql/services/outline.ts';

/** A range of offsets as the protocol has it. */
export function rangeIn(document: TextDocument, { start, end }: TextRange): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

const completionKinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  table: CompletionItemKind.Struct,
  column: CompletionItemKind.Field,
  alias: CompletionItemKind.Variable,
  field: CompletionItemKind.Property,
  code: CompletionItemKind.EnumMember,
  parameter: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
  value: CompletionItemKind.Value,
};

/** A proposal as the protocol has it; a snippet becomes plain text for an editor that knows no placeholders. */
export function toCompletionItem(document: TextDocument, entry: CompletionEntry, snippets: boolean): CompletionItem {
  const plain = entry.insert.replaceAll(/\$\{\d+:([^}]*)\}|\$\d+/g, '$1').replaceAll('\\$', '$');
  const item: CompletionItem = {
    label: entry.label,
    kind: completionKinds[entry.kind],
    sortText: String(entry.rank).padStart(4, '0'),
    filterText: entry.kind === 'field' ? entry.label.replace('… AS ', '') : entry.label,
    textEdit: { range: rangeIn(document, entry), newText: entry.isSnippet && !snippets ? plain : entry.insert },
  };
  if (entry.detail !== '') item.detail = entry.detail;
  if (entry.documentation !== '') item.documentation = { kind: MarkupKind.Markdown, value: entry.documentation };
  if (entry.isSnippet && snippets) item.insertTextFormat = InsertTextFormat.Snippet;
  return item;
}

const symbolKinds: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  statement: SymbolKind.Event,
  cte: SymbolKind.Struct,
  table: SymbolKind.Struct,
  routine: SymbolKind.Function,
  block: SymbolKind.Namespace,
  batch: SymbolKind.Package,
};

/** A line of the outline as the protocol has it, with what is below it. */
export function toSymbol(document: TextDocument, item: OutlineItem): DocumentSymbol {
  return {
    name: item.name,
    detail: item.detail,
    kind: symbolKinds[item.kind],
    range: rangeIn(document, item),
    selectionRange: rangeIn(document, item.selection),
    children: item.children.map((child) => toSymbol(document, child)),
  };
}

/** Folds by line; those that stay within one line fall away. */
export function toFoldingRanges(document: TextDocument, folds: readonly SqlFold[]): FoldingRange[] {
  const seen = new Set<number>();
  return folds.flatMap((fold) => {
    const startLine = document.positionAt(fold.start).line;
    const endLine = document.positionAt(fold.end).line;
    if (endLine <= startLine || seen.has(startLine)) return [];
    seen.add(startLine);
    const range: FoldingRange = { startLine, endLine };
    if (fold.kind === 'comment') range.kind = FoldingRangeKind.Comment;
    return [range];
  });
}

/** Names of the semantic tokens, in the order in which marks refer to them. */
export const sqlLegend = { tokenTypes: ['class', 'property', 'enumMember'], tokenModifiers: [] };

const markTypes: Readonly<Record<SqlMark['type'], number>> = { ssdTable: 0, ssdColumn: 1, dfeField: 2 };

/** Marks in the protocol's encoding: each place relative to the one before. */
export function encodeMarks(document: TextDocument, marks: readonly SqlMark[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const mark of marks) {
    const at = document.positionAt(mark.start);
    data.push(
      at.line - line,
      at.line === line ? at.character - character : at.character,
      mark.end - mark.start,
      markTypes[mark.type],
      0,
    );
    line = at.line;
    character = at.character;
  }
  return data;
}
