import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { propertiesOf } from '../../core/payload/schemaAt.ts';

/**
 * Fields that a new element does not have yet, or that stand in for another field: ends, former and expected values.
 * They are left out of snippets, and completion offers them one by one.
 */
const laterFields = /(^|_)(end|closure|former|expected|unknown|authorisation|purge|mis)(_|$)/;

/** Most codes in one choice of a snippet. */
const choiceLimit = 60;

/** Writes placeholders with rising numbers. */
class SnippetWriter {
  #next = 1;

  placeholder(text: string): string {
    return `\${${this.#next++}:${text.replace(/[$}\\]/g, '\\$&')}}`;
  }

  choice(values: readonly string[]): string {
    return `\${${this.#next++}|${values.map((v) => v.replace(/[,|\\$}]/g, '\\$&')).join(',')}|}`;
  }

  /** The value of one field: a placeholder, a choice of codes, or the block with all its usual fields. */
  value(schema: JsonObject, indent: string): string {
    const codes = schema['x-codeset'];
    if (typeof codes === 'string') {
      const all = Object.keys(codeset(codes).codes);
      return all.length <= choiceLimit ? `"${this.choice(all)}"` : `"${this.placeholder('code')}"`;
    }
    if (schema.format === 'date') return `"${this.placeholder('YYYY-MM-DD')}"`;
    switch (schema.type) {
      case 'boolean':
        return this.choice(['false', 'true']);
      case 'integer':
        return this.placeholder('0');
      case 'array':
        return this.list(schema, indent);
      case 'object':
        return this.block(schema, indent);
      default:
        return `"${this.placeholder('')}"`;
    }
  }

  list(schema: JsonObject, indent: string): string {
    const items = isJsonObject(schema.items) ? schema.items : {};
    if (items.type === 'object') return `[\n${indent}  ${this.block(items, `${indent}  `)}\n${indent}]`;
    return `[${this.value(items, indent)}]`;
  }

  /** An object with its usual fields; repeated blocks inside it are left to completion. */
  block(schema: JsonObject, indent: string, nested: readonly string[] = []): string {
    const inner = `${indent}  `;
    const lines = propertiesOf(schema)
      .filter(([name, field]) => {
        const repeated = field.type === 'array' && isJsonObject(field.items) && field.items.type === 'object';
        return nested.includes(name) || (!laterFields.test(name) && !repeated && field.type !== 'object');
      })
      .map(([name, field]) => `${inner}"${name}": ${this.value(field, inner)}`);
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
}

/** A value for one field as a snippet: empty text, a date, a choice of codes, a block. */
export function valueSnippet(schema: JsonObject): string {
  return new SnippetWriter().value(schema, '');
}

/** A whole element of a list (an episode, a plan, a placement) as a snippet. */
export function elementSnippet(schema: JsonObject): string {
  return new SnippetWriter().block(schema, '');
}

/** A whole child with its details and one episode as a snippet. */
export function childSnippet(schema: JsonObject): string {
  return new SnippetWriter().block(schema, '', ['child_details', 'social_care_episodes']);
}

/** A snippet as plain text, for editors without snippets: the first choice, or the placeholder's text. */
export function withoutSnippets(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|((?:\\.|[^|\\])*)\|\}/g, (_all, choices: string) => choices.split(/(?<!\\),/)[0] ?? '')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/(?<!\\)\$\d+/g, '')
    .replace(/\\([$},|\\])/g, '$1');
}
