import { type AnalysisContext, rewriteToken } from '../analysis/context.ts';
import { sqlFunction } from '../functions.ts';
import { reservedWords } from '../grammar/keywords.ts';
import { nameOf, type Token } from '../token.ts';

/** SQL Server versions by compatibility level, for messages. */
const versions: Readonly<Record<number, string>> = {
  100: '2008',
  110: '2012',
  120: '2014',
  130: '2016',
  140: '2017',
  150: '2019',
  160: '2022',
};

/** Constructs of T-SQL that are no function, by the words that they consist of. */
const constructs: readonly { readonly words: readonly string[]; readonly level: number; readonly name: string }[] = [
  { words: ['FOR', 'JSON'], level: 130, name: 'FOR JSON' },
  { words: ['AT', 'TIME', 'ZONE'], level: 130, name: 'AT TIME ZONE' },
  { words: ['CREATE', 'OR', 'ALTER'], level: 130, name: 'CREATE OR ALTER' },
  { words: ['OFFSET', '?', 'ROWS'], level: 110, name: 'OFFSET ... ROWS' },
  { words: ['IS', 'DISTINCT', 'FROM'], level: 160, name: 'IS DISTINCT FROM' },
  { words: ['IS', 'NOT', 'DISTINCT', 'FROM'], level: 160, name: 'IS NOT DISTINCT FROM' },
];

const droppable = new Set([
  'TABLE',
  'VIEW',
  'PROC',
  'PROCEDURE',
  'FUNCTION',
  'INDEX',
  'TRIGGER',
  'SEQUENCE',
  'SYNONYM',
  'SCHEMA',
  'TYPE',
  'COLUMN',
  'CONSTRAINT',
]);

/** Reports what the SQL Server version that is set does not have. Needs a level; without one nothing is said. */
export function checkVersion(ctx: AnalysisContext, tokens: readonly Token[]): void {
  const level = ctx.options.compatibilityLevel;
  if (level === null || ctx.options.flavour === 'postgres' || ctx.options.flavour === 'sqlite') return;
  const report = (first: Token, name: string, needed: number, last: Token = first) => {
    const message = `${name} needs SQL Server ${versions[needed] ?? needed} (compatibility level ${needed}); the level set here is ${level}.`;
    ctx.report('SQL-502', first, message, { last });
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const called = tokens[index + 1]?.upper === '(' && tokens[index - 1]?.upper !== '.';
    const needed = called ? (sqlFunction(token.upper)?.level ?? null) : null;
    if (needed !== null && needed > level) report(token, token.upper, needed);
    if (token.upper === 'DROP' && level < 130 && droppable.has(tokens[index + 1]?.upper ?? '')) {
      const [second, third] = [tokens[index + 2], tokens[index + 3]];
      if (second?.upper === 'IF' && third?.upper === 'EXISTS') report(second, 'DROP ... IF EXISTS', 130, third);
    }
    for (const construct of constructs) {
      if (construct.level <= level || construct.words[0] !== token.upper) continue;
      const matches = construct.words.every((word, ahead) => word === '?' || tokens[index + ahead]?.upper === word);
      if (matches) report(token, construct.name, construct.level, tokens[index + construct.words.length - 1] ?? token);
    }
  }
}

/** Functions that the runner's three databases do not all have, with what to write instead. */
const instead: Readonly<Record<string, string>> = {
  ISNULL: 'COALESCE',
  IIF: 'CASE WHEN ... THEN ... ELSE ... END',
  CONVERT: 'CAST, or nothing: the runner writes dates as YYYY-MM-DD',
  TRY_CONVERT: 'CASE and CAST',
  TRY_CAST: 'CASE and CAST',
  LEFT: 'SUBSTRING(text, 1, count)',
  RIGHT: 'SUBSTRING',
  SUBSTR: 'SUBSTRING',
  LEN: 'LIKE with the number of characters',
  LENGTH: 'LIKE with the number of characters',
  GETDATE: '@run_date',
  NOW: '@run_date',
  SYSDATETIME: '@run_date',
  DATEADD: 'a comparison with @cohort_start, @cohort_end or @run_date',
  DATEDIFF: 'a comparison with @run_date',
  TRIM: 'LTRIM(RTRIM(...))',
  CONCAT: 'COALESCE and separate columns',
};

const wordConstructs: Readonly<Record<string, string>> = {
  TOP: 'ROW_NUMBER() OVER (ORDER BY ...) in a subquery',
  LIMIT: 'ROW_NUMBER() OVER (ORDER BY ...) in a subquery',
  ILIKE: 'UPPER(...) LIKE',
  LATERAL: 'a join to a grouped subquery',
  PIVOT: 'CASE inside MAX',
  UNPIVOT: 'UNION ALL',
};

/** Reports what SQL Server 2012, PostgreSQL and SQLite do not all take, in a text that is to run on all of them. */
export function checkPortable(ctx: AnalysisContext, tokens: readonly Token[]): void {
  if (ctx.options.flavour !== 'portable' || !ctx.isExtract) return;
  const report = (
    first: Token,
    what: string,
    other: string | undefined,
    last: Token = first,
    written: string | null = null,
  ) => {
    const advice = other === undefined ? '' : ` Write ${other}, or`;
    const message = `${what} does not run on SQL Server, PostgreSQL and SQLite alike.${advice === '' ? ' Put' : `${advice} put`} "-- @dialect" with one of them at the top.`;
    const fixes = written === null ? [] : [rewriteToken(first, written)];
    ctx.report('SQL-503', first, message, { last, fixes });
  };
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const previous = tokens[index - 1];
    if (token.kind === 'quotedName') {
      if (!token.text.startsWith('"'))
        report(token, 'A name in these brackets', 'it in double quotes', token, plainName(nameOf(token)));
    } else if (token.kind === 'string') {
      if (!token.text.startsWith("'"))
        report(token, 'A text with a letter in front', 'it without the letter', token, token.text.replace(/^\w+/, ''));
    } else if (token.kind === 'variable' && token.text.startsWith('@@')) report(token, token.text, undefined);
    else if (token.kind === 'operator') {
      if (['::', '->', '->>', '!<', '!>', '==', '||'].includes(token.upper))
        report(token, `The operator ${token.text}`, undefined);
    } else if (token.kind === 'word' && previous?.upper !== '.' && next?.upper !== '.') {
      if (token.upper === 'APPLY' && (previous?.upper === 'CROSS' || previous?.upper === 'OUTER')) {
        report(previous, `${previous.upper} APPLY`, 'a join to a grouped subquery', token);
      } else if (next?.upper === '(') {
        const known = sqlFunction(token.upper);
        if (token.upper in instead || (known !== undefined && known.only !== null))
          report(token, token.upper, instead[token.upper], token, token.upper === 'ISNULL' ? 'COALESCE' : null);
        else if (known?.level != null && known.level > 110) report(token, token.upper, instead[token.upper]);
      } else if (token.upper === 'TOP' && previous?.upper !== 'SELECT' && previous?.upper !== 'DISTINCT') continue;
      else if (token.upper in wordConstructs && next?.upper !== ',' && previous?.upper !== 'AS')
        report(token, token.upper, wordConstructs[token.upper]);
      else if (token.text.startsWith('#')) report(token, 'A temporary table', 'a common table expression');
    }
  }
}

/** A name without brackets where it needs no quotes, else in double quotes. */
function plainName(name: string): string {
  return /^[a-z_]\w*$/i.test(name) && !reservedWords.has(name.toUpperCase()) ? name : `"${name}"`;
}
