import type { SqlFlavour } from './dialect.ts';
import type { Token } from './token.ts';

const postgresWords = new Set([
  'ILIKE',
  'JSONB_BUILD_OBJECT',
  'JSONB_AGG',
  'TO_CHAR',
  'JSONB',
  'DATE_TRUNC',
  'PLPGSQL',
  'RETURNING',
  'TIMESTAMPTZ',
  'BTRIM',
  'BIGSERIAL',
]);
const tsqlWords = new Set([
  'NVARCHAR',
  'GETDATE',
  'ISNULL',
  'OBJECT_ID',
  'NOLOCK',
  'APPLY',
  'DATEADD',
  'TOP',
  'RAISERROR',
  'IDENTITY',
  'GO',
  'DATETIME',
  'EXEC',
  'CONVERT',
]);

/** How many tokens are looked at: enough of any script, and a bound for long ones. */
const readAhead = 3000;

/**
 * The database a script was written for, where its words show it. Reads tokens that were made by T-SQL's lexical rules;
 * `undefined` when nothing speaks for either.
 */
export function guessFlavour(tokens: readonly Token[]): SqlFlavour | undefined {
  let postgres = 0;
  let tsql = 0;
  for (const token of tokens.slice(0, readAhead)) {
    if (token.kind === 'operator') {
      if (token.upper === '::' || token.upper === '~*') postgres += 3;
    } else if (token.kind === 'word') {
      if (postgresWords.has(token.upper)) postgres++;
      if (tsqlWords.has(token.upper) || token.text.startsWith('#')) tsql++;
    } else if (token.kind === 'variable' || token.kind === 'go') tsql++;
    else if (token.kind === 'quotedName' && token.text.startsWith('[')) tsql++;
  }
  if (postgres > 2 && postgres > tsql) return 'postgres';
  return tsql > 0 ? 'tsql' : undefined;
}

const foreignWords = new Set(
  'VARCHAR2 NVARCHAR2 SYSDATE NVL DBMS_OUTPUT SQLERRM SQLCODE ELSIF PLS_INTEGER ROWNUM MINUS DELIMITER AUTO_INCREMENT UNSIGNED GROUP_CONCAT IFNULL QUALIFY VARIANT'.split(
    ' ',
  ),
);

/**
 * Whether a script shows that it is written for a database that is not read here, such as Oracle or MySQL. Nothing
 * certain can be said of such a text.
 */
export function isForeignDialect(tokens: readonly Token[]): boolean {
  let signs = 0;
  for (const token of tokens.slice(0, readAhead)) {
    if (token.kind === 'word' && foreignWords.has(token.upper)) signs++;
    else if (token.upper === '/' && token.firstOnLine && token.column === 0) signs++;
    else if (token.fault === 'unexpected' && token.text === '`') signs++;
    if (signs >= 2) return true;
  }
  return false;
}
