import { type CompletionItem, CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { JsonObject } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { skipTrivia } from '../../core/payload/jsonScan.ts';
import { placeAt, type TextPlace } from '../../core/payload/locate.ts';
import { propertiesOf, schemaAt } from '../../core/payload/schemaAt.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import type { TextRange } from '../../core/problems.ts';
import { describeField, plain } from './fieldText.ts';
import type { ChildText } from './nearbyChild.ts';
import { childSnippet, elementSnippet, valueSnippet, withoutSnippets } from './snippets.ts';

/** What completion needs to know besides the text. */
export interface CompletionOptions {
  readonly version: SpecVersion;
  readonly asOf: string;
  /** Whether the editor fills in placeholders. */
  readonly snippets: boolean;
}

function word(schema: JsonObject, key: string): string {
  const value = schema[key];
  return typeof value === 'string' ? value : '';
}

/** Builds items that replace the token under the cursor. */
class Items {
  readonly list: CompletionItem[] = [];
  readonly #document: TextDocument;
  readonly #replaced: TextRange;
  readonly #snippets: boolean;

  readonly #quoted: boolean;

  /** `typed` is the text that is replaced. */
  constructor(document: TextDocument, replaced: TextRange, typed: string, snippets: boolean) {
    this.#document = document;
    this.#replaced = replaced;
    this.#snippets = snippets;
    this.#quoted = typed.startsWith('"');
  }

  add(item: CompletionItem, snippet: string): void {
    const range = {
      start: this.#document.positionAt(this.#replaced.start),
      end: this.#document.positionAt(this.#replaced.end),
    };
    const newText = this.#snippets ? snippet : withoutSnippets(snippet);
    this.list.push({
      ...item,
      insertTextFormat: this.#snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      // Editors compare with what stands in the range, quotes included.
      filterText: this.#quoted ? `"${item.filterText ?? item.label}"` : (item.filterText ?? item.label),
      sortText: String(this.list.length).padStart(4, '0'),
      textEdit: { range, newText },
    });
  }
}

function codeItems(items: Items, name: string, without: ReadonlySet<unknown>): void {
  for (const [code, label] of Object.entries(codeset(name).codes)) {
    if (without.has(code)) continue;
    items.add(
      { label: code, detail: label, kind: CompletionItemKind.EnumMember, filterText: `${code} ${label}` },
      `"${code}"`,
    );
  }
}

function valueItems(items: Items, schema: JsonObject, options: CompletionOptions, without: ReadonlySet<unknown>): void {
  const codes = schema['x-codeset'];
  if (typeof codes === 'string') codeItems(items, codes, without);
  else if (schema.type === 'boolean') {
    for (const value of ['true', 'false']) items.add({ label: value, kind: CompletionItemKind.Value }, value);
  } else if (schema.format === 'date') {
    items.add({ label: options.asOf, detail: 'Today', kind: CompletionItemKind.Value }, `"${options.asOf}"`);
  } else if (schema.type === 'object') {
    const label = word(schema, 'x-label');
    items.add({ label: `New ${label}`, kind: CompletionItemKind.Snippet }, elementSnippet(schema));
  } else if (schema.type === 'array') {
    items.add({ label: 'New list', kind: CompletionItemKind.Snippet }, valueSnippet(schema));
  }
}

function keyItems(items: Items, place: TextPlace, text: string, options: CompletionOptions): void {
  const owner = schemaAt(options.version, place.path.slice(0, -1));
  if (owner === undefined) return;
  const after = skipTrivia(text, place.token.end);
  const hasValue = text.charCodeAt(after) === 58;
  // Another member follows without a comma between: the comma belongs to what is put in.
  const comma = !hasValue && text.charCodeAt(after) === 34 ? ',' : '';
  for (const [name, schema] of propertiesOf(owner.schema)) {
    if (place.keys.includes(name)) continue;
    const path = [...place.path.slice(0, -1), name];
    const known = schemaAt(options.version, path);
    const item: CompletionItem = {
      label: name,
      detail: word(schema, 'description'),
      kind: schema.type === 'object' || schema.type === 'array' ? CompletionItemKind.Module : CompletionItemKind.Field,
    };
    if (known !== undefined) {
      item.documentation = { kind: MarkupKind.Markdown, value: describeField(path, known, undefined) };
    }
    items.add(item, hasValue ? `"${name}"` : `"${name}": ${valueSnippet(schema)}${comma}`);
  }
}

/** Codes that the list around the cursor already has, so that they are not offered again. */
function usedCodes(text: string, place: TextPlace): ReadonlySet<unknown> {
  if (place.container !== 'array') return new Set();
  const open = text.lastIndexOf('[', place.token.start);
  const close = text.indexOf(']', place.token.end);
  if (open === -1 || close === -1) return new Set();
  const around = `${text.slice(open + 1, place.token.start)} ${text.slice(place.token.end, close)}`;
  return new Set([...around.matchAll(/"([^"\\]*)"/g)].map((match) => match[1]));
}

/** The token under the cursor; a word that is typed without quotes is none for JSON, and counts here. */
function typedToken(text: string, token: TextRange): TextRange {
  if (token.end > token.start) return token;
  const before = /[\w-]*$/.exec(text.slice(Math.max(0, token.start - 100), token.start))?.[0] ?? '';
  return { start: token.start - before.length, end: token.end };
}

/** What fits at an offset inside a child: properties that it does not have yet, codes with labels, whole blocks. */
export function completeInChild(
  document: TextDocument,
  child: ChildText,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  const { text } = child;
  const place = placeAt(text, offset - child.start);
  if (place === undefined || place.path.length === 0) return [];
  const token = typedToken(text, place.token);
  const replaced = { start: child.start + token.start, end: child.start + token.end };
  const items = new Items(document, replaced, text.slice(token.start, token.end), options.snippets);
  if (place.role === 'key') keyItems(items, { ...place, token }, text, options);
  else {
    const known = schemaAt(options.version, place.path);
    if (known !== undefined) valueItems(items, known.schema, options, usedCodes(text, place));
  }
  return items.list;
}

/** What fits between children: a whole child, and in an empty file the list around it. */
export function completeBetweenChildren(
  document: TextDocument,
  offset: number,
  options: CompletionOptions,
): CompletionItem[] {
  const known = schemaAt(options.version, []);
  if (known === undefined) return [];
  const items = new Items(document, { start: offset, end: offset }, '', options.snippets);
  const empty = !/\S/.test(document.getText());
  const snippet = childSnippet(known.schema);
  const label = 'New child';
  const detail = plain('Details and one social care episode');
  items.add(
    { label, detail, kind: CompletionItemKind.Snippet },
    empty ? `[\n  ${snippet.replace(/\n/g, '\n  ')}\n]\n` : snippet,
  );
  return items.list;
}
