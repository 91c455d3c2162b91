/**
 * Payload validation against vscode-json-languageservice, with the same documents and the same schema in one run:
 * `node test/bench/payload.ts [children ...]`. Prints CPU milliseconds and ratios; the peer checks the schema
 * alone, this project the schema, the rules within each child and those across children. The floor is JSON.parse and
 * compiled Ajv of the same text.
 */
import { getLanguageService } from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import { PayloadDocument } from '../../core/payload/payloadDocument.ts';
import { loadSpec } from '../../core/payload/spec.ts';
import { childSchemaCheck } from '../../core/rules/compiledSchema.ts';
import { bigPayload } from '../support/bigPayload.ts';
import { sampleDay } from '../support/samplePayload.ts';

const sizes = process.argv.slice(2).map(Number);
const options = { spec: '0.9', asOf: sampleDay, maxProblems: 1000 } as const;

/** The schema as a plain JSON Schema: code sets as lists. */
function plainSchema(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (!isJsonObject(schema)) return schema;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) if (!key.startsWith('x-')) result[key] = plainSchema(value);
  const name = schema['x-codeset'];
  if (typeof name === 'string') result.enum = Object.keys(codeset(name).codes);
  return result;
}

const peer = getLanguageService({});
const schema = { ...loadSpec('0.9'), $id: undefined, $schema: undefined } as unknown as JsonObject;
delete schema.$id;
delete schema.$schema;
peer.configure({
  validate: true,
  allowComments: false,
  schemas: [{ uri: 'bench://payload', fileMatch: ['*'], schema: plainSchema(schema) as JsonObject }],
});

async function cpu(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function repeat(times: number, work: () => unknown): Promise<number> {
  const values: number[] = [];
  for (let n = 0; n < times; n++) values.push(await cpu(work));
  return median(values);
}

async function validateWithPeer(text: string): Promise<number> {
  const document = TextDocument.create('file:///bench.json', 'json', 1, text);
  const problems = await peer.doValidation(document, peer.parseJSONDocument(document));
  return problems.length;
}

function floor(text: string): void {
  const check = childSchemaCheck('0.9');
  for (const child of JSON.parse(text) as JsonValue[]) check(child);
}

/** The same edit again and again, taken back in between; half of the work is the taking back. */
async function edit(
  document: PayloadDocument,
  start: number,
  end: number,
  newText: string,
  old: string,
): Promise<number> {
  const times = 20;
  const all = await cpu(() => {
    for (let n = 0; n < times; n++) {
      document.applyEdit({ start, end, newText });
      document.finish().report();
      document.applyEdit({ start, end: start + newText.length, newText: old });
      document.finish().report();
    }
  });
  return all / times / 2;
}

function row(name: string, own: number, other: number, least?: number): void {
  const cells = [
    own.toFixed(own < 10 ? 2 : 0),
    other.toFixed(0),
    `${(other / own).toFixed(other / own < 10 ? 1 : 0)}x faster`,
  ];
  if (least !== undefined) cells.push(`floor ${least.toFixed(0)}`, `${(own / least).toFixed(1)}x the floor`);
  console.log(`  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join('')}`);
}

async function run(children: number): Promise<void> {
  const text = bigPayload(children);
  const times = children > 3000 ? 1 : 3;
  console.log(`${children} children, ${(text.length / 1e6).toFixed(1)} MB${' '.repeat(24)}own          peer`);
  const least = await repeat(times + 2, () => floor(text));
  const own = await repeat(times, () => new PayloadDocument(text, options).finish().report());
  const other = await repeat(times, () => validateWithPeer(text));
  row('first open', own, other, least);
  const first = await repeat(times, () => {
    const beginning = new PayloadDocument(text, options);
    beginning.advance(100);
    beginning.report();
  });
  row('first 100 children of it', first, other);
  const document = new PayloadDocument(text, options).finish();
  document.report();
  for (const [name, from] of [
    ['start', 0],
    ['middle', text.length / 2],
    ['end', text.length - 4000],
  ] as const) {
    const at = text.indexOf('"ethnicity"', Math.max(0, from)) + 14;
    const key = await edit(document, at, at + 1, 'X', text.slice(at, at + 1));
    const changed = `${text.slice(0, at)}X${text.slice(at + 1)}`;
    row(`keystroke at the ${name}`, key, await repeat(1, () => validateWithPeer(changed)));
  }
  const quote = text.indexOf('"WBRI"', text.length / 2);
  const broken = await edit(document, quote, quote + 1, '', '"');
  row('a quote goes', broken, await repeat(1, () => validateWithPeer(text.slice(0, quote) + text.slice(quote + 1))));
  const bracket = text.indexOf(']', text.length / 2);
  const open = await edit(document, bracket, bracket + 1, '', ']');
  row(
    'a closing bracket goes',
    open,
    await repeat(1, () => validateWithPeer(text.slice(0, bracket) + text.slice(bracket + 1))),
  );
}

// Both are warmed up on a small file, as in a server that has been running for a while.
for (let n = 0; n < 30; n++) {
  const text = bigPayload(100);
  new PayloadDocument(text, options).finish().report();
  await validateWithPeer(text);
  floor(text);
}
for (const size of sizes.length > 0 ? sizes : [100, 1000, 3000]) await run(size);
