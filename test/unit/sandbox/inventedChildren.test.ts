import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonValue } from '../../../core/json.ts';
import { codeset } from '../../../core/payload/codesets.ts';
import { type SectionField, sections } from '../../../core/payload/sections.ts';
import { ruleInfo } from '../../../core/rules/ruleBook.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { sandboxFaults } from '../../../sandbox/generate/faults.ts';
import { type Payloads, payloadsOf, problemsOf } from './payloads.ts';
import { asOf, rowsOf, temporaryFolder } from './sandboxFiles.ts';

const folder = temporaryFolder();

/** Values by the name of the field that they stand in, over all children. */
function valuesByField(payloads: Payloads): Map<string, Set<JsonValue>> {
  const values = new Map<string, Set<JsonValue>>();
  const walk = (value: JsonValue, path: string): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, path);
    else if (isJsonObject(value)) for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    else {
      const known = values.get(path);
      if (known === undefined) values.set(path, new Set([value]));
      else if (known.size < 200) known.add(value);
    }
  };
  for (const child of payloads.children.values()) walk(child, '');
  return values;
}

function codesetOf(field: SectionField): string | undefined {
  const items = field.schema.items;
  const name = field.schema['x-codeset'] ?? (isJsonObject(items) ? items['x-codeset'] : undefined);
  return typeof name === 'string' ? name : undefined;
}

/** Codes that raise a warning wherever they stand (UPN-16, CLV-10), so a sandbox without faults cannot have them. */
const warnedOf = new Set(['UN6', 'UN8', 'UN9', 'UN10', 'W', 'X', 'Y', 'Z']);

describe('invented children', () => {
  const file = join(folder, 'clean.db');
  let payloads: Payloads;

  beforeAll(async () => {
    await createSandboxDatabase(file, { children: 4000, seed: 5, asOf });
    payloads = await payloadsOf(file, asOf);
  });

  it('give payloads without any error or warning', () => {
    expect(payloads.extractProblems).toEqual([]);
    expect(problemsOf(payloads, asOf).map((problem) => problem.text)).toEqual([]);
  });

  it('show every field of the payload and every code of its lists', () => {
    const values = valuesByField(payloads);
    const missing: string[] = [];
    for (const section of sections('0.9')) {
      for (const field of section.fields) {
        const path = section.shape === 'values' ? section.path : [...section.path, field.name];
        const onChild = field.name === 'mis_child_id' ? ['mis_child_id'] : path;
        const seen = values.get(`.${onChild.join('.')}`);
        if (seen === undefined) missing.push(`${section.name}.${field.name}`);
        const codes = codesetOf(field);
        for (const code of codes === undefined ? [] : Object.keys(codeset(codes).codes)) {
          if (!warnedOf.has(code) && seen?.has(code) !== true) missing.push(`${section.name}.${field.name} ${code}`);
        }
      }
    }
    expect(missing).toEqual([]);
  });

  it('have people among them who are not in the cohort', () => {
    const people = rowsOf(file, 'SELECT pers_person_id FROM ssd_person').length;
    expect(people).toBe(4000);
    expect(payloads.children.size).toBeLessThan(3950);
    expect(payloads.children.size).toBeGreaterThan(3700);
  });

  it('are those of the same day whatever the year', async () => {
    // Days around which a window, a year end or a leap day begins.
    for (const day of ['2026-03-31', '2026-04-01', '2028-02-29', '2027-01-01']) {
      const other = join(folder, `${day}.db`);
      await createSandboxDatabase(other, { children: 400, seed: 5, asOf: day });
      const made = await payloadsOf(other, day);
      expect([...made.extractProblems, ...problemsOf(made, day).map((problem) => problem.text)], day).toEqual([]);
    }
  });
});

describe('a faulty sandbox', () => {
  it('breaks every rule that it says it breaks', async () => {
    const file = join(folder, 'faulty.db');
    await createSandboxDatabase(file, { children: 4000, seed: 5, asOf, faulty: true });
    const payloads = await payloadsOf(file, asOf);
    const found = new Set(problemsOf(payloads, asOf).map((problem) => problem.code));
    expect(sandboxFaults.map((fault) => fault.rule).filter((rule) => !found.has(rule))).toEqual([]);
  });

  it('names rules that exist', () => {
    for (const fault of sandboxFaults) expect(ruleInfo(fault.rule).code).toBe(fault.rule);
  });
});
