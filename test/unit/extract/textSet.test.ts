import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedValues } from '../../../pipeline/extract/sharedValues.ts';
import { TextSet } from '../../../pipeline/extract/textSet.ts';

describe('a set of texts in few bytes', () => {
  it('holds what a Set holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 6 })),
        fc.array(fc.string({ maxLength: 6 })),
        (added, asked) => {
          const [compact, plain] = [new TextSet(), new Set<string>()];
          for (const text of added) {
            expect(compact.add(text)).toBe(!plain.has(text));
            plain.add(text);
          }
          for (const text of [...added, ...asked]) expect(compact.has(text)).toBe(plain.has(text));
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });

  it('keeps a hundred thousand ids apart', () => {
    const ids = new TextSet();
    for (let i = 0; i < 100_000; i++) expect(ids.add(`CH${i}`)).toBe(true);
    for (let i = 0; i < 100_000; i++) expect(ids.has(`CH${i}`)).toBe(true);
    for (let i = 100_000; i < 200_000; i++) expect(ids.has(`CH${i}`)).toBe(false);
  });
});

describe('values that children share', () => {
  const child = (id: string, episodes: string[]) => ({
    la_child_id: id,
    social_care_episodes: episodes.map((episode) => ({ social_care_episode_id: episode })),
  });

  it('are a problem once for each child that has them, and not within one child', () => {
    const shared = new SharedValues();
    shared.addChild(child('C1', ['E1', 'E1']));
    shared.addChild(child('C2', ['E2', 'E3']));
    expect(shared.problems({})).toEqual([]);
    shared.addChild(child('C3', ['E2', 'E4']));
    shared.addChild(child('C4', ['E2']));
    expect(shared.problems({}).map((p) => p.code)).toEqual(['FMT-09', 'FMT-09', 'FMT-09']);
    expect(shared.problems({ 'FMT-09': 'off' })).toEqual([]);
  });
});
