import type { TextRange } from '../../problems.ts';
import { ssdTables } from '../../ssd/ssdModel.ts';
import type { Column, Relation } from '../analysis/relation.ts';
import type { Scope, ScopeEntry } from '../analysis/scope.ts';
import { sqlFunctions } from '../functions.ts';
import { extractParameters } from '../parameters.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { codesAt } from './codes.ts';
import type { CompletionEntry } from './completionEntry.ts';
import {
  columnDetail,
  describeColumn,
  describeField,
  describeFunction,
  describeRelation,
  describeTable,
  fieldDetail,
} from './describe.ts';
import { headerValuesAt } from './headerValues.ts';
import { linksBetween } from './keyLinks.ts';
import { lackingFields, sectionOutput } from './outputFields.ts';
import { commentAt, scopeAt, tokenIndexBefore } from './places.ts';
import { snippetsFor } from './snippets.ts';

/** Everything that can be written at the offset. Works in unfinished text; the editor filters by what is typed. */
export function completeAt(model: SqlModel, offset: number): readonly CompletionEntry[] {
  return new Completer(model, offset).entries();
}

const tableWords = new Set(['FROM', 'JOIN', 'APPLY', 'UPDATE', 'INTO', 'TABLE', 'USING', 'MERGE']);
const keywords =
  'SELECT FROM WHERE AND OR NOT NULL IS IN EXISTS BETWEEN LIKE CASE WHEN THEN ELSE END AS JOIN LEFT INNER ON GROUP BY ORDER HAVING DISTINCT UNION ALL WITH OVER PARTITION DESC'.split(
    ' ',
  );

class Completer {
  readonly #model: SqlModel;
  readonly #offset: number;
  /** Index of the last token before the word that is being written. */
  readonly #before: number;
  readonly #range: TextRange;
  readonly #word: Token | null;
  readonly #found: CompletionEntry[] = [];

  constructor(model: SqlModel, offset: number) {
    this.#model = model;
    this.#offset = offset;
    const index = tokenIndexBefore(model.tokens, offset);
    const token = model.tokens[index];
    const inWord =
      token !== undefined &&
      token.end >= offset &&
      token.kind !== 'operator' &&
      token.kind !== 'number' &&
      token.kind !== 'string';
    this.#word = inWord ? token : null;
    this.#before = inWord ? index - 1 : index;
    this.#range = inWord ? { start: token.start, end: token.end } : { start: offset, end: offset };
  }

  entries(): readonly CompletionEntry[] {
    const { tokens } = this.#model;
    if (commentAt(this.#model, this.#offset) !== undefined) {
      this.#header();
      return this.#found;
    }
    const inside = tokens[tokenIndexBefore(tokens, this.#offset)];
    const codes = codesAt(this.#model, this.#offset);
    for (const [index, { code, label }] of (codes?.codes ?? []).entries()) {
      const quoted = codes?.inText ? code : `'${code}'`;
      const range = codes?.range ?? this.#range;
      this.#found.push({
        ...range,
        label: quoted,
        kind: 'code',
        detail: label,
        documentation: '',
        insert: quoted,
        isSnippet: false,
        rank: index,
      });
    }
    if (
      inside?.kind === 'string' &&
      inside.start < this.#offset &&
      (inside.end > this.#offset || inside.fault !== null)
    )
      return this.#found;
    this.#inCode();
    return this.#found;
  }

  #inCode(): void {
    const { tokens } = this.#model;
    const previous = tokens[this.#before];
    const scope = scopeAt(this.#model, this.#offset);
    if (this.#word?.kind === 'variable' || this.#model.text.charAt(this.#offset - 1) === '@') {
      this.#parameters();
      return;
    }
    if (previous?.upper === '.') {
      this.#membersOf(tokens[this.#before - 1], scope);
      return;
    }
    if (previous === undefined || previous.upper === ';' || previous.kind === 'go') {
      this.#snippets();
      this.#keywords(['SELECT', 'WITH'], 50);
      return;
    }
    if (previous.upper === 'AS' && !this.#isCast()) {
      this.#fields();
      return;
    }
    if (this.#isTablePlace(previous)) {
      this.#tables(scope);
      return;
    }
    if (previous.upper === 'ON') this.#joinConditions(scope);
    if (this.#isItemPlace(previous)) this.#fieldItems();
    this.#columns(scope);
    this.#parameters();
    this.#functions();
    this.#keywords(keywords, 80);
  }

  #add(
    entry: Pick<CompletionEntry, 'label' | 'kind' | 'detail' | 'documentation' | 'rank'> & {
      readonly insert?: string;
      readonly isSnippet?: boolean;
    },
  ): void {
    this.#found.push({ ...this.#range, insert: entry.label, isSnippet: false, ...entry });
  }

  #header(): void {
    for (const [rank, { name, detail, ...range }] of headerValuesAt(this.#model, this.#offset).entries()) {
      this.#found.push({
        ...range,
        label: name,
        kind: 'value',
        detail,
        documentation: '',
        insert: name,
        isSnippet: false,
        rank,
      });
    }
  }

  /** Whether AS belongs to CAST( ... AS, where a type follows. */
  #isCast(): boolean {
    const { tokens } = this.#model;
    let depth = 0;
    for (let index = this.#before - 1; index >= 0; index--) {
      const token = tokens[index];
      if (token === undefined || token.upper === ';') return false;
      if (token.upper === ')') depth++;
      if (token.upper === '(' && depth-- === 0) return ['CAST', 'TRY_CAST'].includes(tokens[index - 1]?.upper ?? '');
    }
    return false;
  }

  #isTablePlace(previous: Token): boolean {
    if (previous.kind === 'word' && tableWords.has(previous.upper)) return true;
    if (previous.upper !== ',') return false;
    // `FROM a, |`: back to the nearest clause word on this level.
    let depth = 0;
    for (let index = this.#before - 1; index >= 0; index--) {
      const token = this.#model.tokens[index];
      if (token === undefined || token.upper === ';') return false;
      if (token.upper === ')') depth++;
      else if (token.upper === '(' && depth-- === 0) return false;
      else if (
        depth === 0 &&
        token.kind === 'word' &&
        ['FROM', 'SELECT', 'WHERE', 'BY', 'ON', 'SET', 'VALUES'].includes(token.upper)
      )
        return token.upper === 'FROM';
    }
    return false;
  }

