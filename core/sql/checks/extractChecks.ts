import type { AnalysisContext } from '../analysis/context.ts';
import type { Output } from '../analysis/queries.ts';
import type { QueryBody } from '../grammar/ast.ts';
import type { QueryStatement, Script, Statement } from '../grammar/statementAst.ts';

/** Statements that change the database. */
const writing: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'insert',
  'update',
  'delete',
  'merge',
  'createTable',
  'alterTable',
  'module',
  'createIndex',
  'drop',
  'execute',
]);

/** The one SELECT of a section or a cohort; reports, at the statement, why a text is not one SELECT. */
export function singleQuery(ctx: AnalysisContext, script: Script): QueryStatement | null {
  let query: QueryStatement | null = null;
  for (const statement of script.statements) {
    if (statement.kind === 'queryStatement') {
      if (query !== null)
        ctx.report(
          'SQL-410',
          statement.first,
          'A second SELECT starts here. Join the two with UNION ALL, or use two files.',
        );
      else query = statement;
      continue;
    }
    if (statement.fault !== null) continue;
    if (writing.has(statement.kind)) {
      ctx.report('SQL-501', statement.first, `${statement.first.upper} changes the database. An extract only reads.`);
    } else if (statement.kind === 'plain' && statement.verb === 'GO') {
      if (query !== null && statement !== script.statements.at(-1))
        ctx.report('SQL-410', statement.first, 'GO ends the batch. An extract is one SELECT.');
    } else
      ctx.report('SQL-410', statement.first, `An extract is one SELECT; ${statement.first.upper} has no place in it.`);
  }
  return query;
}

/** What a section's or the cohort's query must not do, whatever it gives. */
export function checkExtractQuery(ctx: AnalysisContext, statement: QueryStatement): void {
  const { query } = statement;
  if (query.forClause !== null && query.forClause.mode !== 'update') {
    ctx.report(
      'SQL-410',
      query.forClause.first,
      'The runner builds the JSON from plain columns, so FOR JSON and FOR XML have no place here.',
      { last: query.forClause.last },
    );
  }
  for (const select of selectsOf(query.body)) {
    const into = select.into?.first;
    if (into !== undefined) ctx.report('SQL-501', into, 'SELECT ... INTO makes a table. An extract only reads.');
    for (const item of select.items) {
      if (item.expr.kind !== 'star') continue;
      ctx.report('SQL-203', item.expr.first, 'Name the columns: with * the output changes whenever the table does.', {
        last: item.expr.last,
      });
    }
  }
  for (const cte of query.ctes) {
    if (cte.name.text.toLowerCase() === 'cohort' && ctx.options.role.kind === 'section') {
      ctx.report(
        'SQL-411',
        cte.name,
        'The runner puts a common table expression called cohort in front. Give this one another name.',
      );
    }
  }
}

function selectsOf(body: QueryBody) {
  if (body.kind === 'select') return [body];
  if (body.kind === 'set')
    return body.parts.flatMap((part): Extract<QueryBody, { kind: 'select' }>[] => selectsOf(part));
  return [];
}

/** The cohort gives people: one column, whatever its name. */
export function checkCohortOutput(ctx: AnalysisContext, statement: QueryStatement, output: Output): void {
  if (!output.complete || output.columns.length === 1) return;
  const second = output.columns[1]?.item?.first ?? statement.query.body.first;
  ctx.report('SQL-313', second, `The cohort must give one column, the person id; this gives ${output.columns.length}.`);
}
