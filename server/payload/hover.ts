import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeAt } from '../../core/payload/locate.ts';
import { schemaAt } from '../../core/payload/schemaAt.ts';
import type { SpecVersion } from '../../core/payload/spec.ts';
import { describeField } from './fieldText.ts';
import type { ChildText } from './nearbyChild.ts';

/** What the field or code under an offset is. Null between tokens, and where the spec knows nothing. */
export function payloadHover(
  document: TextDocument,
  child: ChildText,
  offset: number,
  version: SpecVersion,
): Hover | null {
  const place = placeAt(child.text, offset - child.start);
  if (place === undefined || place.token.start === place.token.end) return null;
  const known = schemaAt(version, place.path);
  if (known === undefined) return null;
  const value = place.role === 'value' ? place.tokenValue : undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: describeField(place.path, known, value) },
    range: {
      start: document.positionAt(child.start + place.token.start),
      end: document.positionAt(child.start + place.token.end),
    },
  };
}
