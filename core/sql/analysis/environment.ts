import type { ColumnDefinition } from '../grammar/ast.ts';
import type { Statement, VariableDefinition } from '../grammar/statementAst.ts';
import { keyOf, nameOf, type Token } from '../token.ts';
import { type Column, type Relation, relationOf, typed, unknownValue } from './relation.ts';
import { typeOf } from './types.ts';

/** A variable of a batch, or a parameter of a procedure. */
export interface Variable {
  readonly definition: Token;
  readonly relation: Relation | null;
}

/** What the statements before a place have made: tables of the script, and variables of the batch. */
export class Environment {
  readonly #tables = new Map<string, Relation>();
  readonly #tokens: readonly Token[];
  #strings: readonly string[] | null = null;
  #hasRename: boolean | null = null;
  /** Names of tables that any statement of the script makes, before or after. */
  readonly madeSomewhere: ReadonlySet<string>;
  variables = new Map<string, Variable>();
  /** Variables of batches before the last GO. */
  readonly earlierVariables = new Map<string, Token>();

  constructor(statements: readonly Statement[], tokens: readonly Token[]) {
    const made = new Set<string>();
    for (const statement of statements) collectMade(statement, made);
    this.madeSomewhere = made;
    this.#tokens = tokens;
  }

  #longStrings(): readonly string[] {
    this.#strings ??= this.#tokens
      .filter((t) => t.kind === 'string' && t.text.length > 12)
      .map((t) => t.text.toLowerCase());
    return this.#strings;
  }

  /** Whether columns get other names in a way that the text does not show. */
  #renames(): boolean {
    this.#hasRename ??= this.#tokens.some((token) => token.upper === 'SP_RENAME');
    return this.#hasRename;
  }

  /** Whether the text of a string names the table, so that dynamic SQL may make or change it. */
  isInDynamicSql(key: string): boolean {
    return this.#longStrings().some((text) => namesTable(text, key));
  }

  table(key: string): Relation | null {
    return this.#tables.get(key) ?? null;
  }

  tableNames(): Iterable<string> {
    return this.#tables.keys();
  }

  /**
   * Adds a table that a statement makes. A table that is made twice, as in the branches of an IF, has the columns
   * of both. One that dynamic SQL names may have more columns than the text shows.
   */
  define(token: Token, columns: readonly Column[], complete: boolean): Relation {
    const key = keyOf(token);
    const known = this.#tables.get(key);
    const all = known === undefined ? columns : [...known.columns.values(), ...columns];
    const sure =
      complete &&
      !this.#renames() &&
      (known?.complete ?? true) &&
      !this.#longStrings().some((s) => namesTable(s, key) && s.includes('alter'));
    const relation = relationOf(
      key.startsWith('#') ? 'temp' : 'created',
      nameOf(token),
      all,
      sure,
      known?.definition ?? token,
    );
    this.#tables.set(key, relation);
    return relation;
  }

  /** Columns that ALTER TABLE adds to a table, one of the SSD included. */
  extend(token: Token, known: Relation, columns: readonly Column[], complete: boolean): void {
    if (known.kind === 'unknown' || (columns.length === 0 && complete)) return;
    const all = [...known.columns.values(), ...columns];
    const extended = relationOf(known.kind, known.name, all, known.complete && complete, known.definition);
    this.#tables.set(keyOf(token), { ...extended, ssd: known.ssd });
  }

  /** Adds a variable. The columns of a table variable are all there is only where its statement parses. */
  declare(variable: VariableDefinition, parses = true): Variable {
    const relation =
      variable.tableColumns === null
        ? null
        : relationOf('variable', variable.name.text, columnsOf(variable.tableColumns), parses, variable.name);
    const declared = { definition: variable.name, relation };
    this.variables.set(variable.name.text.toLowerCase(), declared);
    return declared;
  }

  /** GO: variables end with their batch. */
  endBatch(): void {
    for (const [key, variable] of this.variables) this.earlierVariables.set(key, variable.definition);
    this.variables = new Map();
  }
}

/** Whether a text holds the name, and not only as the end or the start of a longer one. */
function namesTable(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + key.length);
    if (!/[\w#]/.test(before) && !/\w/.test(after)) return true;
  }
  return false;
}

/** Columns of a CREATE TABLE or a table variable. */
export function columnsOf(definitions: readonly ColumnDefinition[]): Column[] {
  return definitions.map((definition) => ({
    name: nameOf(definition.name),
    definition: definition.name,
    value: definition.type === null ? unknownValue : typed(typeOf(definition.type)),
  }));
}

function collectMade(statement: Statement, made: Set<string>): void {
  const add = (token: Token | undefined) => {
    if (token !== undefined) made.add(keyOf(token));
  };
  switch (statement.kind) {
    case 'createTable':
      add(statement.name.parts.at(-1));
      break;
    case 'module':
      add(statement.name.parts.at(-1));
      for (const inner of statement.body) collectMade(inner, made);
      break;
    case 'queryStatement': {
      const { body } = statement.query;
      for (const part of body.kind === 'set' ? body.parts : [body])
        if (part.kind === 'select') add(part.into?.parts.at(-1));
      break;
    }
    case 'block':
      for (const inner of statement.statements) collectMade(inner, made);
      break;
    case 'if':
      if (statement.body !== null) collectMade(statement.body, made);
      if (statement.otherwise !== null) collectMade(statement.otherwise, made);
      break;
    case 'while':
      if (statement.body !== null) collectMade(statement.body, made);
      break;
    case 'plain':
      // A synonym or a type has a name like a table; a broken CREATE TABLE or SELECT INTO makes one as well.
      break;
    default:
      break;
  }
}
