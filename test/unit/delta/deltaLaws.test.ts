import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childDelta, type DeltaOptions, deletionOf } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';
import { canonicalText } from '../../../core/payload/canonical.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { childArbitrary, childPairArbitrary, shuffled } from '../../generators/payload.ts';
import { meaning, type ReceiverKind, ReceiverModel } from '../../models/receiverModel.ts';

/** Every way of making a delta with a receiver that it must be right for. */
const combinations: readonly { readonly options: DeltaOptions; readonly receiver: ReceiverKind }[] = [
  { options: { granularity: 'element', receiver: 'replace' }, receiver: 'replace' },
  { options: { granularity: 'element', receiver: 'merge' }, receiver: 'merge' },
  { options: { granularity: 'element', receiver: 'merge' }, receiver: 'replace' },
  { options: { granularity: 'field', receiver: 'merge' }, receiver: 'merge' },
  { options: { granularity: 'field', receiver: 'replace' }, receiver: 'merge' },
];
const allOptions = combinations.map((c) => c.options);
const optionsArbitrary = fc.constantFrom(...allOptions);
const runs = { numRuns: 1000, seed: 20261122 };

function afterwards(receiver: ReceiverKind, ...received: (JsonObject | null)[]): JsonObject | undefined {
  const model = new ReceiverModel(receiver);
  for (const child of received) if (child !== null) model.receive([child]);
  return model.children.get('CH1');
}

