import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { sections } from '../../../core/payload/sections.ts';
import type { SqlRow, SqlValue } from '../../../pipeline/connections/connection.ts';
import { assemble, type ExtractedChild } from '../../../pipeline/extract/assemble.ts';
import { childPlan } from '../../../pipeline/extract/childPlan.ts';
import { childArbitrary, shuffled } from '../../generators/payload.ts';
import { meaning } from '../../models/receiverModel.ts';

const signal = new AbortController().signal;
const all = sections('0.9');

/** How a database may hold a value: flags and dates in several forms, lists of codes as JSON text. */
function cell(value: JsonValue | undefined, style: number): SqlValue {
  if (value === undefined) return style % 3 === 0 ? '  ' : null;
  if (value === null) return null;
  if (typeof value === 'boolean') return [value, value ? 1 : 0, value ? 'Y' : 'n', value ? 1n : 0n][style % 4] ?? value;
  if (typeof value === 'number') return [value, String(value), BigInt(value)][style % 3] ?? value;
  if (Array.isArray(value)) {
    return style % 2 === 0
      ? JSON.stringify(value)
      : JSON.stringify(Object.fromEntries(value.map((code) => [code, 'Yes'])));
  }
  if (typeof value !== 'string') throw new TypeError('a column holds one value');
  if (/^\d{4}-\d\d-\d\d$/.test(value))
    return [value, `${value} 00:00:00.000`, new Date(`${value}T00:00:00Z`)][style % 3] ?? value;
  return value;
}

/** The rows that a pack's queries would give for a child, by section. */
function rowsOf(child: JsonObject, style: number): Map<string, SqlRow[]> {
  const rows = new Map<string, SqlRow[]>();
  for (const section of all) {
    const list: SqlRow[] = [];
    visit(child, section.path, { la_child_id: String(child.la_child_id) }, (value, ids) => {
      const block = isJsonObject(value) ? value : { disability: value };
      const columns = section.fields.map(({ name }) => [
        name,
        cell(name === 'mis_child_id' ? child[name] : block[name], style),
      ]);
      list.push({ ...Object.fromEntries(columns), ...ids });
    });
    rows.set(
      section.name,
      (shuffled([...list.keys()], style) as number[]).map((i) => list[i] ?? {}),
    );
  }
  return rows;
}

function visit(
  owner: JsonObject,
  path: readonly string[],
  ids: Readonly<Record<string, string>>,
  take: (value: JsonValue, ids: Readonly<Record<string, string>>) => void,
): void {
  const [name, ...rest] = path;
  const value = name === undefined ? undefined : owner[name];
  for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
    if (rest.length === 0) take(one, ids);
    else if (isJsonObject(one)) {
      const id = one.social_care_episode_id;
      visit(one, rest, typeof id === 'string' ? { ...ids, social_care_episode_id: id } : ids, take);
    }
  }
}

/** What rows cannot say: a block without a value is none, the same element twice is once, and no disability is NONE. */
function sayable(value: JsonValue, name = ''): JsonValue | undefined {
  if (Array.isArray(value)) {
    const kept = value.map((element) => sayable(element)).filter((element) => element !== undefined);
    const distinct = [...new Map(kept.map((element) => [JSON.stringify(meaning(element)), element])).values()];
    return distinct.length > 0 || name === 'factors' ? distinct : undefined;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, sayable(member, key)] as const);
  const kept = Object.fromEntries(members.filter(([, member]) => member !== undefined)) as JsonObject;
  if (name === 'child_details' && kept.disabilities === undefined) {
    if ('date_of_birth' in kept || !('expected_date_of_birth' in kept)) kept.disabilities = ['NONE'];
  }
  return Object.keys(kept).some((key) => key !== 'purge') ? kept : undefined;
}

async function* stream(rows: readonly SqlRow[]): AsyncGenerator<SqlRow> {
  yield* rows;
}

it('gives back the children whose rows it reads, however the database holds and orders them', async () => {
  const children = fc.uniqueArray(childArbitrary(undefined, { maxElements: 3 }), {
    maxLength: 4,
    selector: (c) => c.la_child_id,
  });
  await fc.assert(
    fc.asyncProperty(children, fc.nat(), async (list, style) => {
      // A child without any detail has no row of details.
      const sorted = list
        .map(
          (child) =>
            ({ ...child, child_details: { surname: 'x', ...(child.child_details as JsonObject) } }) as JsonObject,
        )
        .sort((a, b) => (String(a.la_child_id) < String(b.la_child_id) ? -1 : 1));
      const rows = sorted.map((child) => rowsOf(child, style));
      const source = (name: string) => ({ name, rows: stream(rows.flatMap((one) => one.get(name) ?? [])) });
      const found: ExtractedChild[] = [];
      const input = {
        plan: childPlan('0.9'),
        cohort: { name: 'cohort', rows: stream(sorted.map((child) => ({ la_child_id: String(child.la_child_id) }))) },
        sections: new Map(all.map(({ name }) => [name, source(name)])),
        onStrayRows: (stray: readonly unknown[]) => expect(stray).toEqual([]),
      };
      for await (const child of assemble(input, signal)) found.push(child);
      expect(found.map((child) => (child.kind === 'child' ? meaning(child.child) : child))).toEqual(
        sorted.map((child) => meaning(sayable(child) ?? {})),
      );
      expect(
        found.flatMap((child) => (child.kind === 'child' ? child.problems.filter((p) => p.code !== 'EXT-02') : [])),
      ).toEqual([]);
    }),
    { numRuns: 300, seed: 12 },
  );
});
