import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { sampleDay, validChildren } from '../../support/samplePayload.ts';
import { pathOf, valueAt } from '../../tables/change.ts';

const validator = createValidator({ spec: '0.9', asOf: sampleDay });

/** An array in an array in an array, too deep for functions that call themselves. */
function nested(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

/** Paths of everything in the sample children. */
function pathsOf(value: JsonValue, path: string, into: string[]): string[] {
  if (path !== '') into.push(path);
  if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) pathsOf(member, path === '' ? key : `${path}.${key}`, into);
  }
  return into;
}

const places = validChildren().flatMap((child, index) => pathsOf(child, '', []).map((path) => [index, path] as const));

function replaced(index: number, path: string, value: JsonValue): JsonObject {
  const child = validChildren()[index] ?? {};
  const steps = pathOf(path);
  const last = steps.pop();
  const owner = valueAt(child, steps) as Record<string | number, JsonValue>;
  if (last !== undefined) owner[last] = value;
  return child;
}

describe('any JSON value', () => {
  it('is judged without an exception, wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), ([index, path], value) => {
        expect(validator.validateChild(replaced(index, path, value as JsonValue))).toBeInstanceOf(Array);
      }),
      { seed: 3, numRuns: 1500 },
    );
  });

  it('may nest 100,000 deep in any place', () => {
    const deep = nested(100_000);
    for (const [index, path] of places)
      expect(validator.validateChild(replaced(index, path, deep)).length, path).toBeGreaterThan(0);
    expect(validator.validateChild(deep).map(({ code }) => code)).toEqual(['FMT-01']);
  });

  it('may be a child with thousands of placements, workers and plans', () => {
    const child = validChildren()[0] ?? {};
    const episode = valueAt(child, ['social_care_episodes', 1]) as JsonObject;
    for (const key of Object.keys(episode)) {
      const list = episode[key];
      if (Array.isArray(list)) episode[key] = Array.from({ length: 2000 }, () => structuredClone(list[0] ?? null));
    }
    expect(validator.validateChild(child).length).toBeGreaterThan(1000);
  });
});
