import type { Token } from '../token.ts';
import type { ColumnDefinition, Name, Query } from './ast.ts';
import { parseColumnDefinition, parseTableElements, parseVariable } from './definitions.ts';
import { parseExpr } from './expressions.ts';
import { parseName, parseNameList } from './names.ts';
import { isHardStart, type Parser } from './parser.ts';
import { startsQuery } from './primaries.ts';
import { parseQuery, skipParens } from './queries.ts';
import type {
  AlterTable,
  CreateIndex,
  CreateModule,
  CreateTable,
  DropObjects,
  Statement,
  VariableDefinition,
} from './statementAst.ts';
import { base } from './statementBase.ts';
import { parseStatement, skipStatement } from './statements.ts';

const beforeKind = new Set(
  'OR REPLACE ALTER UNIQUE CLUSTERED NONCLUSTERED COLUMNSTORE TEMP TEMPORARY GLOBAL LOCAL UNLOGGED RECURSIVE MATERIALIZED EXTERNAL FULLTEXT SPATIAL PRIMARY XML'.split(
    ' ',
  ),
);

/** CREATE, ALTER or DROP of anything. Objects that hold no query are skipped to their end. */
export function parseObjectStatement(p: Parser): Statement {
  const first = p.next();
  const verb = first.upper;
  if (verb === 'DROP') return parseDrop(p, first);
  let temporary = false;
  while (p.token.kind === 'word' && beforeKind.has(p.token.upper)) {
    if (p.token.upper.startsWith('TEMP')) temporary = true;
    p.next();
  }
  const kind = p.token.upper;
  switch (kind) {
    case 'TABLE':
      p.next();
      return verb === 'ALTER' ? parseAlterTable(p, first) : parseCreateTable(p, first, temporary);
    case 'VIEW':
      p.next();
      return parseView(p, first);
    case 'PROC':
    case 'PROCEDURE':
    case 'FUNCTION':
    case 'TRIGGER':
      return parseRoutine(p, first, kind === 'PROC' ? 'PROCEDURE' : kind);
    case 'INDEX':
    case 'STATISTICS':
      p.next();
      return verb === 'ALTER' ? skipStatement(p, first, verb) : parseIndex(p, first);
    default:
      if (p.token.kind === 'word' && !p.atName()) break;
      if (verb === 'CREATE' && p.token.kind === 'word' && !knownKinds.has(kind)) {
        p.faultHere(`"${p.token.text}" is nothing that can be created.`, [
          'TABLE',
          'VIEW',
          'PROCEDURE',
          'FUNCTION',
          'INDEX',
          'TRIGGER',
          'SCHEMA',
          'SEQUENCE',
        ]);
      }
      break;
  }
  return skipStatement(p, first, verb);
}

const knownKinds = new Set(
  `AGGREGATE APPLICATION ASSEMBLY ASYMMETRIC AVAILABILITY BROKER CAST CERTIFICATE COLLATION COLUMN CONTRACT CONVERSION CREDENTIAL CRYPTOGRAPHIC
  DATABASE DATA DEFAULT DIAGNOSTICS DOMAIN ENDPOINT EVENT EXTENSION FOREIGN LANGUAGE LIBRARY LOGIN MASTER MESSAGE OPERATOR PARTITION POLICY
  PUBLICATION QUEUE REMOTE RESOURCE ROLE ROUTE RULE SCHEMA SEARCH SECURITY SELECTIVE SEQUENCE SERVER SERVICE SUBSCRIPTION SYMMETRIC SYNONYM
  TABLESPACE TEXT TRANSFORM TYPE USER VECTOR VIRTUAL WORKLOAD AUTHORIZATION INDEX XML EXTERNAL ACCESS CONSTRAINT`
    .trim()
    .split(/\s+/),
);

function acceptIfExists(p: Parser): Token | null {
  if (p.at('IF') && p.at('NOT', 1) && p.at('EXISTS', 2)) {
    p.index += 3;
    return null;
  }
  if (p.at('IF') && p.peek(1).kind === 'word' && !p.at('EXISTS', 1) && !p.at('NOT', 1)) {
    p.next();
    p.faultHere('EXISTS is expected here.', ['EXISTS', 'NOT']);
    p.next();
    return null;
  }
  if (p.at('IF') && p.at('EXISTS', 1)) {
    const token = p.next();
    p.next();
    return token;
  }
  return null;
}

