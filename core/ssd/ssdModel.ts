import data from '../../schemas/ssd-model.json' with { type: 'json' };

/** A column of an SSD table, as schemas/ssd-model.json describes it. */
export interface SsdModelColumn {
  readonly table: string;
  readonly name: string;
  /** Type as the database has it, lower case, such as `nvarchar(48)`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly description: string;
  readonly codeset: string | null;
  readonly foreignKey: { readonly table: string; readonly column: string } | null;
  readonly itemRef: string | null;
  readonly isKey: boolean;
}

/** A table of the Standard Safeguarding Dataset. */
export interface SsdModelTable {
  readonly name: string;
  readonly description: string;
  readonly primaryKey: readonly string[];
  readonly usedByPayload: boolean;
  /** By lower-case name, in the order of the model. */
  readonly columns: ReadonlyMap<string, SsdModelColumn>;
  /** Columns that only some case management systems have, by lower-case name: the systems. */
  readonly variantColumns: ReadonlyMap<string, readonly string[]>;
  /** Columns that some systems do not have, by lower-case name: the systems. */
  readonly missingIn: ReadonlyMap<string, readonly string[]>;
  /** Names of older SSD versions, lower case, and what they are called now. */
  readonly formerColumns: ReadonlyMap<string, string>;
}

interface RawColumn {
  readonly type: string;
  readonly nullable: boolean;
  readonly description: string;
  readonly codeset?: string;
  readonly foreignKey?: string;
  readonly itemRef?: string;
}

interface RawVariant {
  readonly [fact: string]: unknown;
  readonly missingColumns?: readonly string[];
  readonly extraColumns?: readonly { readonly name: string }[];
}

interface RawTable {
  readonly description: string;
  readonly primaryKey: readonly string[];
  readonly usedByPayload: boolean;
  readonly columns: Readonly<Record<string, RawColumn>>;
  readonly variants?: Readonly<Record<string, RawVariant>>;
  readonly formerColumns?: Readonly<Record<string, string>>;
}

const raw: Readonly<Record<string, RawTable>> = data.tables;

function columnOf(table: string, name: string, column: RawColumn, keys: readonly string[]): SsdModelColumn {
  const [keyTable, keyColumn] = column.foreignKey?.split('.') ?? [];
  return {
    table,
    name,
    type: column.type,
    nullable: column.nullable,
    description: column.description,
    codeset: column.codeset ?? null,
    foreignKey: keyTable !== undefined && keyColumn !== undefined ? { table: keyTable, column: keyColumn } : null,
    itemRef: column.itemRef ?? null,
    isKey: keys.includes(name),
  };
}

function tableOf(name: string, table: RawTable): SsdModelTable {
  const columns = new Map<string, SsdModelColumn>();
  for (const [column, rawColumn] of Object.entries(table.columns)) {
    columns.set(column.toLowerCase(), columnOf(name, column, rawColumn, table.primaryKey));
  }
  const variantColumns = new Map<string, string[]>();
  const missingIn = new Map<string, string[]>();
  const note = (map: Map<string, string[]>, column: string, system: string) => {
    const key = column.toLowerCase();
    map.set(key, [...(map.get(key) ?? []), system]);
  };
  for (const [system, variant] of Object.entries(table.variants ?? {})) {
    for (const column of variant.extraColumns ?? []) note(variantColumns, column.name, system);
    for (const column of variant.missingColumns ?? []) note(missingIn, column, system);
  }
  const { description, primaryKey, usedByPayload } = table;
  const formerColumns = new Map(
    Object.entries(table.formerColumns ?? {}).map(([old, now]) => [old.toLowerCase(), now]),
  );
  return { name, description, primaryKey, usedByPayload, columns, variantColumns, missingIn, formerColumns };
}

const tables = new Map(Object.entries(raw).map(([name, table]) => [name.toLowerCase(), tableOf(name, table)]));

/** All tables of the SSD by lower-case name, in the order of the model. */
export function ssdTables(): ReadonlyMap<string, SsdModelTable> {
  return tables;
}

/**
 * The key that a column's values belong to, following foreign keys to their end: `ssd_person.pers_person_id` for every
 * person id. Null for a column that is no key.
 */
export function keySpaceOf(column: SsdModelColumn): string | null {
  let current = column;
  for (let step = 0; step < 8 && current.foreignKey !== null; step++) {
    const next = tables.get(current.foreignKey.table)?.columns.get(current.foreignKey.column);
    if (next === undefined || next === current) return `${current.foreignKey.table}.${current.foreignKey.column}`;
    current = next;
  }
  return current.foreignKey === null && (current.isKey || current !== column)
    ? `${current.table}.${current.name}`
    : null;
}
