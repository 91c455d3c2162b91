import { isJsonObject } from '../json.ts';
import { codeset } from '../payload/codesets.ts';
import { codeAdvice, codeFixes, guessCode, shownCode } from './codeHelp.ts';
import { parseDay } from './days.ts';
import type { Finding } from './finding.ts';
import { blankFinding, replaceFix, type SchemaPlace } from './schemaPlace.ts';

/** Rules that name a field's own code list; other lists are FMT-27. Ethnicity stays with FMT-27, CHD-08 is for its absence. */
const codeRules: Readonly<Record<string, string>> = {
  sex: 'CHD-05',
  referral_source: 'EPI-03',
  closure_reason: 'EPI-06',
  start_reason: 'PLC-02',
  placement_type: 'PLC-03',
  end_reason: 'PLC-04',
  change_reason: 'PLC-05',
  activity: 'CLV-11',
  accommodation: 'CLV-11',
};

/** The rule that an unknown code of a field breaks. */
export function codeRule(field: string): string {
  return codeRules[field] ?? 'FMT-27';
}

/** A retired code stands in an element that ended before the code was withdrawn. */
function wasValidThen({ value, parent }: SchemaPlace, name: string): boolean {
  const until = typeof value === 'string' ? codeset(name).retiredFrom?.[value] : undefined;
  const end = isJsonObject(parent) && typeof parent.end_date === 'string' ? parseDay(parent.end_date) : undefined;
  const limit = until === undefined ? undefined : parseDay(until);
  return end !== undefined && limit !== undefined && end < limit;
}

function otherForm(place: SchemaPlace, name: string, value: string): Finding {
  const { path, field } = place;
  const guess = guessCode(name, value);
  const padded = value.trim() !== value;
  return {
    code: padded ? 'FMT-19' : 'FMT-20',
    ...(padded ? { variant: 'padded' } : {}),
    path,
    values: { field, code: guess.codes[0] ?? '' },
    fixes: codeFixes(path, guess, name),
  };
}

/** A value that is not in the code set of its field: which rule it breaks, what it may mean and what is allowed. */
export function unknownCode(place: SchemaPlace, name: string, value: string | number): Finding | undefined {
  const { path, field } = place;
  if (wasValidThen(place, name)) return undefined;
  if (typeof value === 'string' && value.trim() === '') return blankFinding(place);
  const guess = guessCode(name, value);
  if (guess.kind === 'case' && typeof value === 'string') return otherForm(place, name, value);
  const values = { field, value: shownCode(value), advice: codeAdvice(name, guess) };
  if (typeof value === 'number') {
    const fixes =
      guess.kind === 'case'
        ? [replaceFix(path, `Quote it: "${value}"`, String(value), true)]
        : codeFixes(path, guess, name);
    return { code: codeRule(field), variant: 'type', path, values, fixes };
  }
  const fixes = codeFixes(path, guess, name);
  if (guess.kind === 'retired' && field === 'factors') return { code: 'ASM-08', path, values, fixes };
  const longest = Math.max(...Object.keys(codeset(name).codes).map((code) => code.length));
  // Words where a code belongs are more than an unknown code: the API refuses them by their length alone.
  if (guess.kind !== 'spelling' && value.length > longest && /\s/.test(value.trim())) {
    return { code: 'FMT-24', variant: 'words', path, values: { ...values, limit: longest }, fixes };
  }
  return { code: codeRule(field), variant: 'unknown', path, values, fixes };
}
