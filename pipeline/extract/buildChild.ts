import type { JsonArray, JsonObject, JsonValue } from '../../core/json.ts';
import type { Section } from '../../core/payload/sections.ts';
import type { Problem } from '../../core/problems.ts';
import { toProblem } from '../../core/rules/finding.ts';
import type { SqlRow, SqlValue } from '../connections/connection.ts';
import type { BlockPlan, ChildPlan } from './childPlan.ts';
import { idText } from './columnValue.ts';

/** The rows of one child by section name. A section without rows is absent. */
export type ChildRows = ReadonlyMap<string, readonly SqlRow[]>;

/** What became of one child's rows. Every row is in the child, in a problem, or in the reason why there is no child. */
export type BuiltChild =
  | { readonly child: JsonObject; readonly problems: readonly Problem[] }
  | { readonly child: null; readonly reason: string };

/** Raised inside to give up on one child; never leaves this file. */
class NotAssembled extends Error {}

/**
 * Puts one child together from its rows.
 * @param personId the child's id as the cohort gives it
 */
export function buildChild(plan: ChildPlan, personId: string, rows: ChildRows): BuiltChild {
  const builder = new ChildBuilder(plan, rows);
  try {
    return { child: builder.build(personId), problems: builder.problems };
  } catch (error) {
    if (error instanceof NotAssembled) return { child: null, reason: error.message };
    throw error;
  }
}

class ChildBuilder {
  readonly problems: Problem[] = [];
  readonly #plan: ChildPlan;
  readonly #rows: ChildRows;
  /** Rows of nested sections by section name and then parent id. */
  readonly #nested = new Map<string, Map<string, SqlRow[]>>();
  /** Ids of the elements built so far, by their id field, to find rows whose parent is not there. */
  readonly #builtIds = new Map<string, Set<string>>();

  constructor(plan: ChildPlan, rows: ChildRows) {
    this.#plan = plan;
    this.#rows = rows;
    for (const section of plan.sections) {
      const parent = section.parentIds[1];
      const all = rows.get(section.name);
      if (parent === undefined || all === undefined) continue;
      const byParent = new Map<string, SqlRow[]>();
      const spelling = this.#spellingOf(parent);
      for (const row of all) {
        const id = spelling(idText(row[parent]) ?? '');
        const group = byParent.get(id);
        if (group === undefined) byParent.set(id, [row]);
        else group.push(row);
      }
      this.#nested.set(section.name, byParent);
    }
  }

  /**
   * Writes a parent's id as the parent itself does. Databases that ignore case hold one id in two spellings (a GUID in
   * capitals here and not there), and the element would be lost. Ids that differ in nothing but case stay apart.
   */
  #spellingOf(idField: string): (id: string) => string {
    const owner = this.#plan.sections.find((section) => section.idField === idField);
    const ids = new Set((this.#rows.get(owner?.name ?? '') ?? []).map((row) => idText(row[idField]) ?? ''));
    const byFolded = Map.groupBy(ids, (id) => id.toLowerCase());
    return (id) => {
      const alike = ids.has(id) ? [] : (byFolded.get(id.toLowerCase()) ?? []);
      return alike.length === 1 ? (alike[0] ?? id) : id;
    };
  }

  build(personId: string): JsonObject {
    const details = this.#plan.sections.find((section) => section.path.length === 1 && section.shape === 'object');
    const row = details === undefined ? undefined : this.#only(details, this.#rows.get(details.name) ?? []);
    if (details === undefined || row === undefined) {
      throw new NotAssembled(`There is no row of ${details?.name ?? 'the child'} for a child of the cohort.`);
    }
    const child = this.#block(this.#plan.root, { ...row, la_child_id: personId }, null);
    this.#reportOrphans();
    return child;
  }

  /**
   * @param row columns of the block itself
   * @param parentId id of the element that nested sections belong to; null on the child itself
   */
  #block(plan: BlockPlan, row: SqlRow, parentId: string | null): JsonObject {
    const block: JsonObject = {};
    for (const member of plan.members) {
      if (member.kind === 'purge') block.purge = false;
      else if (member.kind === 'column') {
        const result = member.read(row[member.name]);
        if ('unreadable' in result) {
          const id = plan.idField === null ? '' : ` of ${idText(row[plan.idField]) ?? 'an element without id'}`;
          throw new NotAssembled(`The column ${member.name}${id} ${result.unreadable}.`);
        }
        if (result.value !== undefined) block[member.name] = result.value;
      } else {
        const value =
          member.kind === 'wrapper'
            ? this.#wrapper(member.plan, parentId)
            : this.#section(member.section, member.plan, parentId, row);
        if (value !== undefined) block[member.name] = value;
      }
    }
    return block;
  }

