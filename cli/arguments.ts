import { InvalidArgumentError } from 'commander';
import { type SpecVersion, specVersions } from '../core/payload/spec.ts';
import type { StagingTable } from '../pipeline/staging/stagingStore.ts';

/** Argument parsers for commander: each returns the value or throws InvalidArgumentError with the remedy. */
export function parseSpec(value: string): SpecVersion {
  const found = specVersions.find((version) => version === value);
  if (!found) throw new InvalidArgumentError(`Use one of ${specVersions.join(', ')}.`);
  return found;
}

export function parseDate(value: string): string {
  const date = new Date(`${value}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(value)) {
    throw new InvalidArgumentError('Use a real date in the form YYYY-MM-DD.');
  }
  return value;
}

/** A whole number from `minimum` up, as a commander argument parser. */
export function parseCount(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < minimum || number > maximum) {
      const upTo = maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
      throw new InvalidArgumentError(`Use a whole number from ${minimum}${upTo}.`);
    }
    return number;
  };
}

export function parseTable(value: string): StagingTable {
  if (value !== 'live' && value !== 'anon') throw new InvalidArgumentError('Use live or anon.');
  return value;
}
