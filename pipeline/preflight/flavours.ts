import model from '../../schemas/ssd-model.json' with { type: 'json' };

const modelTables: Readonly<Record<string, { readonly columns: unknown; readonly variants?: object }>> = model.tables;

/** Flavours of the SSD by their key in the model, as people call them after their case management system. */
const flavourNames: Readonly<Record<string, string>> = { eclipse: 'Eclipse', mosaic: 'Mosaic' };

/**
 * The flavours of the SSD in which a table or column is known to differ from the model.
 * @param column null for the whole table
 */
export function flavoursWith(difference: 'missing' | 'type', table: string, column: string | null): readonly string[] {
  return Object.entries(flavourNames).flatMap(([key, name]) => {
    const variants = modelTables[table]?.variants;
    const flavour: unknown = variants === undefined ? undefined : Reflect.get(variants, key);
    return typeof flavour === 'object' && flavour !== null && isKnown(flavour, difference, column) ? [name] : [];
  });
}

function isKnown(flavour: object, difference: 'missing' | 'type', column: string | null): boolean {
  if (column === null) return Reflect.get(flavour, 'tablePresent') === false;
  if (difference === 'missing') {
    const missing: unknown = Reflect.get(flavour, 'missingColumns');
    return Array.isArray(missing) && missing.includes(column);
  }
  const changed: unknown = Reflect.get(flavour, 'changedTypes');
  return typeof changed === 'object' && changed !== null && Object.hasOwn(changed, column);
}

/** " (as in the Eclipse flavour of the SSD)"; empty when no flavour is known for it. */
export function flavourNote(difference: 'missing' | 'type', table: string, column: string | null): string {
  const flavours = flavoursWith(difference, table, column);
  return flavours.length === 0 ? '' : ` (as in the ${flavours.join(' and ')} flavour of the SSD)`;
}
