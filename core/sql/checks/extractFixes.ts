import type { Section } from '../../payload/sections.ts';
import { keySpaceOf, type SsdModelColumn, ssdTables } from '../../ssd/ssdModel.ts';
import type { AnalysisContext, TokenFix } from '../analysis/context.ts';
import type { Scope } from '../analysis/scope.ts';
import type { Query, Select } from '../grammar/ast.ts';
import { nameOf } from '../token.ts';

/** The SSD column behind each id that rows are put in place by. */
const parentSources: Readonly<Record<string, string>> = {
  la_child_id: 'ssd_person.pers_person_id',
  social_care_episode_id: 'ssd_cin_episodes.cine_referral_id',
};

/** A fix that adds an output column for a field, when a table of the query has its source. */
export function addColumnFix(ctx: AnalysisContext, section: Section, query: Query, name: string): readonly TokenFix[] {
  const { body } = query;
  const scope = scopeOf(ctx, body.kind === 'select' ? body : null);
  const last = body.kind === 'select' ? body.items.at(-1)?.last : undefined;
  const field = section.fields.find((candidate) => candidate.name === name);
  const sources = field?.schema['x-source'];
  const source =
    parentSources[name] ?? (Array.isArray(sources) && typeof sources[0] === 'string' ? sources[0] : undefined);
  const expr = scope === null || source === undefined ? null : expressionFor(scope, source);
  if (last === undefined || expr === null) return [];
  const newText = `,\n       ${expr} AS ${name}`;
  return [{ title: `Add ${expr} AS ${name}`, safe: false, changes: [{ first: last, last, how: 'after', newText }] }];
}

/** A fix that joins the cohort to the first table that has a person's id. */
export function joinCohortFix(ctx: AnalysisContext, query: Query): readonly TokenFix[] {
  const { body } = query;
  if (body.kind !== 'select' || body.from.length !== 1) return [];
  const scope = scopeOf(ctx, body);
  const last = body.from[0]?.last;
  const person = scope === null ? null : expressionFor(scope, 'ssd_person.pers_person_id');
  if (last === undefined || person === null || scope?.relationNamed('c')) return [];
  const newText = `\nJOIN cohort c ON c.person_id = ${person}`;
  return [{ title: 'Join the cohort', safe: false, changes: [{ first: last, last, how: 'after', newText }] }];
}

function scopeOf(ctx: AnalysisContext, select: Select | null): Scope | null {
  return ctx.scopes.find((range) => range.first === select?.first)?.scope ?? null;
}

/** A column of the scope that holds what the source holds: itself, or the same kind of id. */
function expressionFor(scope: Scope, source: string): string | null {
  const [table = '', column = ''] = source.split('.');
  const wanted = ssdTables().get(table)?.columns.get(column);
  if (wanted === undefined) return null;
  const fits = (candidate: SsdModelColumn) =>
    candidate === wanted || (keySpaceOf(candidate) !== null && keySpaceOf(candidate) === keySpaceOf(wanted));
  for (const entry of scope.entries) {
    if (entry.token === null) continue;
    const alias = nameOf(entry.token);
    if (entry.relation.kind === 'cohort' && keySpaceOf(wanted) === 'ssd_person.pers_person_id')
      return `${alias}.person_id`;
    for (const candidate of entry.relation.columns.values()) {
      if (candidate.value.source !== null && fits(candidate.value.source)) return `${alias}.${candidate.name}`;
    }
  }
  return null;
}
