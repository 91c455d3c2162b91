import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../sandbox/random.ts';

describe('random numbers of the sandbox', () => {
  it('are the same on every machine and Node version', () => {
    const random = new Random(1, 2);
    expect([random.int(0, 999), random.int(0, 999), random.int(0, 999)]).toEqual([17, 795, 626]);
  });

  it('stay within the range that was asked for', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, from, size) => {
        const value = new Random(seed).int(from, from + size);
        expect(value >= from && value <= from + size && Number.isInteger(value)).toBe(true);
      }),
    );
  });

  it('differ between neighbouring children, and between days of one child', () => {
    const first = (...seeds: number[]) => new Random(...seeds).next();
    const values = new Set([first(1, 1), first(1, 2), first(2, 1), first(1, 1, 5), first(1, 1, 6)]);
    expect(values.size).toBe(5);
  });

  it('take samples without repeats', () => {
    const items = [1, 2, 3, 4, 5];
    expect(new Set(new Random(3).sample(items, 4)).size).toBe(4);
    expect(new Random(3).sample(items, 9)).toHaveLength(5);
    expect(items).toEqual([1, 2, 3, 4, 5]);
  });

  it('pick by weight, and never what weighs nothing', () => {
    const random = new Random(4);
    const items = [{ weight: 0 }, { weight: 1 }, { weight: 9 }];
    const counts = [0, 0, 0];
    for (let i = 0; i < 2000; i++) {
      const at = items.indexOf(random.weighted(items));
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(counts[0]).toBe(0);
    expect(counts[2]).toBeGreaterThan((counts[1] ?? 0) * 5);
  });
});
