import data from '../../schemas/ssd-model.json' with { type: 'json' };

/** A column of the Standard Safeguarding Dataset, as schemas/ssd-model.json describes it. */
export interface SsdColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
}

interface RawTable {
  readonly columns: Readonly<Record<string, { readonly type: string; readonly description?: string }>>;
}

const tables: Readonly<Record<string, RawTable>> = data.tables;

/** The column that a payload field's `x-source` names (`table.column`); undefined when the model does not have it. */
export function ssdColumn(source: string): SsdColumn | undefined {
  const [table, name] = source.split('.');
  if (table === undefined || name === undefined) return undefined;
  const raw = tables[table]?.columns[name];
  return raw === undefined ? undefined : { table, name, type: raw.type, description: raw.description };
}
