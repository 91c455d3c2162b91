import type { Token } from '../token.ts';
import type { Value } from './relation.ts';

/** The JSON that a FOR JSON query builds, as far as the text tells. */
export type JsonShape = JsonObjectShape | JsonArrayShape | JsonScalarShape | QuotedJson;

export interface JsonObjectShape {
  readonly kind: 'object';
  readonly fields: readonly JsonField[];
  /** Whether `fields` is all there is. */
  readonly complete: boolean;
  /** Where the object is built: the token SELECT. */
  readonly at: Token;
}

export interface JsonArrayShape {
  readonly kind: 'array';
  readonly items: JsonShape;
  readonly at: Token;
}

/** JSON that becomes a text in quotes, since nothing tells FOR JSON that it is JSON. */
export interface QuotedJson {
  readonly kind: 'quoted';
  readonly inner: JsonShape;
  readonly at: Token;
}

/** A value that is no object and no array. */
export interface JsonScalarShape {
  readonly kind: 'scalar';
  readonly value: Value;
  readonly at: Token;
}

export interface JsonField {
  readonly name: string;
  /** The alias, or the column that gives the name. */
  readonly at: Token;
  readonly shape: JsonShape | null;
}

interface MutableObject {
  fields: Map<string, { at: Token; shape: JsonShape | null; inner: MutableObject | null }>;
}

/** Builds the object of one row: an alias `a.b` makes an object `a` with a field `b`. */
export function objectFromAliases(items: readonly JsonField[], complete: boolean, at: Token): JsonObjectShape {
  const root: MutableObject = { fields: new Map() };
  for (const item of items) {
    const path = item.name.split('.');
    let current = root;
    for (const [index, part] of path.entries()) {
      const last = index === path.length - 1;
      const known = current.fields.get(part);
      if (last) {
        if (known === undefined) current.fields.set(part, { at: item.at, shape: item.shape, inner: null });
      } else {
        const inner = known?.inner ?? { fields: new Map() };
        if (known === undefined || known.inner === null) current.fields.set(part, { at: item.at, shape: null, inner });
        current = inner;
      }
    }
  }
  const finish = (object: MutableObject): JsonObjectShape => ({
    kind: 'object',
    complete,
    at,
    fields: [...object.fields].map(([name, field]) => ({
      name,
      at: field.at,
      shape: field.inner === null ? field.shape : finish(field.inner),
    })),
  });
  return finish(root);
}
