import data from '../../schemas/sql-functions.json' with { type: 'json' };
import type { SqlDialect } from './dialect.ts';
import { editDistance } from './nearest.ts';

/** A function as schemas/sql-functions.json describes it. */
export interface SqlFunction {
  /** Upper case. */
  readonly name: string;
  readonly signature: string;
  readonly text: string;
  /** The dialects that have it; null for all. */
  readonly only: readonly SqlDialect[] | null;
  /** The lowest SQL Server compatibility level that has it; null for every level. */
  readonly level: number | null;
}

interface RawFunction {
  readonly signature: string;
  readonly text: string;
  readonly only?: readonly string[];
  readonly level?: number;
}

const dialects: readonly SqlDialect[] = ['tsql', 'postgres', 'sqlite'];
const raw: Readonly<Record<string, RawFunction>> = data.functions;

const functions = new Map<string, SqlFunction>(
  Object.entries(raw).map(([name, { signature, text, only, level }]) => [
    name,
    {
      name,
      signature,
      text,
      only: only === undefined ? null : dialects.filter((d) => only.includes(d)),
      level: level ?? null,
    },
  ]),
);

/** The function of that name (any case); undefined when the data does not know it. */
export function sqlFunction(name: string): SqlFunction | undefined {
  return functions.get(name.toUpperCase());
}

// EXISTS is no function, but looks like one when it is misspelt.
const names = [...functions.keys(), ...data.others, 'EXISTS'];
const knownNames = new Set(names);

/** The function whose name is one slip away from an unknown name; undefined for known names and for names of their own. */
export function misspeltFunction(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (upper.length < 5 || knownNames.has(upper)) return undefined;
  const close = names.filter((known) => editDistance(upper, known, 1) === 1);
  return close.length === 1 ? close[0] : undefined;
}

/** All functions that the data describes, in the order of their names. */
export function sqlFunctions(): Iterable<SqlFunction> {
  return functions.values();
}
