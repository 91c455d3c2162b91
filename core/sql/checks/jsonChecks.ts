import { isJsonObject, type JsonObject } from '../../json.ts';
import { loadSpec } from '../../payload/spec.ts';
import { type AnalysisContext, replaceToken } from '../analysis/context.ts';
import type { JsonField, JsonObjectShape, JsonShape } from '../analysis/jsonShape.ts';
import { nearest } from '../nearest.ts';
import { misfits } from './fieldChecks.ts';

/** Names that older versions of the payload had, and what took their place. */
const formerKeys: Readonly<Record<string, string>> = {
  social_workers: 'care_worker_details',
  worker_start_date: 'start_date',
  worker_end_date: 'end_date',
  adoptions: 'adoption',
  date_initial_decision: 'initial_decision_date',
  date_match: 'matched_date',
  date_placed: 'placed_date',
  sdq_date: 'date',
  sdq_score: 'score',
  assessment_factors: 'factors',
};

/**
 * Compares the JSON that a FOR JSON query builds with the payload's schema, field by field. Only JSON of a whole child
 * is compared: an object that has `la_child_id` among other fields, alone, in an array, or under another key.
 */
export function checkJson(ctx: AnalysisContext, shape: JsonShape): void {
  const child = loadSpec(ctx.options.spec).items;
  if (!isJsonObject(child)) return;
  const object = childObject(shape);
  if (object !== null) checkObject(ctx, object, child, 'the child');
}

function childObject(shape: JsonShape): JsonObjectShape | null {
  if (shape.kind === 'array') return childObject(shape.items);
  if (shape.kind === 'scalar' || shape.kind === 'quoted') return null;
  if (shape.fields.length > 1 && shape.fields.some((field) => field.name === 'la_child_id')) return shape;
  const wrapped = shape.fields.find((field) => field.name === 'Children');
  return wrapped?.shape ? childObject(wrapped.shape) : null;
}

function checkObject(ctx: AnalysisContext, shape: JsonObjectShape, schema: JsonObject, owner: string): void {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const known = Object.keys(properties);
  for (const field of shape.fields) {
    const wanted = properties[field.name];
    if (isJsonObject(wanted)) checkField(ctx, field, wanted);
    else reportUnknownKey(ctx, field, known, owner);
  }
  if (!shape.complete || !Array.isArray(schema.required)) return;
  const names = shape.fields.map((field) => field.name);
  for (const key of schema.required) {
    if (typeof key !== 'string' || names.includes(key)) continue;
    if (names.some((name) => nearest(name, [key]) !== undefined && !known.includes(name))) continue;
    ctx.report('SQL-403', shape.at, `The JSON of ${owner} has no ${key}, which the DfE requires.`);
  }
}

function reportUnknownKey(ctx: AnalysisContext, field: JsonField, known: readonly string[], owner: string): void {
  const former = formerKeys[field.name];
  const guess = former !== undefined && known.includes(former) ? former : nearest(field.name, known);
  const said = guess === undefined ? '' : ` Did you mean ${guess}?`;
  const simple = field.at.text.includes('.') ? [] : guess === undefined ? [] : [replaceToken(field.at, guess)];
  ctx.report('SQL-401', field.at, `The payload has no key "${field.name}" in ${owner}.${said}`, { fixes: simple });
}

function checkField(ctx: AnalysisContext, field: JsonField, schema: JsonObject): void {
  const { shape, at, name } = field;
  if (shape === null) return;
  const { type, items } = schema;
  if (shape.kind === 'quoted') {
    ctx.report('SQL-402', at, `FOR JSON writes ${name} as a text in quotes. Put JSON_QUERY( ) around it.`);
    checkField(ctx, { ...field, shape: shape.inner }, schema);
    return;
  }
  if (type === 'array') {
    if (shape.kind === 'object')
      ctx.report('SQL-402', at, `${name} must be an array; this builds one object. Leave WITHOUT_ARRAY_WRAPPER out.`);
    else if (shape.kind === 'array' && isJsonObject(items)) {
      if (items.type === 'object' && shape.items.kind === 'object') checkObject(ctx, shape.items, items, name);
      else if (items.type === 'string' && shape.items.kind === 'object') {
        ctx.report('SQL-402', at, `${name} must be an array of codes; FOR JSON builds an array of objects.`);
      }
    } else if (shape.kind === 'scalar' && isCertainScalar(shape))
      ctx.report('SQL-402', at, `${name} must be an array; this is a single value.`);
  } else if (type === 'object') {
    if (shape.kind === 'array') {
      ctx.report(
        'SQL-402',
        at,
        `${name} must be one object; this builds an array. Use WITHOUT_ARRAY_WRAPPER inside JSON_QUERY( ).`,
      );
      if (shape.items.kind === 'object') checkObject(ctx, shape.items, schema, name);
    } else if (shape.kind === 'object') checkObject(ctx, shape, schema, name);
    else if (isCertainScalar(shape)) ctx.report('SQL-402', at, `${name} must be an object; this is a single value.`);
  } else if (shape.kind !== 'scalar') {
    ctx.report(
      'SQL-402',
      at,
      `${name} must be a single value; this builds ${shape.kind === 'array' ? 'an array' : 'an object'}.`,
    );
  } else {
    for (const misfit of misfits({ name, schema }, shape.value, false)) {
      // Whether long values are there, and what was made of codes before, a whole script does not tell for certain.
      if (misfit.aspect === 'length' || misfit.aspect === 'codes') continue;
      const code = misfit.aspect === 'literal' ? 'SQL-310' : 'SQL-404';
      ctx.report(code, misfit.at ?? at, misfit.message);
    }
  }
}

/** A text may hold JSON already, so only other types are certainly no array and no object. */
function isCertainScalar(shape: Extract<JsonShape, { kind: 'scalar' }>): boolean {
  return ['date', 'datetime', 'integer', 'boolean', 'decimal'].includes(shape.value.type.family);
}
