import type { JsonObject } from '../../core/json.ts';
import type { Problem } from '../../core/problems.ts';
import type { SqlRow } from '../connections/connection.ts';
import { DataflowError, throwIfCancelled } from '../errors.ts';
import { buildChild } from './buildChild.ts';
import type { ChildPlan } from './childPlan.ts';
import { idText } from './columnValue.ts';
import { checkColumns, SectionRows } from './sectionRows.ts';
import { TextSet } from './textSet.ts';

/** One child of an extract, put together. `problems` are about its rows; the payload is validated elsewhere. */
export interface AssembledChild {
  readonly kind: 'child';
  /** `la_child_id`. */
  readonly personId: string;
  /** `mis_child_id`. */
  readonly legacyId: string | null;
  readonly child: JsonObject;
  readonly problems: readonly Problem[];
}

/** A child of the cohort that could not be put together. It must not count as gone. */
export interface NotAssembledChild {
  readonly kind: 'notAssembled';
  readonly personId: string;
  /** Without personal values. */
  readonly reason: string;
}

export type ExtractedChild = AssembledChild | NotAssembledChild;

/** Rows that belong to no child of the cohort, for the report. */
export interface StrayRows {
  readonly section: string;
  readonly rows: number;
  /** How many of them name no child at all. */
  readonly withoutChildId: number;
  /** Some of the ids that are not in the cohort. */
  readonly examples: readonly string[];
}

/** The queries of an extract, opened; every one orders its rows by the child's id, byte for byte. */
export interface AssembleInput {
  readonly plan: ChildPlan;
  readonly cohort: { readonly name: string; readonly rows: AsyncIterable<SqlRow> };
  /** By section name. */
  readonly sections: ReadonlyMap<string, { readonly name: string; readonly rows: AsyncIterable<SqlRow> }>;
  /** Receives what fits no child, once, at the end. */
  readonly onStrayRows: (stray: readonly StrayRows[]) => void;
}

const childIdColumn = 'la_child_id';
const maxExamples = 3;

/**
 * Reads the sections side by side and gives one child after the other, in the order of their ids. Holds the rows of
 * one child at a time. The cohort leads: a child without rows is reported, and rows without a child are counted.
 * @throws DataflowError when a query cannot run, gives unknown columns or rows out of order, or writes the id of a
 *   child of the cohort in another letter case
 */
export async function* assemble(input: AssembleInput, signal: AbortSignal): AsyncGenerator<ExtractedChild> {
  const cohort = new SectionRows(input.cohort.name, input.cohort.rows, childIdColumn);
  const streams = input.plan.sections.map((section) => {
    const source = input.sections.get(section.name);
    if (source === undefined) throw new RangeError(`No rows for section ${section.name}`);
    return { section, rows: new SectionRows(source.name, source.rows, childIdColumn), stray: new StrayCounter() };
  });
  // Ids in lower case, to notice a section that writes them differently.
  const spellings = new TextSet();
  try {
    // All queries run and show their columns before the first child goes out.
    for (const { section, rows } of streams) {
      const first = await rows.open();
      if (first !== null) checkColumns(section, input.sections.get(section.name)?.name ?? '', Object.keys(first));
    }
    await cohort.open();
    for (let personId = cohort.nextId; personId !== null; personId = cohort.nextId) {
      throwIfCancelled(signal);
      await cohort.takeRows(personId);
      spellings.add(personId.toLowerCase());
      const childRows = new Map<string, readonly SqlRow[]>();
      for (const { section, rows, stray } of streams) {
        await skipTo(personId, rows, stray);
        const taken = await rows.takeRows(personId);
        if (taken.length > 0) childRows.set(section.name, taken);
      }
      yield toExtracted(input.plan, personId, childRows);
    }
    for (const { rows, stray } of streams) await skipTo(null, rows, stray);
    const stray = [
      new StrayCounter().report('cohort', cohort.rowsWithoutChild),
      ...streams.map((s) => s.stray.report(s.section.name, s.rows.rowsWithoutChild)),
    ];
    refuseOtherSpellings(streams, spellings);
    input.onStrayRows(stray.filter((s) => s.rows > 0));
  } finally {
    await Promise.allSettled([cohort, ...streams.map((s) => s.rows)].map((rows) => rows.close()));
  }
}

function toExtracted(plan: ChildPlan, personId: string, rows: ReadonlyMap<string, readonly SqlRow[]>): ExtractedChild {
  const built = buildChild(plan, personId, rows);
  if (built.child === null) return { kind: 'notAssembled', personId, reason: built.reason };
  const legacyId = idText(rows.get('child_details')?.[0]?.mis_child_id)?.trim() ?? null;
  return { kind: 'child', personId, legacyId, child: built.child, problems: built.problems };
}

/** Passes over rows of people that the cohort does not have, up to `personId` (null: to the end). */
async function skipTo(personId: string | null, rows: SectionRows, stray: StrayCounter): Promise<void> {
  for (let id = rows.nextId; id !== null && (personId === null || id < personId); id = rows.nextId) {
    stray.add(id, (await rows.takeRows(id)).length);
  }
}

class StrayCounter {
  readonly ids: string[] = [];
  #rows = 0;

  add(id: string, rows: number): void {
    this.#rows += rows;
    this.ids.push(id);
  }

  report(section: string, withoutChildId: number): StrayRows {
    return { section, rows: this.#rows + withoutChildId, withoutChildId, examples: this.ids.slice(0, maxExamples) };
  }
}

/**
 * A database that ignores case joins `a1` to `A1`; side by side they would be two people, and the child would go out
 * without those rows. Better no extract than one that lacks rows.
 */
function refuseOtherSpellings(
  streams: readonly { readonly stray: StrayCounter; readonly section: { readonly name: string } }[],
  cohort: TextSet,
): void {
  for (const { stray, section } of streams) {
    const found = stray.ids.find((id) => cohort.has(id.toLowerCase()));
    if (found === undefined) continue;
    throw new DataflowError(
      'input',
      `The rows of ${section.name} write the id of child ${found} in another letter case than the cohort does. ` +
        `Nothing was extracted. In ${section.name}.sql, take the id from the cohort (c.person_id AS la_child_id) instead of from the table.`,
    );
  }
}
