import { describe, expect, it } from 'vitest';
import { PayloadDocument } from '../../../core/payload/payloadDocument.ts';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { manyChildren, sampleDay } from '../../support/samplePayload.ts';

const options = { spec: '0.9', asOf: sampleDay } as const;
const text = JSON.stringify(manyChildren(30, { sex: '0' }), null, 2);

describe('a payload document in steps', () => {
  it('gives the problems of the children read so far, and in the end those of the whole file', async () => {
    const document = new PayloadDocument(text, options);
    expect(document.report().problems).toEqual([]);
    expect(document.advance(10)).toBe(false);
    expect(document.report().children).toBe(10);
    expect(document.report().problems.every(({ code }) => code === 'CHD-05')).toBe(true);
    let pauses = 0;
    const done = await document.validate(new AbortController().signal, 7, async () => {
      pauses++;
    });
    expect([done, pauses]).toEqual([true, 2]);
    expect(document.report()).toEqual(validatePayloadText(text, options));
  });

  it('stops when it is cancelled, and goes on later', async () => {
    const document = new PayloadDocument(text, options);
    const controller = new AbortController();
    const done = await document.validate(controller.signal, 5, async () => controller.abort());
    expect(done).toBe(false);
    expect(document.report().children).toBe(5);
    expect(await document.validate(new AbortController().signal, 100, async () => {})).toBe(true);
    expect(document.report()).toEqual(validatePayloadText(text, options));
  });

  it('takes an edit while it is still reading, and keeps what it has read', () => {
    const document = new PayloadDocument(text, options);
    document.advance(12);
    const at = text.indexOf('"WBRI"') + 1;
    document.applyEdit({ start: at, end: at + 4, newText: 'XXXX' });
    expect(document.done).toBe(false);
    document.finish();
    expect(document.report()).toEqual(validatePayloadText(document.text, options));
  });

  it('is brought to a new text by one edit', () => {
    const document = new PayloadDocument(text, options).finish();
    for (const next of [text.replace('"sex": "0"', '"sex": "M"'), text, `${text}x`, '', text, text]) {
      document.update(next);
      document.finish();
      expect(document.text).toBe(next);
      expect(document.report()).toEqual(validatePayloadText(next, options));
    }
  });

  it('takes a very large insertion in steps', () => {
    const document = new PayloadDocument('[]', options).finish();
    const inside = JSON.stringify(manyChildren(200)).slice(1, -1);
    expect(inside.length).toBeGreaterThan(262_144);
    document.applyEdit({ start: 1, end: 1, newText: inside });
    expect(document.done).toBe(false);
    expect(document.finish().report()).toEqual(validatePayloadText(`[${inside}]`, options));
  });

  it('tells where each child stands', () => {
    const document = new PayloadDocument(text, options).finish();
    const children = [...document.children()];
    expect(children).toHaveLength(30);
    for (const child of children) {
      expect(text.slice(child.start, child.end)).toBe(child.text);
      expect(JSON.parse(child.text)).toHaveProperty('la_child_id');
      expect(document.childAt(child.start + 5)?.index).toBe(child.index);
    }
    expect(document.childAt(0)).toBeUndefined();
  });

  it('asks for real dates', () => {
    expect(() => new PayloadDocument('[]', { spec: '0.9', asOf: 'today' })).toThrow(RangeError);
    expect(() => new PayloadDocument('[]', { spec: '0.9', asOf: sampleDay, yearEnd: '2026-02-30' })).toThrow(
      RangeError,
    );
  });
});
