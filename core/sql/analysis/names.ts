import { ssdTables } from '../../ssd/ssdModel.ts';
import type { ColumnRef, Name } from '../grammar/ast.ts';
import { editDistance, nearest } from '../nearest.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { type AnalysisContext, replaceToken } from './context.ts';
import type { Environment } from './environment.ts';
import { type Column, type Relation, ssdRelation, unknownRelation, unknownValue, type Value } from './relation.ts';
import { lookUpCte, type Scope, type ScopeEntry } from './scope.ts';

/** The names of an analysis: what it collects, and what the statements so far have made. */
export interface Names {
  readonly ctx: AnalysisContext;
  readonly env: Environment;
}

const cohortColumns: readonly Column[] = [{ name: 'person_id', definition: null, value: unknownValue }];

/** The relation that the runner puts in front of every section. */
const cohort: Relation = {
  kind: 'cohort',
  name: 'cohort',
  columns: new Map(cohortColumns.map((column) => [column.name, column])),
  complete: true,
  ssd: null,
  definition: null,
};

/** The relation that a name in FROM stands for. What is not known is an unknown relation, about which nothing is said. */
export function resolveTable({ ctx, env }: Names, name: Name, scope: Scope): Relation {
  const last = name.parts.at(-1);
  if (last === undefined) return unknownRelation('');
  const key = keyOf(last);
  if (last.kind === 'variable') {
    const variable = useVariable({ ctx, env }, last);
    return variable ?? unknownRelation(last.text);
  }
  if (name.parts.length === 1) {
    const cte = lookUpCte(scope.ctes, key);
    if (cte !== null) {
      ctx.refer('cte', last, cte, null, cte.definition);
      return cte;
    }
    if (key === 'cohort' && ctx.options.role.kind === 'section') {
      ctx.refer('table', last, cohort, null, null);
      return cohort;
    }
  }
  const made = env.table(key);
  if (made !== null) {
    ctx.refer('table', last, made, null, made.definition);
    return made;
  }
  const table = ssdTables().get(key);
  if (table !== undefined && !env.madeSomewhere.has(key)) {
    const relation = ssdRelation(table);
    ctx.refer('table', last, relation, null, null);
    return relation;
  }
  const unknown = unknownRelation(nameOf(last));
  ctx.refer('table', last, unknown, null, null);
  if (!env.madeSomewhere.has(key) && !env.isInDynamicSql(key)) reportUnknownTable({ ctx, env }, last, name, key, scope);
  return unknown;
}

function reportUnknownTable({ ctx, env }: Names, token: Token, name: Name, key: string, scope: Scope): void {
  const [kind, candidates] = candidatesFor({ ctx, env }, name, key, scope);
  const guess = nearest(key, candidates);
  // A table in a schema of its own may well be called like one of the SSD, but for its plural.
  const plural = guess !== undefined && name.parts.length > 1 && (`${guess}s` === key || guess === `${key}s`);
  const close = guess !== undefined && !plural && isSlip(key, guess.toLowerCase());
  if (close) {
    const message = `There is no ${kind} "${nameOf(token)}". Did you mean ${guess}?`;
    ctx.report('SQL-101', token, message, { fixes: [replaceToken(token, guess)] });
  } else if (key.startsWith('ssd_') && ctx.isExtract) {
    ctx.report(
      'SQL-101',
      token,
      `The SSD has no table "${nameOf(token)}". If it is a table of your own, another name keeps it apart.`,
    );
  }
}

function candidatesFor({ ctx, env }: Names, name: Name, key: string, scope: Scope): [string, Iterable<string>] {
  if (key.startsWith('#')) return ['temporary table', [...env.tableNames()].filter((made) => made.startsWith('#'))];
  const own: string[] = ctx.options.role.kind === 'section' ? ['cohort'] : [];
  if (name.parts.length === 1) {
    for (let frame = scope.ctes; frame !== null; frame = frame.parent)
      own.push(...[...frame.relations.values()].map((cte) => cte.name));
  }
  const tables = isNamedLikeSsd(key) ? [...ssdTables().values()].map((table) => table.name) : [];
  if (ctx.isExtract || /^(s?sd|ss|dss)/.test(key)) return ['table', [...own, ...tables]];
  if (own.length > 0) return ['table or common table expression', own];
  return ['SSD table', []];
}

