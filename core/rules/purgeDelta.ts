import { isJsonObject, type JsonObject } from '../json.ts';
import type { JsonPath, ProblemFix } from '../problems.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';

const deletionKeys = new Set(['la_child_id', 'mis_child_id', 'purge']);

/** The one thing to say of a child that is to be deleted (PRG-02): it carries nothing but its ids and the flag. */
export function deletionFindings(child: JsonObject): Finding[] {
  const extra = Object.keys(child).filter((key) => !deletionKeys.has(key));
  const first = extra[0];
  if (first === undefined) return [];
  return [
    {
      code: 'PRG-02',
      path: [first],
      at: 'key',
      values: { keys: extra.join(', ') },
      related: [{ path: ['purge'], at: 'value', message: 'The child is marked for deletion here.' }],
      fixes: extra.map((key) => ({ kind: 'remove', title: `Remove ${key}`, path: [key], safe: false })),
    },
  ];
}

/** Objects with `purge: true`, outermost first, without what lies inside them. */
function* purged(owner: JsonObject, path: JsonPath): Iterable<readonly [JsonObject, JsonPath]> {
  for (const [key, member] of Object.entries(owner)) {
    const elements = Array.isArray(member)
      ? member.map((element, index) => [element, [...path, key, index]] as const)
      : [];
    for (const [value, here] of isJsonObject(member) ? [[member, [...path, key]] as const] : elements) {
      if (!isJsonObject(value)) continue;
      if (value.purge === true) yield [value, here];
      else if (path.length < 6) yield* purged(value, here);
    }
  }
}

function isPurgedToo(member: unknown): boolean {
  return Array.isArray(member)
    ? member.every((element) => isJsonObject(element) && element.purge === true)
    : isJsonObject(member) && member.purge === true;
}

/** What a purged object still holds: fields with values, and blocks or lists with something that is not purged. */
function contents(value: JsonObject): { fields: readonly string[]; nested: readonly string[] } {
  const fields: string[] = [];
  const nested: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (key === 'purge' || key.endsWith('_id')) continue;
    const holdsObjects = Array.isArray(member) ? member.some(isJsonObject) : isJsonObject(member);
    if (!holdsObjects) fields.push(key);
    else if (!isPurgedToo(member)) nested.push(key);
  }
  return { fields, nested };
}

function removal(path: JsonPath, key: string): ProblemFix {
  return { kind: 'remove', title: `Remove ${key}`, path: [...path, key], safe: false };
}

/**
 * Rules about purging (section 14). PRG-01, DLT-01 and DLT-02 are facts of the schema; DLT-03 to DLT-05 need the
 * payload that was sent before.
 */
export const purgeRules: readonly Rule[] = [
  {
    code: 'PRG-03',
    check(child, report) {
      for (const [value, path] of purged(child.value, [])) {
        const flag = { path: [...path, 'purge'], at: 'value' as const, message: 'The flag is here.' };
        for (const key of contents(value).nested) {
          const here = [...path, key];
          report({
            code: 'PRG-03',
            path: here,
            at: 'key',
            values: { key },
            related: [flag],
            fixes: [removal(path, key)],
          });
        }
      }
    },
  },
  {
    code: 'PRG-04',
    check(child, report) {
      for (const [value, path] of purged(child.value, [])) {
        const { fields } = contents(value);
        if (fields.length === 0) continue;
        const fixes = fields.map((key) => removal(path, key));
        report({ code: 'PRG-04', path: [...path, 'purge'], values: { keys: fields.join(', ') }, fixes });
      }
    },
  },
];
