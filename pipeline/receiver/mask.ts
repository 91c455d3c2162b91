import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { payloadWords } from './payloadWords.ts';

/** What stands in a message where a personal value was. */
export const removed = '[removed]';

const longestMessage = 500;

/** Undoes the disguises in which a value may come back: escapes, entities, percent signs, odd spaces, full-width letters. */
function unwrap(text: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  let result = text.slice(0, 20_000);
  // Twice, because answers are sometimes escaped in an already escaped text.
  for (let round = 0; round < 2; round += 1) {
    result = result
      .replace(/\\+u\{?([0-9a-fA-F]{4})\}?/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/\\+x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/&#x([0-9a-fA-F]{1,6});/g, (_, hex: string) => fromCodePoint(Number.parseInt(hex, 16)))
      .replace(/&#(\d{1,7});/g, (_, digits: string) => fromCodePoint(Number(digits)))
      .replace(/&([a-z]{2,5});/g, (whole, name: string) => entities[name] ?? whole)
      .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => decodePercent(run));
  }
  return result
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, (mark) => (/\p{Mn}/u.test(mark) ? mark : ''))
    .replace(/[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\\+(["'/])/g, '$1');
}

function fromCodePoint(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
}

function decodePercent(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

/** Letters and digits only, without case and accents: how two spellings of one value are compared. */
function skeleton(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** A text's skeleton with, for each of its characters, the place of its origin in the text. */
function skeletonWithPlaces(text: string): { readonly bones: string; readonly places: readonly number[] } {
  let bones = '';
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    const bone = skeleton(character);
    bones += bone;
    for (let i = 0; i < bone.length; i += 1) places.push(at);
    at += character.length;
  }
  return { bones, places };
}

interface KnownValues {
  readonly personal: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

function gather(value: JsonValue, field: string, personal: Set<string>, ids: Set<string>): void {
  const words = payloadWords();
  if (typeof value === 'string') {
    if (words.ids.has(field)) ids.add(value.toUpperCase());
    // A field that the spec does not know may hold anything, so it counts as personal.
    else if (words.personal.has(field) || !words.fields.has(field)) {
      personal.add(skeleton(value));
      for (const part of value.split(/[^\p{L}\p{M}\p{N}]+/u)) {
        if (/\p{L}/u.test(part)) personal.add(skeleton(part));
      }
    }
  } else if (Array.isArray(value)) for (const item of value) gather(item, field, personal, ids);
  else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) gather(inner, key, personal, ids);
  }
}

/** Cuts out every known value, however it is spelt, where it stands as words of its own. */
function cutKnown(text: string, personal: ReadonlySet<string>): string {
  const { bones, places } = skeletonWithPlaces(text);
  const wordCharacter = /[\p{L}\p{M}\p{N}_]/u;
  const cuts: { start: number; end: number }[] = [];
  for (const value of personal) {
    if (value.length < 2) continue;
    for (let from = bones.indexOf(value); from >= 0; from = bones.indexOf(value, from + 1)) {
      const start = places[from];
      const last = places[from + value.length - 1];
      if (start === undefined || last === undefined) continue;
      let end = last + 1;
      while (end < text.length && /[\p{M}\uDC00-\uDFFF]/u.test(text.charAt(end))) end += 1;
      const before = start === 0 ? '' : text.charAt(start - 1);
      const after = text.charAt(end);
      if (!wordCharacter.test(before) && !wordCharacter.test(after)) cuts.push({ start, end });
    }
  }
  cuts.sort((a, b) => a.start - b.start || b.end - a.end);
  let result = '';
  let done = 0;
  for (const { start, end } of cuts) {
    if (end <= done) continue;
    if (start >= done) result += text.slice(done, start) + removed;
    done = end;
  }
  return result + text.slice(done);
}

const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
const patterns: readonly RegExp[] = [
  /\bbearer\s+\S+/gi,
  /[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"']+/g,
  // Dates in every usual order, with or without a time.
  /\b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?/g,
  /\b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})\b/g,
  /\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b/g,
  new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?[\\s-]+(?:of\\s+)?${month}\\.?[\\s,-]+\\d{2,4}\\b`, 'gi'),
  new RegExp(`\\b${month}\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}\\b`, 'gi'),
  // Unique pupil number, National Insurance number, postcode; spaces and hyphens between the parts allowed.
  /\b[A-Z](?:[\s-]?\d){11}[\s-]?[0-9A-Z]\b/gi,
  /\b[A-Z]{2}(?:[\s-]?\d{2}){3}[\s-]?[A-D]\b/gi,
  /\b[A-Z]{1,2}[\s-]?\d[A-Z\d]?[\s-]{0,2}\d[\s-]?[A-Z]{2}\b/gi,
];

/** Ten digits in a row or grouped (NHS numbers, telephones), and long mixed runs (tokens, encoded values). */
const unlessId: readonly RegExp[] = [
  /\b\d(?:[\s-]?\d){9,}\b/g,
  /(?<![\w.])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}/g,
];

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a quoted text is vocabulary of the payload or an id, and so may stay. */
function isHarmless(quoted: string, ids: ReadonlySet<string>): boolean {
  const text = quoted.trim();
  const { fields, codes } = payloadWords();
  if (text === '' || text === removed || ids.has(text.toUpperCase()) || codes.has(text.toUpperCase())) return true;
  const names = text.split(/[.[\]/$\s'"]+/).filter((part) => part !== '' && !/^\d{1,4}$/.test(part));
  return (
    names.length > 0 &&
    names.every(
      (name) =>
        fields.has(name) || /^(children|string|boolean|array|object|null|date|integer|number|true|false)$/i.test(name),
    )
  );
}

/**
 * The service's words without personal values: every value of the batch's children that is not an id or a code
 * (whatever its case, spacing, accents or escaping), everything in quotation marks that is not vocabulary of the
 * payload, and whatever looks like a date, UPN, postcode, e-mail, NHS or National Insurance number, or token.
 * @param children the children of the batch, whose values the service may have quoted
 * @returns at most 500 characters
 */
export function maskPersonal(text: string, children: Iterable<JsonObject>): string {
  const personal = new Set<string>();
  const ids = new Set<string>();
  for (const child of children) gather(child, '', personal, ids);
  const known: KnownValues = { personal, ids };
  let result = cutKnown(unwrap(text), known.personal);
  for (const pattern of patterns)
    result = result.replace(pattern, (hit) => (known.ids.has(hit.toUpperCase()) ? hit : removed));
  for (const pattern of unlessId) {
    result = result.replace(pattern, (hit) => (known.ids.has(hit.toUpperCase()) || uuid.test(hit) ? hit : removed));
  }
  result = result
    .replace(/(["“”`])([^"“”`]{0,300})["“”`]/g, (whole, mark: string, inner: string) =>
      isHarmless(inner, known.ids) ? whole : `${mark}${removed}${mark}`,
    )
    .replace(/(?<![\p{L}\p{N}])['‘’]([^'‘’]{1,300})['‘’](?![\p{L}\p{N}])/gu, (whole, inner: string) =>
      isHarmless(inner, known.ids) ? whole : `'${removed}'`,
    )
    .replace(/\s+/g, ' ')
    .trim();
  return result.length > longestMessage ? `${result.slice(0, longestMessage - 1)}…` : result;
}
