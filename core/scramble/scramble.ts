import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { type Codeset, codeset } from '../payload/codesets.ts';
import { propertiesOf } from '../payload/schemaAt.ts';
import { loadSpec, type SpecVersion } from '../payload/spec.ts';
import { formatDay, parseDay } from '../rules/days.ts';
import { type FieldKind, fieldKind } from './fieldKind.ts';
import { Draw, inventId, inventName, inventPostcode, inventText, inventUpn, type KeyedHash } from './invent.ts';

/** Longest shift of a child's dates, in days. Always backwards, so that nothing comes to lie in the future. */
const longestShift = 360;

/** Replaces everything that could tell who a child is, keeping the shape of the record. */
export interface Scrambler {
  /**
   * A child of the same shape with invented values:
   * - ids, UPNs, names and postcodes are replaced; equal values of one field get equal replacements, so records still
   *   belong together, also over several files scrambled under one key
   * - all dates of a child move back by the same number of days, so their order and distances stay
   * - codes that describe the child (`child_details`) are exchanged for other valid ones; codes that describe what
   *   services did (referral source, placement type, ...) stay, as the rules hang on them and they name nobody
   * - numbers are drawn anew; flags stay; a property that the spec does not know gets an invented name and value
   */
  scramble(child: JsonObject): JsonObject;
}

/** Creates a scrambler. Forget the key afterwards: with it ids could be traced by trying candidates. */
export function createScrambler(options: { readonly spec: SpecVersion; readonly keyedHash: KeyedHash }): Scrambler {
  const schema = loadSpec(options.spec).items;
  if (!isJsonObject(schema)) throw new TypeError(`The payload schema ${options.spec} has no items`);
  return { scramble: (child) => new ChildScrambler(options.keyedHash, child).object(child, schema, false) };
}

/** Every date of a child, as days. */
function datesIn(value: JsonValue, into: Set<number>): Set<number> {
  if (typeof value === 'string') {
    const day = parseDay(value);
    if (day !== undefined) into.add(day);
  } else if (Array.isArray(value)) for (const item of value) datesIn(item, into);
  else if (isJsonObject(value)) for (const item of Object.values(value)) datesIn(item, into);
  return into;
}

class ChildScrambler {
  readonly #hash: KeyedHash;
  readonly #id: string;
  readonly #shift: number;

  constructor(hash: KeyedHash, child: JsonObject) {
    this.#hash = hash;
    this.#id = JSON.stringify(child.la_child_id ?? null);
    this.#shift = this.#chooseShift(child);
  }

  /** A shift under which no date of the child becomes another date of the child, so that none is seen again. */
  #chooseShift(child: JsonObject): number {
    const days = datesIn(child, new Set());
    const first = new Draw(this.#hash, ['shift', this.#id]).below(longestShift);
    for (let n = 0; n < longestShift; n += 1) {
      const shift = ((first + n) % longestShift) + 1;
      if (![...days].some((day) => days.has(day - shift))) return shift;
    }
    // A child with dates in every distance up to a year: beyond the longest distance nothing can meet.
    const sorted = [...days].sort((a, b) => a - b);
    return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) + 1 + first;
  }

  #draw(...about: string[]): Draw {
    return new Draw(this.#hash, about);
  }

  object(value: JsonObject, schema: JsonObject | undefined, personal: boolean): JsonObject {
    const known = new Map(schema === undefined ? [] : propertiesOf(schema));
    const result: JsonObject = {};
    let unknown = 0;
    for (const [name, inner] of Object.entries(value)) {
      const place = known.get(name);
      // The name of an unknown property may itself be something personal.
      if (place === undefined) unknown += 1;
      const key = place === undefined ? `unknown_${unknown}` : name;
      result[key] = this.#value(inner, name, place, personal || name === 'child_details');
    }
    return result;
  }

  #value(value: JsonValue, name: string, schema: JsonObject | undefined, personal: boolean): JsonValue {
    if (value === null || typeof value === 'boolean') return value;
    if (isJsonObject(value)) return this.object(value, schema, personal);
    if (Array.isArray(value)) {
      const items = isJsonObject(schema?.items) ? schema.items : undefined;
      return value.map((item) => this.#value(item, name, items, personal));
    }
    const kind = fieldKind(name, schema);
    if (typeof value === 'number') return this.#number(value, name, schema);
    return this.#text(value, name, kind, schema, personal);
  }

  #number(value: number, name: string, schema: JsonObject | undefined): number {
    const low = typeof schema?.minimum === 'number' ? schema.minimum : 0;
    const high = typeof schema?.maximum === 'number' ? schema.maximum : low + 40;
    const drawn = low + this.#draw('number', name, this.#id, String(value)).below(Math.max(2, high - low + 1));
    return drawn === value ? (drawn === low ? high : low) : drawn;
  }

  #text(text: string, name: string, kind: FieldKind, schema: JsonObject | undefined, personal: boolean): string {
    // Blank stays blank: it says nothing, and is a mistake worth keeping in a test file.
    if (text.trim() === '') return '';
    const draw = this.#draw(kind, kind === 'name' || kind === 'postcode' ? '' : name, text);
    switch (kind) {
      case 'id':
        return inventId(draw, name);
      case 'upn':
        return inventUpn(draw);
      case 'postcode':
        return inventPostcode(draw);
      case 'name':
        return inventName(draw);
      case 'date':
        return this.#date(text, draw);
      case 'code':
        return this.#code(text, schema, personal);
      default:
        return parseDay(text) === undefined ? inventText(draw, text.length) : this.#date(text, draw);
    }
  }

  #date(text: string, draw: Draw): string {
    const day = parseDay(text);
    // A text that is no date could say anything; it becomes another text that is no date.
    return day === undefined ? `not-a-date-${draw.below(1000)}` : formatDay(day - this.#shift);
  }

  #code(text: string, schema: JsonObject | undefined, personal: boolean): string {
    const set = codeset(String(schema?.['x-codeset']));
    const exclusive = set.exclusive ?? [];
    if (Object.hasOwn(set.codes, text) && (!personal || exclusive.includes(text))) return text;
    const codes = this.#permuted(set, String(schema?.['x-codeset']));
    const at = Object.keys(set.codes)
      .filter((code) => !exclusive.includes(code))
      .indexOf(text);
    // A code that is not in the list becomes one that is: what stood there could be anything.
    return codes[Math.max(at, 0)] ?? text;
  }

  /** The codes in an order of the child's own, so that different codes stay different. */
  #permuted(set: Codeset, name: string): string[] {
    const codes = Object.keys(set.codes).filter((code) => set.exclusive?.includes(code) !== true);
    const draw = this.#draw('codes', name, this.#id);
    for (let last = codes.length - 1; last > 0; last -= 1) {
      const other = draw.below(last + 1);
      const [a, b] = [codes[last] ?? '', codes[other] ?? ''];
      codes[last] = b;
      codes[other] = a;
    }
    return codes;
  }
}