/** Whether a name starts like those of the SSD: `vw_person` and `dim_person` are tables of the authority's own. */
function isNamedLikeSsd(key: string): boolean {
  const at = key.indexOf('_');
  if (key.startsWith('ssd')) return true;
  return at < 0 ? /^s?s?d/.test(key) : editDistance(key.slice(0, at), 'ssd', 1) <= 1;
}

/**
 * Whether one name is most likely the other one misspelt, and not a name of its own: names that differ by a number, a
 * plural or a word at either end are meant as they are.
 */
function isSlip(written: string, meant: string): boolean {
  if (Math.min(written.length, meant.length) < 5) return isShortSlip(written, meant);
  const digits = /\d+/g;
  if (written.replaceAll(digits, '') === meant.replaceAll(digits, '')) return false;
  const [short, long] = written.length < meant.length ? [written, meant] : [meant, written];
  const rest = long.length - short.length;
  if (long === `${short}s` || long === `${short}es`) return meant.startsWith('ssd_');
  if (rest >= 2 && (long.startsWith(short) || long.endsWith(short))) return false;
  return true;
}

/** Whether short names differ by a slip of the finger: two letters swapped, one doubled, or one left out in the middle. */
function isShortSlip(written: string, meant: string): boolean {
  if (meant.length < 3 || editDistance(written, meant, 1) !== 1 || /\d/.test(written + meant)) return false;
  if (written.length === meant.length) return [...written].sort().join('') === [...meant].sort().join('');
  if (written.length < meant.length) return meant.startsWith('#') && written.at(-1) === meant.at(-1);
  return /([a-z])\1/.test(written) && !/([a-z])\1/.test(meant);
}

/** Resolves a use of a variable. Gives the relation of a table variable. */
export function useVariable({ ctx, env }: Names, token: Token): Relation | null {
  if (token.text.startsWith('@@')) return null;
  const key = token.text.toLowerCase();
  const variable = env.variables.get(key);
  if (variable !== undefined) {
    ctx.refer('variable', token, variable.relation, null, variable.definition);
    return variable.relation;
  }
  ctx.refer('parameter', token, null, null, null);
  const earlier = env.earlierVariables.get(key);
  const guess = nearest(key, env.variables.keys());
  if (guess !== undefined && isSlip(key, guess)) {
    const meant = env.variables.get(guess)?.definition.text ?? guess;
    ctx.report('SQL-106', token, `The variable ${token.text} is not declared. Did you mean ${meant}?`, {
      fixes: [
        {
          title: `Change to ${meant}`,
          safe: false,
          changes: [{ first: token, last: token, how: 'replace', newText: meant }],
        },
      ],
    });
  } else if (earlier !== undefined && ctx.options.flavour === 'tsql') {
    const related = [{ token: earlier, message: 'It was declared here, in another batch.' }];
    ctx.report(
      'SQL-106',
      token,
      `The variable ${token.text} is not known here: GO ends the batch in which it was declared.`,
      { related },
    );
  }
  return null;
}

/** Resolves a column. Says what is wrong only where every relation that could have it is known. */
export function resolveColumn(names: Names, ref: ColumnRef, scope: Scope): Value {
  const column = ref.parts.at(-1);
  if (column === undefined) return unknownValue;
  return ref.parts.length > 1 ? qualified(names, ref, column, scope) : unqualified(names, column, scope);
}

function qualified({ ctx }: Names, ref: ColumnRef, token: Token, scope: Scope): Value {
  const qualifier = ref.parts.at(-2);
  if (qualifier === undefined) return unknownValue;
  const entry = scope.relationNamed(keyOf(qualifier));
  if (entry === null) {
    if (ref.parts.length === 2) reportUnknownAlias(ctx, qualifier, token, scope);
    ctx.refer('column', token, null, null, null);
    return unknownValue;
  }
  if (entry.token !== null) ctx.refer('alias', qualifier, entry.relation, null, entry.definition);
  return columnOf(ctx, entry, token);
}

/** Columns that the database itself gives to every table. */
const systemColumns = new Set('$ACTION $IDENTITY $ROWGUID CTID TABLEOID XMIN XMAX CMIN CMAX ROWID'.split(' '));

