import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Day, formatDay } from '../../core/rules/days.ts';
import type { ChildContext } from '../generate/context.ts';
import { childContext } from '../generate/context.ts';
import { Random } from '../random.ts';
import { RowWriter } from '../rowWriter.ts';
import type { CellValue } from '../schema.ts';

/** What a day's work did to a child's payload. */
export type ChangeKind = 'new' | 'changed' | 'added' | 'removed' | 'left' | 'returned';

/** One thing that happened. Ids only. */
export interface SandboxEvent {
  readonly kind: ChangeKind;
  readonly personId: string;
  /** In words without personal values, such as "moved home". */
  readonly what: string;
}

/** One day in the life of a sandbox database: the means to read and change it, and a note of what happened. */
export class WorkingDay {
  readonly today: Day;
  /** `YYYY-MM-DD` of today. */
  readonly date: string;
  readonly random: Random;
  readonly writer: RowWriter;
  readonly events: SandboxEvent[] = [];
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #seed: number;
  readonly #staff: number;

  constructor(database: DatabaseSync, today: Day, seed: number, staff: number) {
    this.#database = database;
    this.#seed = seed;
    this.#staff = staff;
    this.today = today;
    this.date = formatDay(today);
    this.random = new Random(seed, today);
    this.writer = new RowWriter(database);
  }

  /** The context in which a story step adds rows to a child today; `save` writes them. */
  child(number: number): ChildContext {
    return childContext({ seed: this.#seed, number, asOf: this.today, staff: this.#staff, since: this.today });
  }

  save(child: ChildContext): void {
    this.writer.writeChild(child.rows);
  }

  all(sql: string, ...values: CellValue[]): Record<string, CellValue>[] {
    return this.#statement(sql).all(...values) as Record<string, CellValue>[];
  }

  one(sql: string, ...values: CellValue[]): Record<string, CellValue> | undefined {
    return this.#statement(sql).get(...values) as Record<string, CellValue> | undefined;
  }

  /** Runs a change. @returns how many rows it touched */
  run(sql: string, ...values: CellValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  note(kind: ChangeKind, personId: string, what: string): void {
    this.events.push({ kind, personId, what });
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
