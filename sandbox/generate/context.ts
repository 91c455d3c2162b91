import { codeset } from '../../core/payload/codesets.ts';
import { addYears, type Day, yearEndOnOrBefore } from '../../core/rules/days.ts';
import { cohortStart } from '../calendar.ts';
import { Random } from '../random.ts';
import { ChildRows } from './childRows.ts';
import { inventPostcode } from './names.ts';

/** What the steps of one child's story share. */
export interface ChildContext {
  readonly random: Random;
  /** Number of the child in the sandbox, from 1. */
  readonly number: number;
  readonly personId: string;
  readonly asOf: Day;
  /** First day of the cohort window. */
  readonly windowStart: Day;
  /** Last day of the latest whole collection year. */
  readonly yearEnd: Day;
  /** How many workers the sandbox has; their numbers run from 1. */
  readonly staff: number;
  readonly rows: ChildRows;
  /** A new id for this child: the prefix, the child's number and a running number. */
  readonly nextId: (prefix: string) => string;
  readonly postcode: () => string;
}

/** Who a child is and when; `since` tells apart the ids that are given on a later day. */
export interface ChildFacts {
  readonly seed: number;
  /** From 1. */
  readonly number: number;
  readonly asOf: Day;
  /** How many workers the sandbox has. */
  readonly staff: number;
  /** Day of a later change; absent when the child is first invented. */
  readonly since?: Day;
}

/** The context of one child. The same facts give the same random numbers and ids. */
export function childContext({ seed, number, asOf, staff, since }: ChildFacts): ChildContext {
  const random = new Random(seed, number, since ?? 0);
  const text = since === undefined ? String(number).padStart(7, '0') : `${String(number).padStart(7, '0')}-${since}`;
  let serial = 0;
  return {
    random,
    number,
    personId: personIdOf(number),
    asOf,
    windowStart: cohortStart(asOf),
    yearEnd: yearEndOnOrBefore(asOf),
    staff,
    rows: new ChildRows(),
    nextId: (prefix) => `${prefix}${text}-${++serial}`,
    postcode: () => inventPostcode((count) => random.int(0, count - 1)),
  };
}

/** Person id of a child by number: letters and digits of one width, so that number order is id order. */
export function personIdOf(number: number): string {
  return `CH${String(number).padStart(7, '0')}`;
}

/** The number in a person id. */
export function personNumberOf(personId: string): number {
  return Number(personId.slice(2));
}

const allowed = new Map<string, readonly string[]>();

/** The codes of a code set, without those named. */
export function codesOf(name: string, ...without: readonly string[]): readonly string[] {
  const key = [name, ...without].join(' ');
  const known = allowed.get(key);
  if (known !== undefined) return known;
  const codes = Object.keys(codeset(name).codes).filter((code) => !without.includes(code));
  allowed.set(key, codes);
  return codes;
}

/** A birth date so that somebody is between two ages (full years, both included) on a day. */
export function bornForAge(random: Random, day: Day, youngest: number, oldest: number): Day {
  return random.int(addYears(day, -oldest - 1) + 1, addYears(day, -youngest));
}