describe('delta laws', () => {
  for (const { options, receiver } of combinations) {
    it(`${options.granularity} granularity for a ${options.receiver} receiver: one that ${receiver}s holds the current child afterwards`, () => {
      fc.assert(
        fc.property(childPairArbitrary(), ([previous, current]) => {
          const held = afterwards(receiver, previous, childDelta(previous, current, options));
          expect(held === undefined ? null : meaning(held)).toEqual(meaning(current));
        }),
        runs,
      );
    });

    it(`${options.granularity} granularity for a ${options.receiver} receiver: several changes in a row add up at one that ${receiver}s`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.option(childArbitrary('CH1', { maxElements: 2 })), { minLength: 2, maxLength: 5 }),
          (states) => {
            const model = new ReceiverModel(receiver);
            let previous: JsonObject | null = null;
            for (const current of states) {
              const delta = childDelta(previous, current, options);
              if (delta !== null) model.receive([delta]);
              const held = model.children.get('CH1');
              expect(held === undefined ? null : meaning(held)).toEqual(current === null ? null : meaning(current));
              previous = current;
            }
          },
        ),
        { ...runs, numRuns: 300 },
      );
    });
  }

  it('the default delta misses nothing at a merging receiver but single fields that went', () => {
    fc.assert(
      fc.property(childPairArbitrary({ presence: 100 }), ([previous, current]) => {
        const held = afterwards('merge', previous, childDelta(previous, current));
        expect(held === undefined ? null : meaning(held)).toEqual(meaning(current));
      }),
      { ...runs, numRuns: 300 },
    );
  });

  it('identical children give no delta, whatever the order of their parts', () => {
    fc.assert(
      fc.property(childArbitrary('CH1'), fc.nat(), optionsArbitrary, (child, seed, options) => {
        const reordered = shuffled(child, seed) as JsonObject;
        expect(childDelta(child, reordered, options)).toBeNull();
        expect(childDelta(reordered, structuredClone(child), options)).toBeNull();
      }),
      runs,
    );
  });

  it('there is no delta exactly where the canonical texts agree', () => {
    fc.assert(
      fc.property(childPairArbitrary({ maxElements: 2 }), optionsArbitrary, ([previous, current], options) => {
        const same = canonicalText(previous) === canonicalText(current);
        expect(childDelta(previous, current, options) === null).toBe(same);
      }),
      runs,
    );
  });

  it('applying a delta twice changes nothing more', () => {
    fc.assert(
      fc.property(
        childPairArbitrary(),
        fc.constantFrom(...combinations),
        ([previous, current], { options, receiver }) => {
          const delta = childDelta(previous, current, options);
          expect(afterwards(receiver, previous, delta, delta)).toEqual(afterwards(receiver, previous, delta));
        },
      ),
      runs,
    );
  });

  it('changes neither of the two children', () => {
    fc.assert(
      fc.property(childPairArbitrary(), optionsArbitrary, ([previous, current], options) => {
        const before = JSON.stringify([previous, current]);
        childDelta(previous, current, options);
        expect(JSON.stringify([previous, current])).toBe(before);
      }),
      { ...runs, numRuns: 300 },
    );
  });

  it('a delta has no fault of the schema that its two children do not have', () => {
    const validator = createValidator({ spec: '0.9', asOf: '2026-11-22', kind: 'delta' });
    const schemaErrors = (child: JsonObject) =>
      validator.validateChild(child).filter((p) => p.severity === 'error' && p.code.startsWith('FMT'));
    fc.assert(
      fc.property(childPairArbitrary(), ([previous, current]) => {
        const delta = childDelta(previous, current);
        if (delta === null) return;
        const known = new Set([...schemaErrors(previous), ...schemaErrors(current)].map((p) => p.code));
        expect(schemaErrors(delta).filter((p) => !known.has(p.code))).toEqual([]);
      }),
      { ...runs, numRuns: 500 },
    );
  });

  it('a field delta is never longer than an element delta', () => {
    fc.assert(
      fc.property(childPairArbitrary(), ([previous, current]) => {
        const whole = childDelta(previous, current, { granularity: 'element', receiver: 'merge' });
        const fields = childDelta(previous, current, { granularity: 'field', receiver: 'merge' });
        expect(JSON.stringify(fields).length).toBeLessThanOrEqual(JSON.stringify(whole).length);
      }),
      runs,
    );
  });

  it('every delta carries the ids and the details of its child', () => {
    fc.assert(
      fc.property(childPairArbitrary(), optionsArbitrary, ([previous, current], options) => {
        const delta = childDelta(previous, current, options);
        if (delta === null) return;
        expect(delta.la_child_id).toBe('CH1');
        if ('mis_child_id' in current) expect(delta.mis_child_id).toBe(current.mis_child_id);
        expect(delta.child_details).toMatchObject({ ...(current.child_details as JsonObject) });
      }),
      runs,
    );
  });

  it('a child that left gives its ids and purge alone, and one that came is sent whole', () => {
    fc.assert(
      fc.property(childArbitrary('CH1'), optionsArbitrary, (child, options) => {
        expect(childDelta(child, null, options)).toEqual(deletionOf(child));
        expect(
          Object.keys(deletionOf(child)).filter((key) => !['la_child_id', 'mis_child_id', 'purge'].includes(key)),
        ).toEqual([]);
        expect(childDelta(null, child, options)).toEqual(child);
        expect(childDelta(null, null, options)).toBeNull();
      }),
      { ...runs, numRuns: 100 },
    );
  });

  it('holds for any JSON value in any place', () => {
    const anything = fc.jsonValue() as fc.Arbitrary<JsonObject['x']>;
    const odd = fc.record(
      {
        child_details: anything,
        social_care_episodes: fc.oneof(
          anything,
          fc.array(
            fc.dictionary(
              fc.constantFrom('social_care_episode_id', 'adoption', 'child_in_need_plans', '__proto__'),
              anything,
            ),
          ),
        ),
        health_and_wellbeing: anything,
        constructor: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(odd, odd, optionsArbitrary, (a, b, options) => {
        const [previous, current] = [
          { la_child_id: 'CH1', ...a },
          { la_child_id: 'CH1', ...b },
        ] as JsonObject[];
        if (previous === undefined || current === undefined) return;
        expect(() => JSON.stringify(childDelta(previous, current, options))).not.toThrow();
        expect(childDelta(previous, structuredClone(previous), options)).toBeNull();
      }),
      runs,
    );
  });
});
