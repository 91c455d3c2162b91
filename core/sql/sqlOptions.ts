import { defaultSpecVersion, type SpecVersion } from '../payload/spec.ts';
import type { SqlFlavour } from './dialect.ts';

/** How SQL is checked. All of it is optional. */
export interface SqlOptions {
  /** Spec version whose fields sections are checked against. */
  readonly spec?: SpecVersion;
  /** Name of the file, with or without folders: `cohort.sql` and a file named for a section need no `-- @section`. */
  readonly fileName?: string;
  /** The flavour of a text that does not say `-- @dialect` and does not show it; T-SQL when absent. */
  readonly flavour?: SqlFlavour;
  /** SQL Server's compatibility level, such as 110 for 2012. Without it nothing is said about versions. */
  readonly compatibilityLevel?: number;
}

/** The options with their defaults. */
export interface FullSqlOptions {
  readonly spec: SpecVersion;
  readonly fileName: string | null;
  readonly flavour: SqlFlavour | null;
  readonly compatibilityLevel: number | null;
}

/** Fills in the defaults. */
export function fullOptions(options: SqlOptions): FullSqlOptions {
  return {
    spec: options.spec ?? defaultSpecVersion,
    fileName: options.fileName ?? null,
    flavour: options.flavour ?? null,
    compatibilityLevel: options.compatibilityLevel ?? null,
  };
}