function parseCreateTable(p: Parser, first: Token, temporary: boolean): CreateTable {
  acceptIfExists(p);
  const name = parseName(p, 'The name of the new table is expected here.');
  let columns: ColumnDefinition[] = [];
  let source: Query | null = null;
  const bareNames = p.at('(') && p.atName(1) && (p.at(',', 2) || p.at(')', 2));
  if (p.at('AS') && ['FILETABLE', 'NODE', 'EDGE'].includes(p.peek(1).upper)) p.index += 2;
  else if (bareNames && p.dialect !== 'tsql') parseNameList(p);
  else if (p.at('(')) columns = parseTableElements(p);
  else if (!['AS', 'OF', 'PARTITION', 'WITH'].includes(p.token.upper) && !p.atWords('ON', 'COMMIT'))
    p.faultHere('The list of columns is expected here, in brackets.', ['AS']);
  while (
    p.at('ON') ||
    p.at('WITH') ||
    p.at('TEXTIMAGE_ON') ||
    p.at('FILESTREAM_ON') ||
    p.at('WITHOUT') ||
    p.at('STRICT') ||
    p.at('INHERITS') ||
    p.at('PARTITION') ||
    p.at('TABLESPACE')
  ) {
    p.next();
    while (
      p.token.kind !== 'end' &&
      (p.atName() || p.at('BY') || p.at('OF') || p.at('DELETE') || p.at('DROP')) &&
      !p.token.firstOnLine
    )
      p.next();
    if (p.at('(')) skipParens(p, 0);
    if (p.token.kind === 'string') p.next();
  }
  if (p.accept('AS')) source = parseQuery(p);
  if (p.at('WITH') && ['DATA', 'NO'].includes(p.peek(1).upper)) p.index += p.at('NO', 1) ? 3 : 2;
  return { kind: 'createTable', name, columns, source, temporary, ...base(p, first) };
}

