import data from '../../schemas/codesets.json' with { type: 'json' };

/** A list of codes as schemas/codesets.json holds it. */
export interface Codeset {
  readonly description: string;
  /** Code to label, in the published order. */
  readonly codes: Readonly<Record<string, string>>;
  /** Codes that were valid once, with what replaced them. */
  readonly retired?: Readonly<Record<string, string>>;
  /** First day (`YYYY-MM-DD`) on which a retired code no longer stands; an element that ended before may keep it. */
  readonly retiredFrom?: Readonly<Record<string, string>>;
  /** Values that a census has and the payload does not, with what they mean there. */
  readonly censusOnly?: Readonly<Record<string, string>>;
  /** Codes that must stand alone in a list. */
  readonly exclusive?: readonly string[];
}

const codesets: Readonly<Record<string, Codeset>> = data;

/** The code set of that name. Throws when the data has none, which is a fault of the data files. */
export function codeset(name: string): Codeset {
  const found = codesets[name];
  if (found === undefined) throw new RangeError(`No code set "${name}" in schemas/codesets.json`);
  return found;
}

export function codesetNames(): readonly string[] {
  return Object.keys(codesets);
}
