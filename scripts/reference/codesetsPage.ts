import { type Codeset, codeset, codesetNames } from '../../core/payload/codesets.ts';
import { cell, codeCell, page, table } from './markdown.ts';

function list(title: string, codes: Readonly<Record<string, string>> | undefined): string[] {
  if (codes === undefined) return [];
  const rows = Object.entries(codes).map(([code, label]) => [codeCell(code), cell(label)]);
  return [`${title}:`, table(['Code', 'Meaning'], rows)];
}

function section(name: string, set: Codeset): string {
  const codes = Object.entries(set.codes);
  return [
    `## ${name}`,
    cell(set.description),
    ...(codes.length === 0
      ? []
      : [
          table(
            ['Code', 'Meaning'],
            codes.map(([c, label]) => [codeCell(c), cell(label)]),
          ),
        ]),
    ...list('No longer used', set.retired),
    ...list('In a census only', set.censusOnly),
    ...(set.exclusive === undefined ? [] : [`Must stand alone in a list: ${set.exclusive.map(codeCell).join(', ')}.`]),
  ].join('\n\n');
}

/** docs/reference/codesets.md: every list of codes in schemas/codesets.json. */
export function codesetsPage(): string {
  const names = [...codesetNames()].sort();
  return page('Codes', [
    'Lists of codes that the payload and the SSD use. Codes are compared with regard to case.',
    names.map((name) => `[${name}](#${name})`).join(', '),
    ...names.map((name) => section(name, codeset(name))),
  ]);
}