/** The column of a relation that a token names; reports it when the relation certainly has none. */
export function columnOf(ctx: AnalysisContext, entry: ScopeEntry, token: Token): Value {
  const key = keyOf(token);
  const column = entry.relation.columns.get(key);
  ctx.refer('column', token, entry.relation, column ?? null, column?.definition ?? null);
  if (column !== undefined) return column.value;
  if (entry.relation.complete && !systemColumns.has(token.upper)) reportUnknownColumn(ctx, entry.relation, token, key);
  return unknownValue;
}

/** Reports a name in front of a column, or of a star, that no table around has. */
export function reportUnknownAlias(ctx: AnalysisContext, qualifier: Token, column: Token | null, scope: Scope): void {
  const all: ScopeEntry[] = [];
  for (let current: Scope | null = scope; current !== null; current = current.parent) all.push(...current.entries);
  if (all.length === 0) return;
  const key = column === null ? null : keyOf(column);
  const having = all.filter((entry) => key !== null && entry.relation.columns.has(key) && entry.token !== null);
  const byName = nearest(
    keyOf(qualifier),
    all.filter((entry) => entry.token !== null).map((entry) => entry.key),
  );
  const guess = having.length === 1 ? having[0] : all.find((entry) => entry.key === byName);
  const guessName = guess?.token ? nameOf(guess.token) : null;
  const said = guessName === null ? '' : ` Did you mean ${guessName}?`;
  const fixes = guessName === null ? [] : [replaceToken(qualifier, guessName)];
  ctx.report('SQL-103', qualifier, `No table here is called "${nameOf(qualifier)}".${said}`, { fixes });
}

function unqualified({ ctx }: Names, token: Token, scope: Scope): Value {
  const key = keyOf(token);
  const found = scope.columnNamed(key);
  if (found.found === 'one') {
    ctx.refer('column', token, found.entry.relation, found.column, found.column.definition);
    if (ctx.isExtract && found.depth === 0 && scope.entries.length > 1 && found.entry.token !== null) {
      const alias = nameOf(found.entry.token);
      const fix = {
        title: `Write ${alias}.${nameOf(token)}`,
        safe: true,
        changes: [{ first: token, last: token, how: 'before' as const, newText: `${alias}.` }],
      };
      ctx.report(
        'SQL-105',
        token,
        `${nameOf(token)} comes from ${alias}. Say so, since this query joins several tables.`,
        { fixes: [fix] },
      );
    }
    return found.column.value;
  }
  if (found.found === 'many') {
    ctx.refer('column', token, null, null, null);
    const owners = found.entries.map((entry) => (entry.token === null ? entry.relation.name : nameOf(entry.token)));
    const fixes = owners.map((owner) => ({
      title: `Write ${owner}.${nameOf(token)}`,
      safe: false,
      changes: [{ first: token, last: token, how: 'before' as const, newText: `${owner}.` }],
    }));
    ctx.report(
      'SQL-104',
      token,
      `${nameOf(token)} could be the column of ${owners.join(' or ')}. Put the table's alias in front.`,
      { fixes },
    );
    return unknownValue;
  }
  ctx.refer('column', token, null, null, null);
  if (found.certain && canBeColumn(ctx, token) && !isOutputName(ctx, scope, key))
    reportMissingColumn(ctx, token, key, scope);
  return unknownValue;
}

/** A word without parentheses that is a function, or in some dialects a quoted text, is no column. */
function canBeColumn(ctx: AnalysisContext, token: Token): boolean {
  if (token.text.startsWith('$')) return false;
  if (token.kind === 'quotedName') return token.text.startsWith('[') || ctx.options.flavour === 'postgres';
  return !niladic.has(token.upper);
}

const niladic = new Set(
  'CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER SESSION_USER SYSTEM_USER USER LOCALTIME LOCALTIMESTAMP CURRENT_ROLE CURRENT_SCHEMA CURRENT_CATALOG ROWID OID CTID TABLEOID XMIN XMAX CMIN CMAX ROWNUM SYSDATE LEVEL EXCLUDED IDENTITYCOL ROWGUIDCOL'.split(
    ' ',
  ),
);

