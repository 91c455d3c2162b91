import { manyChildren } from './samplePayload.ts';

/** A stream of numbers from 0 to 1 that is the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const children = manyChildren(4);

const bases = [
  JSON.stringify(children.slice(0, 2)),
  JSON.stringify(children.slice(2), null, 2),
  JSON.stringify({ la_code: '845', Children: children.slice(2) }),
  JSON.stringify(children[3]),
];

const pieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\n',
  '\r',
  '\t',
  '//',
  '/*',
  '*/',
  '0',
  '-',
  '1e999',
  'null',
  'true',
].concat([
  '\ufeff',
  '\ud800',
  '\udc00',
  '\ufffd',
  '\u0000',
  "''",
  '0x',
  '{"la_child_id":"N"}',
  '"purge":true,',
  '[[[[[[[[',
  ']]]]]]]]',
  '\\u12',
]);

/** A payload's text with one to four random changes: pieces put in, stretches cut out, doubled or swapped, the end cut off. */
export function mutatedText(random: () => number): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  let text = pick(bases) ?? '';
  for (let change = Math.floor(random() * 4); change >= 0; change--) {
    const at = Math.floor(random() * (text.length + 1));
    const end = Math.min(text.length, at + Math.floor(random() ** 4 * 400));
    switch (Math.floor(random() * 5)) {
      case 0:
        text = text.slice(0, at) + (pick(pieces) ?? '') + text.slice(at);
        break;
      case 1:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 2:
        text = text.slice(0, end) + text.slice(at);
        break;
      case 3:
        text = text.slice(0, at) + (pick(pieces) ?? '') + text.slice(at + 1);
        break;
      default:
        text = random() < 0.9 ? text : text.slice(0, at);
    }
  }
  return text;
}
