import { isJsonObject, type JsonObject } from '../core/json.ts';
import { defaultSpecVersion, type SpecVersion, specVersions } from '../core/payload/spec.ts';
import type { Severity } from '../core/problems.ts';
import type { SqlFlavour } from '../core/sql/dialect.ts';

/** What the language server reads of the section `ssd`. Other rooms own the other settings of that section. */
export interface Settings {
  readonly validation: {
    /** Whether problems are shown at all. */
    readonly enable: boolean;
    /** Problems shown per file, 1 to 100,000; the most severe first. */
    readonly maxProblems: number;
    /** Severity by rule code, where it differs from the rule's own; `off` silences the rule. */
    readonly rules: Readonly<Record<string, Severity | 'off'>>;
    /** Day to check against, `YYYY-MM-DD`; null means today. */
    readonly asOf: string | null;
    /** Whether files that are not open are checked too, for editors that ask for that. */
    readonly workspace: boolean;
  };
  readonly payload: {
    readonly spec: SpecVersion;
    /** Glob patterns of files that are payloads whatever they hold. */
    readonly files: readonly string[];
  };
  readonly extract: {
    /** Glob patterns of files that are extracts whatever they hold. */
    readonly files: readonly string[];
    /** The dialect of extracts that do not say `-- @dialect`; `auto`: sections are portable, scripts show it. */
    readonly dialect: SqlFlavour | 'auto';
    /** SQL Server's compatibility level, 90 to 200; null when it is not known, and nothing is said about versions. */
    readonly compatibilityLevel: number | null;
  };
}

/** The built-in defaults, the same as the extension's manifest declares. */
export const defaultSettings: Settings = {
  validation: { enable: true, maxProblems: 1000, rules: {}, asOf: null, workspace: false },
  payload: { spec: defaultSpecVersion, files: ['**/*.payload.json', '**/*.ssd.json'] },
  extract: { files: ['**/extracts/**/*.sql', '**/*.extract.sql'], dialect: 'auto', compatibilityLevel: null },
};

/** Settings as read, with a sentence for each value that was not understood. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

const dialects = ['auto', 'portable', 'tsql', 'postgres', 'sqlite'] as const;
const severities: readonly (Severity | 'off')[] = ['error', 'warning', 'information', 'hint', 'off'];

/** Reads one level of settings and remembers what it could not use. */
class Reader {
  readonly #values: JsonObject;
  readonly #prefix: string;
  readonly #warnings: string[];
  readonly #known = new Set<string>();

  constructor(values: unknown, prefix: string, warnings: string[]) {
    this.#values = isJsonObject(values) ? values : {};
    this.#prefix = prefix;
    this.#warnings = warnings;
    if (values !== undefined && values !== null && !isJsonObject(values)) this.#warn('', 'a group of settings');
  }

  #warn(key: string, expected: string): void {
    const name = key === '' ? this.#prefix : `${this.#prefix}.${key}`;
    this.#warnings.push(`The setting ${name} must be ${expected}. The default is used.`);
  }

  get<T>(key: string, fallback: T, expected: string, parse: (value: unknown) => T | undefined): T {
    this.#known.add(key);
    const value = this.#values[key];
    if (value === undefined || value === null) return fallback;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    this.#warn(key, expected);
    return fallback;
  }

  warnUnknown(): void {
    for (const key of Object.keys(this.#values)) {
      if (!this.#known.has(key)) {
        this.#warnings.push(`There is no setting ${this.#prefix}.${key}. It has no effect: check its spelling.`);
      }
    }
  }
}

const boolean = (value: unknown) => (typeof value === 'boolean' ? value : undefined);

function globs(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((v) => typeof v === 'string') ? value : undefined;
}

function rules(value: unknown): Settings['validation']['rules'] | undefined {
  if (!isJsonObject(value)) return undefined;
  const result: Record<string, Severity | 'off'> = {};
  for (const [code, severity] of Object.entries(value)) {
    const known = severities.find((s) => s === severity);
    if (known === undefined) return undefined;
    result[code] = known;
  }
  return result;
}

function day(value: unknown): string | null | undefined {
  if (value === '') return null;
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const parsed = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value) ? value : undefined;
}

/**
 * Checks the value of the section `ssd` as a client sent it. Never throws: a value that cannot be used falls back to
 * its default and gives a warning. Settings of other parts of the extension are left alone.
 */
export function readSettings(section: unknown): ReadSettings {
  const warnings: string[] = [];
  const values = isJsonObject(section) ? section : {};
  const d = defaultSettings;
  const validation = new Reader(values.validation, 'ssd.validation', warnings);
  const payload = new Reader(values.payload, 'ssd.payload', warnings);
  const extract = new Reader(values.extract, 'ssd.extract', warnings);
  const settings: Settings = {
    validation: {
      enable: validation.get('enable', d.validation.enable, 'true or false', boolean),
      maxProblems: validation.get('maxProblems', d.validation.maxProblems, 'a whole number from 1 to 100,000', (v) =>
        typeof v === 'number' && Number.isInteger(v) && v >= 1 && v <= 100_000 ? v : undefined,
      ),
      rules: validation.get(
        'rules',
        d.validation.rules,
        'an object of rule codes, each with error, warning, information, hint or off',
        rules,
      ),
      asOf: validation.get('asOf', d.validation.asOf, 'a date in the form YYYY-MM-DD', day),
      workspace: validation.get('workspace', d.validation.workspace, 'true or false', boolean),
    },
    payload: {
      spec: payload.get('spec', d.payload.spec, `one of ${specVersions.join(', ')}`, (v) =>
        specVersions.find((known) => known === v),
      ),
      files: payload.get('files', d.payload.files, 'a list of file patterns', globs),
    },
    extract: {
      files: extract.get('files', d.extract.files, 'a list of file patterns', globs),
      dialect: extract.get('dialect', d.extract.dialect, `one of ${dialects.join(', ')}`, (v) =>
        dialects.find((known) => known === v),
      ),
      compatibilityLevel: extract.get(
        'compatibilityLevel',
        d.extract.compatibilityLevel,
        'a whole number from 90 to 200',
        (v) => (typeof v === 'number' && Number.isInteger(v) && v >= 90 && v <= 200 ? v : undefined),
      ),
    },
  };
  validation.warnUnknown();
  payload.warnUnknown();
  return { settings, warnings };
}