  /** Whether a new item of the outermost select list starts here. */
  #isItemPlace(previous: Token): boolean {
    if (previous.upper === 'SELECT' || previous.upper === 'DISTINCT') return true;
    return previous.upper === ',' && !this.#isTablePlace(previous);
  }

  #tables(scope: Scope | null): void {
    const seen = new Set<string>();
    const add = (relation: Relation, rank: number) => {
      const key = relation.name.toLowerCase();
      if (relation.name === '' || seen.has(key)) return;
      seen.add(key);
      const documentation = relation.ssd === null ? describeRelation(relation) : describeTable(relation.ssd);
      this.#add({
        label: relation.name,
        kind: 'table',
        detail: relation.ssd?.description ?? relation.kind,
        documentation,
        rank,
      });
    };
    for (let frame = scope?.ctes ?? null; frame !== null; frame = frame.parent)
      for (const cte of frame.relations.values()) add(cte, 1);
    if (this.#model.options.role.kind === 'section') {
      this.#add({
        label: 'cohort',
        kind: 'table',
        detail: 'the people in scope: cohort(person_id)',
        documentation: '',
        insert: 'cohort',
        rank: 0,
      });
      seen.add('cohort');
    }
    const { env } = this.#model.analysis;
    for (const name of env.tableNames()) {
      const relation = env.table(name);
      if (relation !== null) add(relation, 2);
    }
    for (const table of ssdTables().values()) {
      if (seen.has(table.name)) continue;
      this.#add({
        label: table.name,
        kind: 'table',
        detail: table.description,
        documentation: describeTable(table),
        rank: table.usedByPayload ? 10 : 20,
      });
    }
  }

  #membersOf(qualifier: Token | undefined, scope: Scope | null): void {
    if (qualifier === undefined) return;
    const entry = scope?.relationNamed(keyOf(qualifier));
    if (entry) {
      for (const column of entry.relation.columns.values()) this.#column(column, '', 5);
      return;
    }
    // `dbo.|`
    if (this.#isTablePlace(this.#model.tokens[this.#before - 2] ?? qualifier)) this.#tables(scope);
  }

  #column(column: Column, prefix: string, rank: number): void {
    const source = column.value.source;
    const own = source !== null && source.name === column.name;
    this.#add({
      label: prefix + column.name,
      kind: 'column',
      detail: own ? `${columnDetail(source)} · ${source.description}` : column.value.type.text,
      documentation: source === null ? '' : describeColumn(source),
      rank: own && source.isKey ? rank - 1 : rank,
    });
  }

  #columns(scope: Scope | null): void {
    const entries: ScopeEntry[] = scope?.entries ?? [];
    for (const entry of entries) {
      const alias = entry.token === null ? '' : nameOf(entry.token);
      if (alias !== '')
        this.#add({
          label: alias,
          kind: 'alias',
          detail: entry.relation.name,
          documentation: describeRelation(entry.relation),
          rank: 30,
        });
      const prefix = entries.length > 1 && alias !== '' ? `${alias}.` : '';
      for (const column of entry.relation.columns.values()) this.#column(column, prefix, 20);
    }
    for (let outer = scope?.parent ?? null; outer !== null; outer = outer.parent) {
      for (const { token, relation } of outer.entries) {
        if (token !== null)
          this.#add({
            label: nameOf(token),
            kind: 'alias',
            detail: relation.name,
            documentation: describeRelation(relation),
            rank: 40,
          });
      }
    }
  }

  /** After ON: the equalities of keys that link the table that was joined last with those before it. */
  #joinConditions(scope: Scope | null): void {
    const joined = this.#model.tokens[this.#before - 1];
    if (scope === null || joined === undefined) return;
    const right = scope.entries.find((entry) => entry.token === joined);
    if (right === undefined) return;
    for (const left of scope.entries) {
      if (left === right || left.token === null) continue;
      for (const [a, b] of linksBetween(left.relation, right.relation)) {
        const label = `${nameOf(joined)}.${b} = ${nameOf(left.token)}.${a}`;
        this.#add({
          label,
          kind: 'snippet',
          detail: 'keys of the two tables',
          documentation: '',
          insert: label.replaceAll('$', '\\$'),
          rank: 0,
        });
      }
    }
  }

  /** After AS: the names that the section's query does not give yet. */
  #fields(): void {
    const section = sectionOutput(this.#model)?.section;
    for (const [index, { name, field }] of lackingFields(this.#model).entries()) {
      const detail = field === null ? 'id of the parent, required' : fieldDetail(field);
      const documentation = section === undefined || field === null ? '' : describeField(section, field);
      this.#add({ label: name, kind: 'field', detail, documentation, rank: index });
    }
  }

  /** At the start of a select item: `... AS field` for the fields that are lacking. */
  #fieldItems(): void {
    const section = sectionOutput(this.#model)?.section;
    if (section === undefined) return;
    for (const [index, { name, field }] of lackingFields(this.#model).entries()) {
      const detail = field === null ? 'id of the parent, required' : fieldDetail(field);
      const documentation = field === null ? '' : describeField(section, field);
      this.#add({
        label: `… AS ${name}`,
        kind: 'field',
        detail,
        documentation,
        insert: `\${1:value} AS ${name}`,
        isSnippet: true,
        rank: 60 + index,
      });
    }
  }

  #parameters(): void {
    const extract = this.#model.options.role.kind !== 'script';
    for (const [name, text] of Object.entries(extractParameters)) {
      if (extract) this.#add({ label: `@${name}`, kind: 'parameter', detail: text, documentation: '', rank: 40 });
    }
    const seen = new Set<string>();
    for (const { kind, token } of this.#model.analysis.ctx.references) {
      const key = token.text.toLowerCase();
      if (kind !== 'variable' || seen.has(key) || token === this.#word) continue;
      seen.add(key);
      this.#add({ label: token.text, kind: 'parameter', detail: 'variable', documentation: '', rank: 40 });
    }
  }

  #functions(): void {
    const { flavour } = this.#model.options;
    for (const known of sqlFunctions()) {
      const here = known.only === null || (flavour !== 'portable' && known.only.includes(flavour));
      if (!here) continue;
      const empty = !known.signature.includes('(') || known.signature.startsWith(`${known.name}()`);
      const insert = known.signature.includes('(') ? `${known.name}(${empty ? ')' : '$1)'}` : known.name;
      this.#add({
        label: known.name,
        kind: 'function',
        detail: known.signature,
        documentation: describeFunction(known),
        insert,
        isSnippet: !empty,
        rank: 70,
      });
    }
  }

  #keywords(words: readonly string[], rank: number): void {
    for (const word of words) this.#add({ label: word, kind: 'keyword', detail: '', documentation: '', rank });
  }

  #snippets(): void {
    for (const [index, snippet] of snippetsFor(this.#model).entries()) {
      this.#add({ ...snippet, kind: 'snippet', isSnippet: true, rank: index });
    }
  }
}
