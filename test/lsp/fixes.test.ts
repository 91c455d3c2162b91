import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Diagnostic, DiagnosticTag } from 'vscode-languageserver-protocol/node';
import { cleanChild, payloadText } from './support/payloads.ts';
import { startInProcess, type TestClient } from './support/testClient.ts';

const clean = payloadText(cleanChild);

/** A mistake in one child: the text it replaces, what comes in its place, and what the server must say and do. */
interface Mistake {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** The text that the diagnostic marks. */
  readonly marks: string;
  /** Title of the fix to take. */
  readonly fix: string | RegExp;
}

const mistakes: readonly Mistake[] = [
  { name: 'a code in lower case', from: '"WBRI"', to: '"wbri"', code: 'FMT-20', marks: '"wbri"', fix: /WBRI/ },
  {
    name: 'a code with a typing mistake',
    from: '"WBRI"',
    to: '"WBIR"',
    code: 'FMT-27',
    marks: '"WBIR"',
    fix: /^Change to WBRI/,
  },
  { name: 'space around a value', from: '"Robin"', to: '" Robin"', code: 'FMT-19', marks: '" Robin"', fix: /Trim/ },
  { name: 'a boolean as text', from: 'false', to: '"false"', code: 'FMT-13', marks: '"false"', fix: /false/ },
  {
    name: 'a date with a time',
    from: '"2026-01-12"',
    to: '"2026-01-12T00:00:00"',
    code: 'FMT-11',
    marks: '"2026-01-12T00:00:00"',
    fix: 'Write it as YYYY-MM-DD',
  },
  {
    name: 'a date the British way',
    from: '"2014-05-17"',
    to: '"17/05/2014"',
    code: 'FMT-11',
    marks: '"17/05/2014"',
    fix: 'Write it as YYYY-MM-DD',
  },
  {
    name: 'an unknown property',
    from: '"sex": "F"',
    to: '"sex": "F",\n      "shoe_size": 4',
    code: 'FMT-21',
    marks: '"shoe_size"',
    fix: /Remove/,
  },
  {
    name: 'a former property name',
    from: '"care_worker_details"',
    to: '"social_workers"',
    code: 'FMT-21',
    marks: '"social_workers"',
    fix: /care_worker_details/,
  },
  {
    name: 'an empty text',
    from: '"mis_child_id": "M001"',
    to: '"mis_child_id": ""',
    code: 'FMT-19',
    marks: '""',
    fix: /Remove/,
  },
  {
    name: 'a null',
    from: '"mis_child_id": "M001"',
    to: '"mis_child_id": null',
    code: 'FMT-18',
    marks: 'null',
    fix: /Remove/,
  },
  {
    name: 'a list element that comes twice',
    from: '"NONE"',
    to: '"LD",\n        "LD"',
    code: 'CHD-11',
    marks: '"LD"',
    fix: /Remove/,
  },
];

describe('quick fixes', () => {
  let client: TestClient;
  let count = 0;

  beforeAll(async () => {
    client = await startInProcess({ configuration: { validation: { asOf: '2026-11-22' } } });
  });
  afterAll(() => client.stop());

  async function openWith(from: string, to: string): Promise<{ uri: string; shown: Diagnostic[] }> {
    const uri = `file:///project/fix${count++}.json`;
    const start = clean.indexOf(from);
    expect(start).toBeGreaterThan(0);
    await client.open(uri, clean.slice(0, start) + to + clean.slice(start + from.length));
    return { uri, shown: await client.diagnostics(uri) };
  }

  it('nothing is said about a child without mistakes', async () => {
    expect((await openWith('false', 'false')).shown).toEqual([]);
  });

  it('what can only be removed is faded, and a former name is struck through', async () => {
    const unknown = await openWith('"sex": "F"', '"sex": "F",\n      "shoe_size": 4');
    expect(unknown.shown.map((d) => d.tags)).toEqual([[DiagnosticTag.Unnecessary]]);
    const former = await openWith('"care_worker_details"', '"social_workers"');
    expect(former.shown.map((d) => d.tags)).toEqual([[DiagnosticTag.Deprecated]]);
  });

  it.each(mistakes)('$name is found, fixed, and found no more', async ({ from, to, code, marks, fix }) => {
    const { uri, shown } = await openWith(from, to);
    const [problem] = shown;
    if (problem === undefined) throw new Error('Nothing was found');
    expect([shown.map((d) => d.code), client.covered(uri, problem.range)]).toEqual([[code], marks]);
    const actions = await client.codeActions(uri, problem.range, { diagnostics: shown });
    const action = actions.find((a) => (typeof fix === 'string' ? a.title === fix : fix.test(a.title)));
    if (action === undefined) throw new Error(`No such fix among: ${actions.map((a) => a.title).join(', ')}`);
    expect(action.diagnostics).toEqual([problem]);
    await client.apply(uri, action);
    expect(await client.diagnostics(uri)).toEqual([]);
    expect(() => JSON.parse(client.text(uri))).not.toThrow();
  });
});
