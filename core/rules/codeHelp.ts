import { distance } from 'fastest-levenshtein';
import { type Codeset, codeset } from '../payload/codesets.ts';
import type { JsonPath, ProblemFix } from '../problems.ts';

/** What a value that is not in its code set probably means. */
export interface CodeGuess {
  /**
   * - `case`: a code in other letter case or with space around it
   * - `retired`: a code that was valid once, or that a census has
   * - `spelling`: a code with its description, leading zeros, or its label instead of the code
   * - `near`: codes that look alike
   * - `none`: nothing alike
   */
  readonly kind: 'case' | 'retired' | 'spelling' | 'near' | 'none';
  /** Best first; empty for `none`. */
  readonly codes: readonly string[];
  /** For a retired code: what became of it. */
  readonly note?: string;
}

/** Letters and digits in lower case, for comparing labels as people type them. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `"RC8 - closed after assessment"` or `"RC8: ..."` starts with its code. */
function leadingCode(text: string, known: (code: string) => boolean): string | undefined {
  const token = /^\s*([A-Za-z0-9]+)(?=[^A-Za-z0-9]|$)/.exec(text)?.[1]?.toUpperCase();
  if (token !== undefined && known(token)) return token;
  const last = /[([]\s*([A-Za-z0-9]+)\s*[)\]]\s*$/.exec(text)?.[1]?.toUpperCase();
  return last !== undefined && known(last) ? last : undefined;
}

function byLabel(text: string, codes: Readonly<Record<string, string>>): string | undefined {
  const wanted = plain(text);
  if (wanted.length < 3) return undefined;
  const matches = Object.keys(codes).filter((code) => {
    const label = codes[code] ?? '';
    return plain(label) === wanted || plain(label.replace(/\(.*\)|[:,].*/g, '')) === wanted;
  });
  return matches.length === 1 ? matches[0] : undefined;
}

/** The codes that a note on a retired code names, or the one whose label it begins with. */
function successors(note: string, set: Codeset): string[] {
  const named = (note.match(/[A-Z0-9]{2,}/g) ?? []).filter((word) => Object.hasOwn(set.codes, word));
  const same = byLabel(note.replace(/ \(.*/, ''), set.codes);
  return [...new Set(same === undefined ? named : [same, ...named])];
}

function nearest(text: string, codes: readonly string[]): string[] {
  const wanted = text.trim().toUpperCase();
  const limit = wanted.length <= 2 ? 1 : 2;
  return codes
    .map((code) => ({ code, far: distance(wanted, code), prefix: wanted.startsWith(code) || code.startsWith(wanted) }))
    .filter(({ far, prefix }) => wanted.length > 0 && wanted.length <= 12 && (far <= limit || prefix))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ code }) => code);
}

/** What somebody who wrote `value` in a field of that code set may have meant. Numbers are taken as their digits. */
export function guessCode(codesetName: string, value: string | number): CodeGuess {
  const set = codeset(codesetName);
  const known = (code: string): boolean => Object.hasOwn(set.codes, code);
  const text = String(value).trim();
  const upper = text.toUpperCase();
  if (known(upper)) return { kind: 'case', codes: [upper] };
  if (text.toLowerCase() !== text && known(text.toLowerCase())) return { kind: 'case', codes: [text.toLowerCase()] };
  const note = set.retired?.[upper] ?? set.censusOnly?.[upper];
  if (note !== undefined) return { kind: 'retired', codes: successors(note, set), note };
  const withoutZeros = upper.replace(/^([A-Z]*)0+(?=\d)/, '$1');
  const spelled =
    leadingCode(text, known) ?? (known(withoutZeros) ? withoutZeros : undefined) ?? byLabel(text, set.codes);
  if (spelled !== undefined) return { kind: 'spelling', codes: [spelled] };
  const near = nearest(text, Object.keys(set.codes));
  return near.length > 0 ? { kind: 'near', codes: near } : { kind: 'none', codes: [] };
}

/** `RC8 (Closed after assessment, no further action)`. */
export function codeWithLabel(codesetName: string, code: string): string {
  const label = codeset(codesetName).codes[code];
  return label === undefined ? code : `${code} (${label})`;
}

function allowedCodes(codesetName: string): string {
  const codes = Object.keys(codeset(codesetName).codes);
  return codes.length <= 12
    ? `Allowed: ${codes.map((code) => codeWithLabel(codesetName, code)).join(', ')}.`
    : `${codes.length} codes are allowed, from ${codes[0]} to ${codes.at(-1)}.`;
}

/**
 * The value as a message may show it: a number, one or two characters, or a code with a digit, in quotes. Other text is
 * not repeated, since a shifted column could put a name there.
 */
export function shownCode(value: string | number): string {
  const text = String(value);
  return text.length <= 2 || (/\d/.test(text) && /^[\w .-]{1,12}$/.test(text)) ? `"${text}"` : 'This text';
}

/** The sentences that say what an unknown code may have meant and what is allowed. */
export function codeAdvice(codesetName: string, guess: CodeGuess): string {
  if (guess.kind === 'retired') {
    return `It is a former or census code: ${guess.note}.${guess.codes.length > 0 ? '' : ` ${allowedCodes(codesetName)}`}`;
  }
  if (guess.kind === 'none') return allowedCodes(codesetName);
  const choices = guess.codes.map((code) => codeWithLabel(codesetName, code)).join(' or ');
  return `Did you mean ${choices}?`;
}

/** Fixes that put the guessed codes in place, best first. */
export function codeFixes(path: JsonPath, guess: CodeGuess, codesetName: string): ProblemFix[] {
  return guess.codes.map((code) => ({
    kind: 'replace',
    title: `Change to ${codeWithLabel(codesetName, code)}`,
    path,
    value: code,
    safe: guess.kind === 'case',
  }));
}
