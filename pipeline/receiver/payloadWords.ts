import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { codeset, codesetNames } from '../../core/payload/codesets.ts';
import { loadSpec, specVersions } from '../../core/payload/spec.ts';

/** The vocabulary of the payload over all spec versions: what an answer of the service may quote without harm. */
export interface PayloadWords {
  /** Every property name. */
  readonly fields: ReadonlySet<string>;
  /** Properties that hold arrays, whose positions are inside a child. */
  readonly lists: ReadonlySet<string>;
  /** Properties whose text is a person's own: free text, names, dates, UPNs, postcodes; not ids, not codes. */
  readonly personal: ReadonlySet<string>;
  /** Properties that identify records in the authority's system. Ids may be shown. */
  readonly ids: ReadonlySet<string>;
  /** Every code of every code set, upper case. */
  readonly codes: ReadonlySet<string>;
}

let words: PayloadWords | undefined;

/** The vocabulary, gathered once from the spec and the code sets. */
export function payloadWords(): PayloadWords {
  if (words !== undefined) return words;
  const fields = new Set<string>();
  const lists = new Set<string>();
  const personal = new Set<string>();
  const ids = new Set<string>();
  const visit = (schema: JsonValue | undefined): void => {
    if (!isJsonObject(schema)) return;
    visit(schema.items);
    if (!isJsonObject(schema.properties)) return;
    for (const [name, raw] of Object.entries(schema.properties)) {
      if (!isJsonObject(raw)) continue;
      fields.add(name);
      if (raw.type === 'array') lists.add(name);
      const isId = name.endsWith('_id');
      if (isId) ids.add(name);
      const text = raw.type === 'string' || (Array.isArray(raw.type) && raw.type.includes('string'));
      if (text && !isId && raw['x-codeset'] === undefined) personal.add(name);
      visit(raw);
    }
  };
  for (const version of specVersions) visit(loadSpec(version));
  const codes = new Set<string>();
  for (const name of codesetNames()) {
    for (const code of Object.keys(codeset(name).codes)) codes.add(code.toUpperCase());
  }
  words = { fields, lists, personal, ids, codes };
  return words;
}
