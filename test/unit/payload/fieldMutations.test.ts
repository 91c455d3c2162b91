import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../core/json.ts';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { sampleDay, validChildren } from '../../support/samplePayload.ts';
import { valueAt } from '../../tables/change.ts';
import { fieldMutations } from '../../tables/fieldMutations.ts';

const mutations = fieldMutations();

describe('one broken field', () => {
  it.each(mutations.map((one) => [one.name, one] as const))('%s', (_, { child, change, codes, place }) => {
    const children = validChildren();
    const broken = children[child];
    if (broken === undefined) throw new Error('No sample child');
    change(broken);
    const text = JSON.stringify(children, null, 2);
    const path = [child, ...place.path];
    const { problems } = validatePayloadText(text, { spec: '0.9', asOf: sampleDay });
    const here = problems.filter((problem) => JSON.stringify(problem.path) === JSON.stringify(path));
    expect(here.map(({ code }) => code)).toHaveLength(1);
    expect(codes).toContain(here[0]?.code);
    const marked = text.slice(here[0]?.start, here[0]?.end);
    if (place.at === 'key') expect(marked).toBe(JSON.stringify(path.at(-1)));
    else if (place.at === 'opening') expect(marked).toBe('{');
    else expect(JSON.parse(marked) as JsonValue).toEqual(valueAt(children, path));
  });

  it('is the only problem of the file', () => {
    const others = mutations.filter(({ child, change }) => {
      const children = validChildren();
      const broken = children[child];
      if (broken !== undefined) change(broken);
      return validatePayloadText(JSON.stringify(children), { spec: '0.9', asOf: sampleDay }).problems.length !== 1;
    });
    expect(others.map(({ name }) => name)).toEqual([]);
  });
});
