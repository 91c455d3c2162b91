import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { JsonObject } from '../../core/json.ts';
import { rangesOfPath } from '../../core/payload/locate.ts';
import { validatePayloadText } from '../../core/payload/validateText.ts';
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

function textOf(child: number, change: Change): string {
  return JSON.stringify(changed(child, change), null, 2);
}

function isReadable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How many problems with the same words as a shown one a text has. */
function countOf(text: string, { code, message }: Diagnostic): number {
  const { problems } = validatePayloadText(text, { spec: '0.9', asOf: sampleDay });
  return problems.filter((one) => one.code === code && one.message === message).length;
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
      const text = textOf(one.child, one.fail);
      const shown = (await diagnose(text, one.asOf)).filter((d) => d.code === one.code);
      expect(shown.map((d) => d.range)).toContainEqual(expectedRange(text, one.child, one.place));
      const passing = await diagnose(textOf(one.child, one.pass), one.asOf);
      expect(passing.filter((d) => d.code === one.code)).toEqual([]);
    },
  );

  it.each(fieldMutations().map((one) => [one.name, one] as const))(
    '%s is the one problem, at its place',
    async (_name, one) => {
      const text = textOf(one.child, one.change);
      const shown = await diagnose(text);
      expect(shown.map((d) => d.range)).toEqual([expectedRange(text, one.child, one.place)]);
      expect(one.codes).toContain(shown[0]?.code);
    },
  );

  it('every fix that is offered for them leaves the text readable and adds no problem, and a safe one takes its problem away', async () => {
    const client = clients.get(sampleDay);
    if (client === undefined) throw new Error('No server');
    const faults: string[] = [];
    let fixes = 0;
    const cases = [
      ...ruleCases
        .filter((one) => one.asOf === undefined)
        .map((one) => ({ name: one.code, text: textOf(one.child, one.fail) })),
      ...fieldMutations().map((one) => ({ name: one.name, text: textOf(one.child, one.change) })),
    ];
    for (const { name, text } of cases) {
      const uri = `file:///tables/${count++}.payload.json`;
      await client.open(uri, text);
      const document = TextDocument.create(uri, 'json', 1, text);
      for (const problem of await client.diagnostics(uri)) {
        const actions = await client.codeActions(uri, problem.range, { diagnostics: [problem], only: ['quickfix'] });
        for (const action of actions.filter((a) => a.diagnostics?.length === 1)) {
          fixes++;
          const fixed = TextDocument.applyEdits(document, action.edit?.changes?.[uri] ?? []);
          if (!isReadable(fixed)) faults.push(`${name}: "${action.title}" breaks the text`);
          const before = countOf(text, problem);
          const after = countOf(fixed, problem);
          // What is not safe may be a first step of several: an id to fill in, one of many properties to remove.
          if (action.isPreferred === true ? after >= before : after > before || fixed === text) {
            faults.push(`${name}: "${action.title}" leaves ${problem.code} as it was`);
          }
        }
      }
      await client.close(uri);
    }
    expect(faults).toEqual([]);
    expect(fixes).toBeGreaterThan(150);
  });

  it.each(textCases.map((one) => [one.name, one] as const))('%s: says so at its place', async (_name, one) => {
    const shown = await diagnose(one.text);
    expect(shown.map((d) => d.code).sort()).toEqual([...one.codes].sort());
    const document = TextDocument.create('file:///a.json', 'json', 1, one.text);
    const marked = shown.map((d) => document.getText(d.range));
    for (const mark of one.marks) if (mark !== null) expect(marked).toContain(mark);
  });
});
