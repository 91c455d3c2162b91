// How fast deltas are, as ratios against JSON.parse of the same text in the same run, and the delta laws over many
// generated cases. Usage: node test/bench/delta.ts [pairs] [law cases]. Prints CPU milliseconds and ratios.
import fc from 'fast-check';
import { describeChanges } from '../../core/delta/changes.ts';
import { childDelta, type DeltaOptions } from '../../core/delta/delta.ts';
import { explain } from '../../core/delta/explain.ts';
import type { JsonObject } from '../../core/json.ts';
import { canonicalText } from '../../core/payload/canonical.ts';
import { childArbitrary, childPairArbitrary } from '../generators/payload.ts';
import { meaning, type ReceiverKind, ReceiverModel } from '../models/receiverModel.ts';

const pairs = Number(process.argv[2] ?? 20_000);
const lawCases = Number(process.argv[3] ?? 20_000);

/** CPU milliseconds of the best of a few runs: the machine may have other work. */
function cpu(work: () => void, repeats = 3): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < repeats; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** Children as large as real ones, in canonical text: of every `changedEvery`th the current state has one change. */
function makePairs(changedEvery: number): [string, string][] {
  const templates = fc.sample(childArbitrary('CH1', { maxElements: 4, presence: 85 }), { numRuns: 200, seed: 11 });
  return Array.from({ length: pairs }, (_, i): [string, string] => {
    const child = { ...templates[i % templates.length], la_child_id: `CH${String(i).padStart(7, '0')}` } as JsonObject;
    const current = structuredClone(child);
    if (i % changedEvery === 0) {
      const episodes = current.social_care_episodes;
      const last = Array.isArray(episodes) ? episodes.at(-1) : undefined;
      if (last !== undefined && typeof last === 'object' && last !== null)
        Object.assign(last, { closure_reason: 'RC9' });
      else Object.assign(current, { mis_child_id: 'CHANGED' });
    }
    return [canonicalText(child), canonicalText(current)];
  });
}

/** As staged rows are compared: canonical texts first, and parsed only where they differ. */
function deltaOfTexts(previous: string, current: string, options?: DeltaOptions): JsonObject | null {
  if (previous === current) return null;
  return childDelta(JSON.parse(previous) as JsonObject, JSON.parse(current) as JsonObject, options);
}

function measure(name: string, texts: readonly [string, string][]): void {
  const parse = cpu(() => {
    for (const [previous, current] of texts) {
      JSON.parse(previous);
      JSON.parse(current);
    }
  });
  const parsed = texts.map(([a, b]) => [JSON.parse(a), JSON.parse(b)] as [JsonObject, JsonObject]);
  const megabytes = texts.reduce((sum, [a, b]) => sum + a.length + b.length, 0) / 1e6;
  console.log(
    `${name}: ${texts.length} pairs, ${megabytes.toFixed(0)} MB of text, JSON.parse of it ${parse.toFixed(0)} ms`,
  );
  const report = (what: string, work: () => void) => {
    const time = cpu(work);
    console.log(`  ${what.padEnd(58)} ${time.toFixed(0).padStart(6)} ms  ${(time / parse).toFixed(2)} x JSON.parse`);
  };
  report('parse both and compute the delta, element', () => {
    for (const [a, b] of texts) childDelta(JSON.parse(a) as JsonObject, JSON.parse(b) as JsonObject);
  });
  report('parse both and compute the delta, field', () => {
    const options = { granularity: 'field', receiver: 'merge' } as const;
    for (const [a, b] of texts) childDelta(JSON.parse(a) as JsonObject, JSON.parse(b) as JsonObject, options);
  });
  report('as staged: texts first, parse what differs', () => {
    for (const [a, b] of texts) deltaOfTexts(a, b);
  });
  report('delta alone, children parsed before', () => {
    for (const [a, b] of parsed) childDelta(a, b);
  });
  report('changes in words, children parsed before', () => {
    for (const [a, b] of parsed) explain(describeChanges(a, b));
  });
}

const combinations: readonly [DeltaOptions, ReceiverKind][] = [
  [{ granularity: 'element', receiver: 'replace' }, 'replace'],
  [{ granularity: 'element', receiver: 'merge' }, 'merge'],
  [{ granularity: 'element', receiver: 'merge' }, 'replace'],
  [{ granularity: 'field', receiver: 'merge' }, 'merge'],
];

/** The law of the delta over many generated pairs; throws with the smallest case where it does not hold. */
function laws(cases: number): void {
  const seed = 20_261_122;
  const started = performance.now();
  let checked = 0;
  fc.assert(
    fc.property(childPairArbitrary({ maxElements: 2 }), ([previous, current]) => {
      const wanted = JSON.stringify(meaning(current));
      for (const [options, kind] of combinations) {
        const receiver = new ReceiverModel(kind);
        receiver.receive([previous]);
        const delta = childDelta(previous, current, options);
        if (delta !== null) receiver.receive([delta]);
        const held = receiver.children.get('CH1');
        if (held === undefined || JSON.stringify(meaning(held)) !== wanted) {
          throw new Error(`the delta law does not hold for ${JSON.stringify(options)} at a receiver that ${kind}s`);
        }
        checked++;
      }
    }),
    { numRuns: cases, seed },
  );
  console.log(
    `delta law: held in ${checked} cases (seed ${seed}), ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
}

measure('every 20th child changed', makePairs(20));
measure('every child changed', makePairs(1));
laws(lawCases);