  #wrapper(plan: BlockPlan, parentId: string | null): JsonObject | undefined {
    const block = this.#block(plan, {}, parentId);
    return Object.keys(block).some((key) => key !== 'purge') ? block : undefined;
  }

  #section(section: Section, plan: BlockPlan, parentId: string | null, owner: SqlRow): JsonValue | undefined {
    const rows = this.#rowsOf(section, parentId);
    if (section.shape === 'values') return this.#codes(section, rows, owner);
    if (section.shape === 'list') {
      const list = this.#list(section, plan, rows);
      return list.length > 0 ? list : undefined;
    }
    const row = this.#only(section, rows);
    return row === undefined ? undefined : this.#block(plan, row, parentId);
  }

  #rowsOf(section: Section, parentId: string | null): readonly SqlRow[] {
    if (section.parentIds.length === 1) return this.#rows.get(section.name) ?? [];
    return parentId === null ? [] : (this.#nested.get(section.name)?.get(parentId) ?? []);
  }

  #codes(section: Section, rows: readonly SqlRow[], owner: SqlRow): JsonArray | undefined {
    const column = section.fields[0]?.name ?? section.name;
    const codes = new Set<string>();
    for (const row of rows) {
      const code = idText(row[column])?.trim();
      if (code !== undefined && code !== '') codes.add(code);
    }
    if (codes.size > 0) return [...codes].sort();
    // No row means that none is recorded, which the census has a code for (CHD-09); an unborn child has none (CHD-12).
    const none = this.#plan.noneCodes.get(section.name);
    const unborn = isBlank(owner.date_of_birth) && !isBlank(owner.expected_date_of_birth);
    return none === undefined || unborn ? undefined : [none];
  }

  #list(section: Section, plan: BlockPlan, rows: readonly SqlRow[]): JsonArray {
    const elements = new Map<string, JsonObject>();
    for (const row of rows) {
      if (!hasValue(section, row)) continue;
      const id = plan.idField === null ? null : idText(row[plan.idField]);
      const element = this.#block(plan, row, id);
      if (plan.idField !== null && id !== null) this.#remember(plan.idField, id);
      // All elements of a list have their properties in the same order, so equal text means equal element.
      const text = JSON.stringify(element);
      if (elements.has(text)) this.#reportTwin(section, id);
      else elements.set(text, element);
    }
    const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, element]) => element);
  }

  /** The one row of a single block. Rows that say the same count once; others cannot be chosen from. */
  #only(section: Section, rows: readonly SqlRow[]): SqlRow | undefined {
    const filled = rows.filter((row) => hasValue(section, row));
    if (filled.length < 2) return filled[0];
    const distinct = new Set(filled.map((row) => JSON.stringify(section.fields.map((field) => `${row[field.name]}`))));
    if (distinct.size > 1) {
      const parent = section.parentIds[1];
      const where = parent === undefined ? '' : ` in ${parent} ${idText(filled[0]?.[parent]) ?? ''}`;
      throw new NotAssembled(`There are ${distinct.size} different rows of ${section.name}${where}; there may be one.`);
    }
    this.#reportTwin(section, null);
    return filled[0];
  }

  #remember(idField: string, id: string): void {
    const ids = this.#builtIds.get(idField);
    if (ids === undefined) this.#builtIds.set(idField, new Set([id]));
    else ids.add(id);
  }

  #reportTwin(section: Section, id: string | null): void {
    this.#report('EXT-02', 'default', { label: section.label, id: id ?? '', section: section.name });
  }

  #reportOrphans(): void {
    for (const section of this.#plan.sections) {
      const parent = section.parentIds[1];
      if (parent === undefined) continue;
      for (const [parentId, rows] of this.#nested.get(section.name) ?? []) {
        if (this.#builtIds.get(parent)?.has(parentId)) continue;
        const ids = rows.map((row) => (section.idField === null ? null : idText(row[section.idField])));
        const id = ids.filter((text) => text !== null).join(', ');
        const variant = parentId === '' ? 'noParent' : 'default';
        this.#report('EXT-01', variant, { label: section.label, id, parent, parentId });
      }
    }
  }

  #report(code: string, variant: string, values: Readonly<Record<string, string>>): void {
    const problem = toProblem({ code, variant, path: [], at: 'opening', values }, {});
    // A block has no id, which leaves a gap in the sentence.
    if (problem !== undefined) this.problems.push({ ...problem, message: problem.message.replace(/ {2,}/g, ' ') });
  }
}

/** Whether a row says anything besides where it belongs. */
function hasValue(section: Section, row: SqlRow): boolean {
  return section.fields.some(({ name }) => !isBlank(row[name]));
}

function isBlank(value: SqlValue | undefined): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}