/** Outside T-SQL an output name can be used in GROUP BY, and in SQLite almost anywhere. */
function isOutputName(ctx: AnalysisContext, scope: Scope, key: string): boolean {
  if (ctx.options.flavour === 'tsql') return false;
  for (let current: Scope | null = scope; current !== null; current = current.parent) {
    if (current.outputs.has(key) || current.entries.some((entry) => entry.key === key)) return true;
  }
  return false;
}

function reportMissingColumn(ctx: AnalysisContext, token: Token, key: string, scope: Scope): void {
  const entries: ScopeEntry[] = [];
  for (let current: Scope | null = scope; current !== null; current = current.parent) entries.push(...current.entries);
  if (entries.length === 0) {
    // No table at all: `SELECT a` is an error in every dialect, but it may be an unfinished query.
    return;
  }
  if (nearest(key, ['null']) !== undefined) {
    ctx.report('SQL-102', token, `There is no column "${nameOf(token)}". Did you mean NULL?`, {
      fixes: [replaceToken(token, 'NULL')],
    });
    return;
  }
  if (entries.length === 1 && entries[0] !== undefined) {
    reportUnknownColumn(ctx, entries[0].relation, token, key);
    return;
  }
  const guess = nearest(
    key,
    entries.flatMap((entry) => [...entry.relation.columns.values()].map((column) => column.name)),
  );
  const said = guess === undefined ? '' : ` Did you mean ${guess}?`;
  const local = entries.some((entry) => entry.relation.ssd !== null);
  if (local && guess === undefined && !ctx.isExtract) return;
  ctx.report('SQL-102', token, `No table of this query has a column "${nameOf(token)}".${said}`, {
    fixes: guess === undefined ? [] : [replaceToken(token, guess)],
  });
}

/** Reports a column that a known relation does not have, as far as that is certain enough. */
function reportUnknownColumn(ctx: AnalysisContext, relation: Relation, token: Token, key: string): void {
  const { ssd } = relation;
  const written = nameOf(token);
  if (ssd !== null) {
    const former = ssd.formerColumns.get(key);
    if (former !== undefined) {
      const message = `${written} is the older name of ${former} in ${ssd.name}.`;
      ctx.report('SQL-107', token, message, { fixes: [replaceToken(token, former)] });
      return;
    }
    // Some systems do have it: right there, and not worth a word elsewhere.
    if (ssd.variantColumns.has(key)) return;
  }
  const columns = [...relation.columns.values()].map((column) => column.name);
  const guess = nearest(key, columns) ?? soleEnding(key, columns);
  if (guess !== undefined) {
    const message = `${ownerText(relation)} has no column "${written}". Did you mean ${guess}?`;
    ctx.report('SQL-102', token, message, { fixes: [replaceToken(token, guess)] });
    return;
  }
  const elsewhere = ssd === null ? undefined : [...ssdTables().values()].find((table) => table.columns.has(key));
  if (elsewhere !== undefined) {
    ctx.report('SQL-102', token, `${ownerText(relation)} has no column "${written}"; ${elsewhere.name} has.`);
  } else if (ssd === null || ctx.isExtract) {
    ctx.report('SQL-102', token, `${ownerText(relation)} has no column "${written}".`);
  } else if (hasTablePrefix(key, columns)) {
    ctx.report('SQL-107', token, `${relation.name} has no column "${written}" in the present version of the SSD.`);
  }
}

function ownerText(relation: Relation): string {
  if (relation.kind === 'derived')
    return relation.name === '' ? 'The derived table' : `The derived table ${relation.name}`;
  return relation.name;
}

/** `person_id` for `pers_person_id`: the only column that ends like that. */
function soleEnding(key: string, columns: readonly string[]): string | undefined {
  if (key.length < 3) return undefined;
  const ending = columns.filter((column) => column.toLowerCase().endsWith(`_${key}`));
  return ending.length === 1 ? ending[0] : undefined;
}

/** Whether a name starts as all columns of its SSD table do: meant as a column of the SSD, not one that was added. */
function hasTablePrefix(key: string, columns: readonly string[]): boolean {
  const prefix = /^[a-z0-9]+_/.exec(key)?.[0];
  return prefix !== undefined && columns.every((column) => column.toLowerCase().startsWith(prefix));
}
