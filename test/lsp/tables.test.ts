import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { JsonObject } from '../../core/json.ts';
import { rangesOfPath } from '../../core/payload/locate.ts';
import { sampleDay, validChildren } from '../support/samplePayload.ts';
import type { Change, Place } from '../tables/change.ts';
import { fieldMutations } from '../tables/fieldMutations.ts';
import { ruleCases } from '../tables/ruleCases.ts';
import { textCases } from '../tables/textCases.ts';
import { startSpawned, type TestClient } from './support/testClient.ts';

/** The sample children with one of them changed. */
function changed(index: number, change: Change): JsonObject[] {
  const children = validChildren();
  const child = children[index];
  if (child === undefined) throw new Error(`No sample child ${index}`);
  change(child);
  return children;
}

/** Where a problem of a child must be marked, by the syntax tree of the text. */
function expectedRange(text: string, child: number, { path, at }: Place) {
  const found = rangesOfPath(text, [child, ...path]);
  const range = at === 'key' ? found?.key : found?.value;
  if (range === undefined) throw new Error('The text has no such place');
  const document = TextDocument.create('file:///a.json', 'json', 1, text);
  const end = at === 'opening' ? range.start + 1 : range.end;
  return { start: document.positionAt(range.start), end: document.positionAt(end) };
}

describe('the tables of rules and mutations, over the protocol with the built server', () => {
  const clients = new Map<string, TestClient>();
  let count = 0;

  beforeAll(async () => {
    const days = new Set([sampleDay, ...ruleCases.map((one) => one.asOf ?? sampleDay)]);
    for (const asOf of days) {
      clients.set(asOf, await startSpawned(inject('serverBundle'), { configuration: { validation: { asOf } } }));
    }
  });
  afterAll(async () => {
    for (const client of clients.values()) await client.stop();
  });

  async function diagnose(text: string, asOf = sampleDay): Promise<Diagnostic[]> {
    const client = clients.get(asOf);
    if (client === undefined) throw new Error(`No server for ${asOf}`);
    const uri = `file:///tables/${count++}.payload.json`;
    await client.open(uri, text);
    const shown = await client.diagnostics(uri);
    await client.close(uri);
    return shown;
  }

  it('nothing is said about the sample children', async () => {
    expect(await diagnose(JSON.stringify(validChildren(), null, 2))).toEqual([]);
  });

  it.each(ruleCases.map((one, index) => [`${one.code} (${index})`, one] as const))(
    '%s is shown at its place, and not for the case next to it',
    async (_name, one) => {
      const text = JSON.stringify(changed(one.child, one.fail), null, 2);
      const shown = (await diagnose(text, one.asOf)).filter((d) => d.code === one.code);
      expect(shown.map((d) => d.range)).toContainEqual(expectedRange(text, one.child, one.place));
      const passing = await diagnose(JSON.stringify(changed(one.child, one.pass), null, 2), one.asOf);
      expect(passing.filter((d) => d.code === one.code)).toEqual([]);
    },
  );

  it.each(fieldMutations().map((one) => [one.name, one] as const))(
    '%s is the one problem, at its place',
    async (_name, one) => {
      const text = JSON.stringify(changed(one.child, one.change), null, 2);
      const shown = await diagnose(text);
      expect(shown.map((d) => d.range)).toEqual([expectedRange(text, one.child, one.place)]);
      expect(one.codes).toContain(shown[0]?.code);
    },
  );

  it.each(textCases.map((one) => [one.name, one] as const))('%s: says so at its place', async (_name, one) => {
    const shown = await diagnose(one.text);
    expect(shown.map((d) => d.code).sort()).toEqual([...one.codes].sort());
    const document = TextDocument.create('file:///a.json', 'json', 1, one.text);
    const marked = shown.map((d) => document.getText(d.range));
    for (const mark of one.marks) if (mark !== null) expect(marked).toContain(mark);
  });
});
