import type { Section, SectionField } from '../../payload/sections.ts';
import type { AnalysisContext } from '../analysis/context.ts';
import { replaceToken } from '../analysis/context.ts';
import type { Output, OutputColumn } from '../analysis/queries.ts';
import type { Value } from '../analysis/relation.ts';
import type { Query } from '../grammar/ast.ts';
import { nearest } from '../nearest.ts';
import { extractParameters } from '../parameters.ts';
import { nameOf, type Token } from '../token.ts';
import { addColumnFix, joinCohortFix } from './extractFixes.ts';
import { misfits } from './fieldChecks.ts';

const codeOf = {
  length: 'SQL-307',
  type: 'SQL-308',
  dateStyle: 'SQL-308',
  codes: 'SQL-309',
  literal: 'SQL-310',
} as const;

/** Checks what a section's query gives against the fields of the section. */
export function checkSection(
  ctx: AnalysisContext,
  section: Section,
  output: Output,
  query: Query,
  tokens: readonly Token[],
): void {
  /** Null for the ids of parents, whose values are checked where they are fields. */
  const wanted = new Map<string, SectionField | null>();
  for (const id of section.parentIds) wanted.set(id, null);
  for (const field of section.fields) wanted.set(field.name, field);
  const given = new Map<string, OutputColumn>();
  for (const column of output.columns) checkColumn(ctx, section, column, wanted, given, query);
  if (output.complete) checkMissing(ctx, section, given, query);
  checkCohort(ctx, query, tokens);
  checkWindow(ctx, tokens);
}

function checkColumn(
  ctx: AnalysisContext,
  section: Section,
  column: OutputColumn,
  wanted: ReadonlyMap<string, SectionField | null>,
  given: Map<string, OutputColumn>,
  query: Query,
): void {
  const at = column.token ?? column.item?.first ?? query.first;
  if (column.name === null) {
    if (column.item !== null && column.item.expr.kind !== 'missing') {
      const last = column.item.last;
      ctx.report('SQL-306', column.item.first, 'This column has no name. Put AS and the field’s name behind it.', {
        last,
      });
    }
    return;
  }
  const before = given.get(column.name);
  if (before !== undefined) {
    const related = before.token === null ? [] : [{ token: before.token, message: 'It is given here already.' }];
    ctx.report('SQL-305', at, `${column.name} is given twice.`, { related });
    return;
  }
  given.set(column.name, column);
  const field = wanted.get(column.name);
  if (field === undefined) {
    if (column.token !== null && column.item !== null)
      reportUnknownField(ctx, section, column.name, column.token, [...wanted.keys()]);
    return;
  }
  if (field === null) return;
  for (const misfit of misfits(field, withWrittenTexts(column), true)) {
    const first = misfit.at ?? column.item?.first ?? at;
    const last = misfit.at ?? column.item?.expr.last ?? at;
    ctx.report(codeOf[misfit.aspect], first, misfit.message, { last });
  }
}

/**
 * The value of a column with the texts that stand in the column's own expression: those of a subquery may be filtered
 * or replaced before they get here.
 */
function withWrittenTexts({ value, item }: OutputColumn): Value {
  if (value.literals !== null || item === null) return value;
  const { first, last } = item.expr;
  const written = value.someTexts.filter(({ at }) => at.start >= first.start && at.end <= last.end);
  return written.length === 0 ? value : { ...value, literals: written };
}

function reportUnknownField(
  ctx: AnalysisContext,
  section: Section,
  name: string,
  token: Token,
  wanted: readonly string[],
): void {
  const sameName = wanted.find((field) => field.toLowerCase() === name.toLowerCase());
  const guess = sameName ?? nearest(name, wanted);
  const fixes = guess === undefined ? [] : [replaceToken(token, guess)];
  const said = guess === undefined ? ` Its fields are ${wanted.join(', ')}.` : ` Did you mean ${guess}?`;
  ctx.report('SQL-302', token, `${section.name} has no field "${name}".${said}`, { fixes });
}

