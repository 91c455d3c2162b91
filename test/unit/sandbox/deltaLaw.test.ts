import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { childDelta, type DeltaOptions } from '../../../core/delta/delta.ts';
import type { JsonObject } from '../../../core/json.ts';
import { canonicalText } from '../../../core/payload/canonical.ts';
import { advanceSandbox } from '../../../sandbox/advance.ts';
import { createSandboxDatabase } from '../../../sandbox/database.ts';
import { applyChild, type ReceiverKind } from '../../../sandbox/receiver/applyChild.ts';
import { childShape } from '../../../sandbox/receiver/elementIds.ts';
import { judgeBody } from '../../../sandbox/receiver/refusals.ts';
import { type Payloads, payloadsOf } from './payloads.ts';
import { asOf, temporaryFolder } from './sandboxFiles.ts';

const folder = temporaryFolder();
const combinations: { receiver: ReceiverKind; options: DeltaOptions }[] = [
  { receiver: 'replace', options: { granularity: 'element', receiver: 'replace' } },
  { receiver: 'replace', options: { granularity: 'element', receiver: 'merge' } },
  { receiver: 'merge', options: { granularity: 'element', receiver: 'merge' } },
  { receiver: 'merge', options: { granularity: 'field', receiver: 'merge' } },
];

describe('a receiver that gets the delta of some weeks', () => {
  let old: Payloads;
  let now: Payloads;
  /** Ids of everybody who was there before or is there now. */
  let everybody: string[];

  beforeAll(async () => {
    const before = join(folder, 'before.db');
    const after = join(folder, 'after.db');
    await createSandboxDatabase(before, { children: 600, seed: 21, asOf });
    copyFileSync(before, after);
    const report = await advanceSandbox(after, { days: 40, seed: 21 });
    old = await payloadsOf(before, asOf);
    now = await payloadsOf(after, report.asOf);
    everybody = [...new Set([...old.children.keys(), ...now.children.keys()])];
  });

  it.each(combinations)('holds the payloads of today: $receiver, $options.granularity', ({ receiver, options }) => {
    let changed = 0;
    for (const id of everybody) {
      const previous = old.children.get(id);
      const current = now.children.get(id);
      const delta = childDelta(previous ?? null, current ?? null, options);
      if (delta !== null) changed++;
      const held = delta === null ? previous : applyChild(previous, delta, childShape('0.9'), receiver);
      expect(held && canonicalText(held), id).toBe(current && canonicalText(current));
    }
    expect(changed).toBeGreaterThan(100);
    expect(changed).toBeLessThan(everybody.length);
  });

  it.each(combinations)('refuses none of it: $receiver, $options.granularity', ({ options }) => {
    for (const id of everybody) {
      const delta = childDelta(old.children.get(id) ?? null, now.children.get(id) ?? null, options);
      const body: JsonObject[] = delta === null ? [] : [delta];
      if (body.length > 0) expect(judgeBody(body, '0.9'), id).not.toHaveProperty('refusal');
    }
  });
});
