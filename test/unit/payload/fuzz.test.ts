import { describe, expect, it } from 'vitest';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { isJson, outsideRanges, saysBroken } from '../../support/checkRanges.ts';
import { sampleDay } from '../../support/samplePayload.ts';
import { mutatedText, randomFrom } from '../../support/textMutations.ts';

describe('random damage to payload text', () => {
  it('never throws, marks nothing outside the text, and calls exactly what JSON.parse refuses broken', () => {
    const random = randomFrom(20260630);
    for (let run = 0; run < 3000; run++) {
      const text = mutatedText(random);
      const result = validatePayloadText(text, { spec: '0.9', asOf: sampleDay });
      expect(outsideRanges(text, result), text).toEqual([]);
      // A byte order mark is a warning of its own.
      const json = isJson(text.replace(/^\ufeff/, ''));
      if (json === saysBroken(result)) expect.fail(`JSON.parse ${json ? 'takes' : 'refuses'} this text: ${text}`);
    }
  });
});