function parseAlterTable(p: Parser, first: Token): AlterTable {
  acceptIfExists(p);
  p.accept('ONLY');
  const name = parseName(p, 'The name of a table is expected here.');
  const added: ColumnDefinition[] = [];
  let changesColumns = false;
  if (p.at('WITH') && ['CHECK', 'NOCHECK'].includes(p.peek(1).upper)) p.index += 2;
  if (p.at('ADD')) {
    p.next();
    p.accept('COLUMN');
    acceptIfExists(p);
    if (['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'DEFAULT', 'INDEX', 'PERIOD'].includes(p.token.upper)) {
      skipStatement(p, first, 'ALTER');
      return { kind: 'alterTable', name, added, changesColumns, ...base(p, first) };
    }
    do {
      if (p.at('ADD')) p.next();
      p.accept('COLUMN');
      if (['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'DEFAULT'].includes(p.token.upper)) {
        skipStatement(p, first, 'ALTER');
        break;
      }
      if (!p.atName()) break;
      added.push(parseColumnDefinition(p, true));
    } while (p.accept(','));
  } else {
    changesColumns = p.at('DROP') || p.at('ALTER') || p.at('RENAME') || p.at('SWITCH');
    skipStatement(p, first, 'ALTER');
  }
  return { kind: 'alterTable', name, added, changesColumns, ...base(p, first) };
}

function parseView(p: Parser, first: Token): Statement {
  acceptIfExists(p);
  const name = parseName(p, 'The name of the view is expected here.');
  const columns = parseNameList(p);
  if (p.at('WITH')) {
    p.next();
    while (p.atName() || p.at(',')) p.next();
    if (p.at('(')) skipParens(p, 0);
  }
  if (p.accept('AS') === null) {
    if (p.at('SET') || p.at('RENAME') || p.at('OWNER')) return skipStatement(p, first, 'ALTER');
    p.faultHere('AS is expected here.', ['AS']);
  }
  const query = startsQuery(p) || p.at('(') ? parseQuery(p) : null;
  if (query === null) p.faultHere('SELECT is expected here.', ['SELECT', 'WITH']);
  if (p.at('WITH') && ['CHECK', 'DATA', 'NO', 'CASCADED', 'LOCAL'].includes(p.peek(1).upper)) {
    while (p.token.kind === 'word' && !p.token.firstOnLine) p.next();
  }
  return { kind: 'module', objectKind: 'view', name, columns, parameters: [], query, body: [], ...base(p, first) };
}

function parseRoutine(p: Parser, first: Token, kind: string): Statement {
  p.next();
  acceptIfExists(p);
  const name = parseName(p, `The name of the ${kind.toLowerCase()} is expected here.`);
  if (p.dialect !== 'tsql') return skipStatement(p, first, 'CREATE');
  const parameters: VariableDefinition[] = [];
  if (p.at(';') && p.peek(1).kind === 'number') p.index += 2;
  const open = p.accept('(');
  while (p.token.kind === 'variable') {
    parameters.push(parseVariable(p));
    if (!p.listGoesOn()) break;
  }
  if (open !== null) p.close(open);
  if (kind === 'TRIGGER' || kind === 'FUNCTION') {
    const returned = readRoutineHead(p);
    if (returned !== null) parameters.push(returned);
  }
  if (p.at('WITH') || (p.at('FOR') && p.at('REPLICATION', 1))) {
    while (p.token.kind !== 'end' && !p.at('AS') && !p.at('BEGIN')) {
      if (p.at('EXECUTE') && p.at('AS', 1)) p.index += 2;
      p.next();
    }
  }
  const objectKind: CreateModule['objectKind'] =
    kind === 'TRIGGER' ? 'trigger' : kind === 'FUNCTION' ? 'function' : 'procedure';
  if (p.accept('AS') === null && kind === 'PROCEDURE') p.faultHere('AS is expected here.', ['AS']);
  if (p.at('EXTERNAL')) return skipStatement(p, first, 'CREATE');
  const body: Statement[] = [];
  // A routine's body goes on to the end of its batch.
  while (p.token.kind !== 'end' && p.token.kind !== 'go') {
    const statement = parseStatement(p);
    if (statement !== null) body.push(statement);
    if (kind === 'FUNCTION' && statement?.kind === 'block') break;
  }
  return { kind: 'module', objectKind, name, columns: [], parameters, query: null, body, ...base(p, first) };
}

/** `RETURNS @t TABLE (...)` gives the table variable; `RETURNS type` and a trigger's head are passed over. */
function readRoutineHead(p: Parser): VariableDefinition | null {
  let returned: VariableDefinition | null = null;
  if (p.accept('RETURNS') && p.token.kind === 'variable') returned = parseVariable(p);
  while (p.token.kind !== 'end' && p.token.kind !== 'go' && !p.at('AS') && !p.at('BEGIN') && !p.at('WITH')) {
    if (isHardStart(p)) break;
    if (p.at('(')) skipParens(p, 0);
    else p.next();
  }
  return returned;
}

function parseIndex(p: Parser, first: Token): CreateIndex {
  p.accept('CONCURRENTLY');
  acceptIfExists(p);
  if (!p.at('ON')) parseName(p, 'The name of the index is expected here.');
  p.expect('ON');
  p.accept('ONLY');
  const table = parseName(p, 'The name of a table is expected here.');
  if (p.accept('USING')) p.next();
  const columns: Token[] = [];
  if (p.at('(')) readIndexColumns(p, columns);
  else if (!p.at(';') && !p.at('WITH')) p.faultHere('The columns of the index are expected here, in brackets.');
  if (p.at('INCLUDE')) {
    p.next();
    if (p.at('(')) readIndexColumns(p, columns);
  }
  if (p.dialect === 'tsql' && readIndexOptions(p)) return { kind: 'createIndex', table, columns, ...base(p, first) };
  skipStatement(p, first, 'CREATE');
  return { kind: 'createIndex', table, columns, ...base(p, first) };
}

/** What follows the columns of an index in T-SQL; false where it is something rarer, such as the parts of an XML index. */
function readIndexOptions(p: Parser): boolean {
  for (;;) {
    if (p.accept('WHERE')) parseExpr(p);
    else if (p.at('WITH') && p.at('(', 1)) skipParens(p, 1);
    else if (p.at('ON') && p.atName(1)) {
      p.next();
      parseName(p);
      if (p.at('(')) skipParens(p, 0);
    } else return p.token.firstOnLine || p.at(';');
  }
}

/** Plain column names only: an index on an expression says nothing that could be checked with certainty. */
function readIndexColumns(p: Parser, columns: Token[]): void {
  const start = p.index;
  const open = p.next();
  while (p.atName() && [',', ')', 'ASC', 'DESC'].includes(p.peek(1).upper)) {
    columns.push(p.next());
    if (p.accept('ASC') === null) p.accept('DESC');
    if (p.accept(',') === null) break;
  }
  if (p.at(')')) p.close(open);
  else {
    p.index = start;
    skipParens(p, 0);
  }
}

function parseDrop(p: Parser, first: Token): DropObjects | Statement {
  const kinds: string[] = [];
  while (p.token.kind === 'word' && (beforeKind.has(p.token.upper) || kinds.length === 0)) {
    kinds.push(p.next().upper);
    if (!beforeKind.has(kinds.at(-1) ?? '')) break;
  }
  const objectKind = kinds.at(-1) ?? '';
  if (
    ![
      'TABLE',
      'VIEW',
      'PROC',
      'PROCEDURE',
      'FUNCTION',
      'TRIGGER',
      'INDEX',
      'SEQUENCE',
      'SYNONYM',
      'TYPE',
      'SCHEMA',
      'DATABASE',
      'STATISTICS',
    ].includes(objectKind)
  ) {
    if (!knownKinds.has(objectKind)) {
      p.index -= kinds.length > 0 ? 1 : 0;
      p.faultHere('TABLE, VIEW or another kind of object is expected here.', [
        'TABLE',
        'VIEW',
        'PROCEDURE',
        'FUNCTION',
        'INDEX',
      ]);
      p.index += kinds.length > 0 ? 1 : 0;
    }
    return skipStatement(p, first, 'DROP');
  }
  const ifExists = acceptIfExists(p);
  const names: Name[] = [];
  do {
    names.push(parseName(p, 'The name of what is dropped is expected here.'));
    if (objectKind === 'INDEX' && p.accept('ON')) parseName(p);
  } while (p.accept(','));
  if (objectKind === 'TRIGGER' && p.atWords('ON', 'ALL', 'SERVER')) p.index += 3;
  while (['CASCADE', 'RESTRICT', 'WITH', 'ON'].includes(p.token.upper) && !p.token.firstOnLine) {
    p.next();
    if (p.at('(')) skipParens(p, 0);
    else if (p.atName() && !p.token.firstOnLine) p.next();
  }
  return { kind: 'drop', objectKind, ifExists, names, ...base(p, first) };
}
