import { isJsonObject } from '../../core/json.ts';
import { codeset } from '../../core/payload/codesets.ts';
import type { Section, SectionField } from '../../core/payload/sections.ts';
import { loadSpec, type SpecVersion } from '../../core/payload/spec.ts';
import { upnCheckLetter } from '../../core/rules/upnLetter.ts';
import type { SqlRow } from '../connections/connection.ts';
import { columnReader, idText } from '../extract/columnValue.ts';
import { counted, item, type PreflightItem } from './preflightItem.ts';

/** How many codes of a field, and how many ids, a message names. */
const maxNamed = 5;

/** A text that looks like a code may be shown; anything else can be a name or a note and is only counted. */
const codeLike = /^[A-Za-z0-9]{1,6}$/;

/** Counts what stands in one output column of a section. */
interface FieldTally {
  readonly field: SectionField;
  add(value: string): void;
  /** Findings as lines for the report; none when all is well. */
  report(place: string): readonly string[];
}

function text(schema: SectionField['schema'], key: string): string | undefined {
  const value = schema[key];
  return typeof value === 'string' ? value : undefined;
}

/** Ids: characters and length. Ids are not personal values and are named. */
function idTally(field: SectionField): FieldTally {
  const pattern = new RegExp(text(field.schema, 'pattern') ?? '');
  const longest = typeof field.schema.maxLength === 'number' ? field.schema.maxLength : Number.POSITIVE_INFINITY;
  const wrong = new Set<string>();
  let tooLong = 0;
  let badCharacters = 0;
  return {
    field,
    add: (value) => {
      if (value.length > longest) tooLong++;
      else if (!pattern.test(value)) badCharacters++;
      else return;
      if (wrong.size < maxNamed) wrong.add(value);
    },
    report: (place) => {
      const examples = wrong.size === 0 ? '' : ` Such as ${[...wrong].map((id) => `“${id}”`).join(', ')}.`;
      return [
        ...(tooLong > 0 ? [`${place}: ${counted(tooLong, 'id')} longer than ${longest} characters.${examples}`] : []),
        ...(badCharacters > 0
          ? [
              `${place}: ${counted(badCharacters, 'id')} with other characters than letters, digits, “-” and “_”.${examples}`,
            ]
          : []),
      ];
    },
  };
}

/** Codes that the DfE's list does not have, as counts by code. */
function codeTally(field: SectionField, setName: string): FieldTally {
  const { codes, retired } = codeset(setName);
  const unknown = new Map<string, number>();
  let longTexts = 0;
  return {
    field,
    add: (value) => {
      if (Object.hasOwn(codes, value)) return;
      if (!codeLike.test(value) && !(retired !== undefined && Object.hasOwn(retired, value))) longTexts++;
      else unknown.set(value, (unknown.get(value) ?? 0) + 1);
    },
    report: (place) => {
      const byCount = [...unknown].sort((a, b) => b[1] - a[1]);
      const shown = byCount.slice(0, maxNamed).map(([code, count]) => {
        const now = retired?.[code];
        return `“${code}” ${counted(count, 'time')}${now === undefined ? '' : ` (no longer used${now === '' ? '' : `: ${now}`})`}`;
      });
      if (byCount.length > maxNamed) shown.push(`${byCount.length - maxNamed} more codes`);
      if (longTexts > 0) shown.push(`${counted(longTexts, 'longer text')} in place of a code`);
      return shown.length === 0 ? [] : [`${place}: ${shown.join(', ')}.`];
    },
  };
}

/** Unique pupil numbers: form and check letter, as counts alone. */
function upnTally(field: SectionField): FieldTally {
  const sent = new RegExp(text(field.schema, 'pattern') ?? '');
  const census = new RegExp(text(field.schema, 'x-censusPattern') ?? text(field.schema, 'pattern') ?? '');
  const counts = { malformed: 0, irregular: 0, letter: 0 };
  return {
    field,
    add: (value) => {
      if (!sent.test(value)) counts.malformed++;
      else if (!census.test(value)) counts.irregular++;
      else if (upnCheckLetter(value) !== value.charAt(0) && !/[A-Z]$/.test(value)) counts.letter++;
    },
    report: (place) => [
      ...(counts.malformed > 0
        ? [`${place}: ${counted(counts.malformed, 'number')} not of 13 letters and digits.`]
        : []),
      ...(counts.irregular > 0 ? [`${place}: ${counted(counts.irregular, 'number')} not in the form of a UPN.`] : []),
      ...(counts.letter > 0 ? [`${place}: ${counted(counts.letter, 'number')} with a wrong check letter.`] : []),
    ],
  };
}

function tallyFor(field: SectionField): FieldTally | undefined {
  const { items } = field.schema;
  const set = text(field.schema, 'x-codeset') ?? (isJsonObject(items) ? text(items, 'x-codeset') : undefined);
  if (set !== undefined) return codeTally(field, set);
  if (/_pupil_number$/.test(field.name)) return upnTally(field);
  if (/_id$/.test(field.name) && field.schema.pattern !== undefined) return idTally(field);
  return undefined;
}

function childIdField(spec: SpecVersion): SectionField {
  const { items } = loadSpec(spec);
  const properties = isJsonObject(items) && isJsonObject(items.properties) ? items.properties : {};
  const schema = properties.la_child_id;
  return { name: 'la_child_id', schema: isJsonObject(schema) ? schema : {}, required: true };
}

/** Counts the values of one section while its rows go by, and keeps none of them. */
export class SectionValues {
  readonly #section: Section;
  readonly #tallies: readonly FieldTally[];
  #rows = 0;
  longestPersonId = 0;
  longestLegacyId = 0;

  constructor(section: Section, spec: SpecVersion) {
    this.#section = section;
    // The child's id stands in every section; it is enough to look at it once.
    const ids = section.name === 'child_details' ? [childIdField(spec)] : [];
    this.#tallies = [...ids, ...section.fields].flatMap((field) => tallyFor(field) ?? []);
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: SqlRow): void {
    this.#rows++;
    this.longestPersonId = Math.max(this.longestPersonId, idText(row.la_child_id)?.length ?? 0);
    this.longestLegacyId = Math.max(this.longestLegacyId, idText(row.mis_child_id)?.length ?? 0);
    for (const tally of this.#tallies) {
      const result = columnReader(tally.field)(row[tally.field.name]);
      if (!('value' in result)) continue;
      for (const value of Array.isArray(result.value) ? result.value : [result.value]) {
        if (typeof value === 'string') tally.add(value);
      }
    }
  }

  /** One line: all well, or what an analyst has to look at. */
  report(): PreflightItem {
    const id = `values-${this.#section.name}`;
    const name = `Values of ${this.#section.name}`;
    const details = this.#tallies.flatMap((tally) => tally.report(tally.field.name));
    if (details.length === 0)
      return item(id, name, 'pass', `${counted(this.#rows, 'row')}; ids, codes and numbers are in order.`);
    return item(
      id,
      name,
      'warn',
      `${counted(this.#rows, 'row')}; some values would be refused or reported. Correct them in the case management system, or translate them in ${this.#section.name}.sql.`,
      details,
    );
  }
}
