import type { Node } from 'jsonc-parser';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { jsonTree, memberOf } from '../../core/payload/jsonTree.ts';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import { propertiesOf, schemaAt } from '../../core/payload/schemaAt.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';

/** One line of the outline; offsets are relative to its child's text. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly start: number;
  readonly end: number;
  /** The id that names it, or its opening. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly children: readonly OutlineItem[];
}

function label(schema: JsonObject, fallback: string): string {
  const value = schema['x-label'];
  return typeof value === 'string' ? value : fallback;
}

/** An id as the outline shows it; ids are the only values it repeats, never a name. */
function idOf(node: Node, schema: JsonObject): Node | undefined {
  const field = schema['x-id'];
  const id = typeof field === 'string' ? memberOf(node, field) : undefined;
  return id !== undefined && (typeof id.value === 'string' || typeof id.value === 'number') ? id : undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function item(node: Node, schema: JsonObject, fallback: string, kind: SymbolKind, detail: string): OutlineItem {
  const id = idOf(node, schema);
  const words = label(schema, fallback);
  const purged = memberOf(node, 'purge')?.value === true;
  return {
    name: id === undefined || `${id.value}` === '' ? capital(words) : `${id.value}`,
    detail: [id === undefined ? '' : words, detail, purged ? 'deletion' : ''].filter((part) => part !== '').join(', '),
    kind,
    start: node.offset,
    end: node.offset + node.length,
    nameStart: id?.offset ?? node.offset,
    nameEnd: id === undefined ? node.offset + 1 : id.offset + id.length,
    children: blocks(node, schema),
  };
}

/** The blocks and listed blocks below an object, as the schema has them. */
function blocks(node: Node, schema: JsonObject): OutlineItem[] {
  const result: OutlineItem[] = [];
  for (const [name, property] of propertiesOf(schema)) {
    const value = memberOf(node, name);
    if (value === undefined) continue;
    if (property.type === 'object' && value.type === 'object') {
      result.push(item(value, property, name, SymbolKind.Struct, ''));
    } else if (isJsonObject(property.items) && property.items.type === 'object' && value.type === 'array') {
      const items = property.items;
      const elements = value.children?.filter((element) => element.type === 'object') ?? [];
      for (const element of elements) result.push(item(element, items, name, SymbolKind.Event, ''));
    }
  }
  return result;
}

/** The outline of one child; undefined for text that is no object, or nests too deep to be a child. */
export function childOutline(text: string, index: number, version: SpecVersion): OutlineItem | undefined {
  const schema = schemaAt(version, [])?.schema;
  const tree = jsonTree(text);
  if (schema === undefined || tree?.type !== 'object') return undefined;
  const episodes = memberOf(tree, 'social_care_episodes')?.children?.length ?? 0;
  const detail = episodes === 1 ? '1 episode' : `${episodes} episodes`;
  const child = item(tree, schema, 'child', SymbolKind.Class, detail);
  return idOf(tree, schema) === undefined ? { ...child, name: `Child ${index + 1} without an id` } : child;
}

/** An outline item as the protocol has it, with `depth` levels below it. */
export function toSymbol(
  document: TextDocument,
  child: ChildExtent,
  outline: OutlineItem,
  depth: number,
): DocumentSymbol {
  const at = (offset: number) => document.positionAt(child.start + offset);
  const symbol: DocumentSymbol = {
    name: outline.name,
    kind: outline.kind,
    range: { start: at(outline.start), end: at(outline.end) },
    selectionRange: { start: at(outline.nameStart), end: at(outline.nameEnd) },
  };
  if (outline.detail !== '') symbol.detail = outline.detail;
  if (depth > 0 && outline.children.length > 0) {
    symbol.children = outline.children.map((inner) => toSymbol(document, child, inner, depth - 1));
  }
  return symbol;
}
