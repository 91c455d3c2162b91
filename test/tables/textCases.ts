import { manyChildren, validChildren } from '../support/samplePayload.ts';

/** A payload text and the rules that it breaks, with the text that each problem marks, in the order of the text. */
export interface TextCase {
  readonly name: string;
  readonly text: string;
  readonly codes: readonly string[];
  /** What the problems mark; `null` where the exact text does not matter. */
  readonly marks: readonly (string | null)[];
}

const [first, second] = validChildren().map((child) => JSON.stringify(child));
const one = first ?? '';
const two = second ?? '';
const pretty = JSON.stringify(validChildren(), null, 2);

/** Payloads that something is wrong with as text or as a file. */
export const textCases: readonly TextCase[] = [
  { name: 'an empty file', text: '', codes: ['JSN-01'], marks: [''] },
  { name: 'white space only', text: ' \n ', codes: ['JSN-01'], marks: [null] },
  { name: 'an empty array', text: '[]', codes: ['FMT-02'], marks: ['['] },
  {
    name: 'more children than one request takes',
    text: JSON.stringify(manyChildren(101)),
    codes: ['FMT-02'],
    marks: ['['],
  },
  { name: 'JSON of another kind', text: '"payload"', codes: ['FMT-01'], marks: ['"'] },
  { name: 'one child without an array', text: one, codes: ['FMT-01'], marks: ['{'] },
  { name: 'a wrapper', text: `{"la_code":"845","Children":[${one}]}`, codes: ['FMT-01'], marks: ['{'] },
  {
    name: 'a wrapper with an unknown authority',
    text: `{"la_code":"1234","Children":[${one}]}`,
    codes: ['FMT-01', 'FMT-25'],
    marks: ['{', '"1234"'],
  },
  {
    name: 'a broken wrapper',
    text: `{"la_code":"845" "Children":[${one}]}`,
    codes: ['FMT-01', 'JSN-01'],
    marks: ['{', '"'],
  },
  { name: 'an element that is no child', text: `[${one},5]`, codes: ['FMT-01'], marks: ['5'] },
  {
    name: 'a child twice',
    text: `[${one},${two},${one.replaceAll(/"(AS|S4|CP|CN|PL|EP)-/g, '"N$1-').replace(/"unique_pupil_number":"\w+"/, '"unique_pupil_number":"L801000178301"')}]`,
    codes: ['FMT-08', 'FMT-08'],
    marks: ['"LA200145"', '"LA200145"'],
  },
  {
    name: 'a UPN twice',
    text: `[${one},${one.replaceAll(/"(AS|S4|CP|CN|PL|EP)-/g, '"N$1-').replace('LA200145', 'LA200146')}]`,
    codes: ['UPN-08', 'UPN-08'],
    marks: [null, null],
  },
  {
    name: 'a plan under two children',
    text: `[${one},${two.replace('PL-1410', 'PL-2201')}]`,
    codes: ['FMT-10', 'FMT-10'],
    marks: ['"PL-2201"', '"PL-2201"'],
  },
  {
    name: 'an episode under two children',
    text: `[${one},${two.replace('EP-28760', 'EP-31001')}]`,
    codes: ['FMT-09', 'FMT-09'],
    marks: ['"EP-31001"', '"EP-31001"'],
  },
  {
    name: 'a name twice in one object',
    text: `[${one.replace('"sex":"F"', '"sex":"M","sex":"F"')}]`,
    codes: ['FMT-22'],
    marks: ['"sex"'],
  },
  { name: 'a byte order mark', text: `\ufeff[${one}]`, codes: ['FMT-26'], marks: ['\ufeff'] },
  {
    name: 'a comment',
    text: `[${one.replace('"sex"', '/* checked */"sex"')}]`,
    codes: ['JSN-02'],
    marks: ['/* checked */'],
  },
  { name: 'a comment at the top', text: `// made by hand\n[${one}]`, codes: ['JSN-02'], marks: ['// made by hand'] },
  { name: 'a trailing comma in a list', text: `[${one.replace('"LD"]', '"LD",]')}]`, codes: ['JSN-03'], marks: [','] },
  { name: 'a trailing comma after the last child', text: `[${one},]`, codes: ['JSN-03'], marks: [','] },
  { name: 'a missing comma between children', text: `[${one} ${two}]`, codes: ['JSN-01'], marks: ['{'] },
  { name: 'two commas between children', text: `[${one},,${two}]`, codes: ['JSN-01'], marks: [','] },
  {
    name: 'a missing comma between properties',
    text: `[${one.replace('"F",', '"F" ')},${two}]`,
    codes: ['JSN-01'],
    marks: ['"'],
  },
  { name: 'a string that is not closed', text: pretty.replace('"F",', '"F,'), codes: ['JSN-01'], marks: ['"F,'] },
  {
    name: 'a string that is not closed, in one line',
    text: `[${one.replace('"F",', '"F,')},${two}]`,
    codes: ['JSN-01'],
    marks: [null],
  },
  {
    name: 'a missing closing bracket',
    text: `[${one.replace('"LD"]', '"LD"')},${two}]`,
    codes: ['JSN-01'],
    marks: [null],
  },
  {
    name: 'a missing closing brace at the end of a child',
    text: `[${one.slice(0, -1)},${two}]`,
    codes: ['JSN-01'],
    marks: [null],
  },
  {
    name: 'a closing brace too many inside a child',
    text: `[${one.replace('"purge":false,', '"purge":false},')},${two}]`,
    codes: ['JSN-01'],
    marks: [','],
  },
  { name: 'a closing brace too many after a child', text: `[${one}},${two}]`, codes: ['JSN-01'], marks: ['}'] },
  {
    name: 'a closing bracket too many inside a child',
    text: `[${one.replace('"LD"]', '"LD"]]')},${two}]`,
    codes: ['JSN-01'],
    marks: [']'],
  },
  { name: 'a closing bracket too many between children', text: `[${one}],${two}]`, codes: ['JSN-01'], marks: [']'] },
  {
    name: 'an opening bracket too many',
    text: `[${one.replace('["BEH"', '[["BEH"')},${two}]`,
    codes: ['JSN-01'],
    marks: [null],
  },
  { name: 'an array that is not closed', text: `[${one},${two}`, codes: ['JSN-01'], marks: ['}'] },
  { name: 'text after the end', text: `[${one}] done`, codes: ['JSN-01'], marks: ['done'] },
  {
    name: 'a Python word',
    text: `[${one.replace('"uasc_flag":false', '"uasc_flag":False')},${two}]`,
    codes: ['JSN-01'],
    marks: ['False'],
  },
  { name: 'a name without quotes', text: `[${one.replace('"sex"', 'sex')},${two}]`, codes: ['JSN-01'], marks: ['sex'] },
  { name: 'single quotes', text: `[${one.replace('"F"', "'F'")},${two}]`, codes: ['JSN-01'], marks: ["'F'"] },
  {
    name: 'a raw tab in a string',
    text: `[${one.replace('Juniper', 'Juni\tper')},${two}]`,
    codes: ['JSN-01'],
    marks: ['\t'],
  },
  {
    name: 'a lone backslash',
    text: `[${one.replace('Juniper', 'Juni\\per')},${two}]`,
    codes: ['JSN-01'],
    marks: ['\\'],
  },
  { name: 'Windows line ends', text: pretty.replaceAll('\n', '\r\n'), codes: [], marks: [] },
  { name: '100,000 nested brackets', text: '['.repeat(100_000), codes: ['JSN-04', 'JSN-01'], marks: ['[', '['] },
  {
    name: '100,000 nested brackets in a child',
    text: `[${one.replace('"F"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)},${two}]`,
    codes: ['JSN-04'],
    marks: ['['],
  },
];