function checkMissing(
  ctx: AnalysisContext,
  section: Section,
  given: ReadonlyMap<string, OutputColumn>,
  query: Query,
): void {
  const at = query.body.first;
  for (const id of section.parentIds) {
    if (given.has(id)) continue;
    const misspelt = [...given.keys()].some(
      (name) => nearest(name, [id]) !== undefined && !section.fields.some((field) => field.name === name),
    );
    if (!misspelt)
      ctx.report('SQL-304', at, `The id of the parent, ${id}, is not given, so no row can be put in its place.`, {
        fixes: addColumnFix(ctx, section, query, id),
      });
  }
  for (const field of section.fields) {
    if (!field.required || given.has(field.name)) continue;
    const misspelt = [...given.keys()].some(
      (name) => nearest(name, [field.name]) !== undefined && !section.parentIds.includes(name),
    );
    if (!misspelt)
      ctx.report('SQL-303', at, `The required field ${field.name} is not given.`, {
        fixes: addColumnFix(ctx, section, query, field.name),
      });
  }
}

function checkCohort(ctx: AnalysisContext, query: Query, tokens: readonly Token[]): void {
  const uses = ctx.references.some((reference) => reference.relation?.kind === 'cohort');
  const mentions = tokens.some((token) => token.kind === 'word' && token.upper === 'COHORT');
  const reads = ctx.references.some((reference) => reference.kind === 'table');
  if (!uses && !mentions && reads) {
    ctx.report(
      'SQL-311',
      query.body.first,
      'The cohort is not used, so this gives people who are not in scope. Join cohort c ON c.person_id = the person id.',
      { fixes: joinCohortFix(ctx, query) },
    );
  }
}

/** Tables with more than one date column of their own have a history that the window cuts. */
function checkWindow(ctx: AnalysisContext, tokens: readonly Token[]): void {
  const used = tokens.some((token) => token.kind === 'variable' && /^@cohort_(start|end)$/i.test(token.text));
  if (used || ctx.options.role.kind !== 'section') return;
  const sources = new Set(ctx.options.role.section.fields.flatMap((field) => sourceTables(field)));
  const dated = ctx.references.find((reference) => {
    const table = reference.kind === 'table' ? reference.relation?.ssd : null;
    if (!table || !sources.has(table.name) || table.name === 'ssd_person') return false;
    return [...table.columns.values()].some((column) => /^(date|datetime)/.test(column.type));
  });
  if (dated !== undefined) {
    const name = nameOf(dated.token);
    ctx.report(
      'SQL-312',
      dated.token,
      `${name} has dates, but the cohort window is not used: rows from before and after it are sent as well.`,
    );
  }
}

function sourceTables(field: SectionField): string[] {
  const list = field.schema['x-source'];
  return Array.isArray(list) ? list.filter((s) => typeof s === 'string').map((s) => s.split('.')[0] ?? '') : [];
}

/** Reports parameters that the runner does not bind. */
export function checkParameters(ctx: AnalysisContext): void {
  const known = Object.keys(extractParameters);
  for (const { kind, token } of ctx.references) {
    if (kind !== 'parameter') continue;
    const name = token.text.slice(1);
    if (known.includes(name.toLowerCase())) continue;
    const guess = nearest(name, known);
    const said =
      guess === undefined
        ? `It binds ${known.map((parameter) => `@${parameter}`).join(', ')}.`
        : `Did you mean @${guess}?`;
    const fixes =
      guess === undefined
        ? []
        : [
            {
              title: `Change to @${guess}`,
              safe: false,
              changes: [{ first: token, last: token, how: 'replace' as const, newText: `@${guess}` }],
            },
          ];
    ctx.report('SQL-111', token, `The runner does not bind ${token.text}. ${said}`, { fixes });
  }
}
