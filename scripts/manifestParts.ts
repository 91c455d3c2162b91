import connectionSchema from '../schemas/connection.json' with { type: 'json' };

/** Kinds and keys of a profile that only the sandbox itself uses. */
const sandboxOnly: ReadonlySet<string> = new Set(['sandbox', 'file']);

/** The schema of one connection as settings editors take it: without what only the sandbox uses. */
function connectionItems(): object {
  const properties: Record<string, object> = {};
  for (const [name, schema] of Object.entries(connectionSchema.properties)) {
    if (sandboxOnly.has(name)) continue;
    const values = 'enum' in schema ? { enum: schema.enum.filter((value) => !sandboxOnly.has(value)) } : {};
    properties[name] = { ...schema, ...values };
  }
  return { type: 'object', required: connectionSchema.required, additionalProperties: false, properties };
}

interface Manifest {
  contributes: { configuration: { properties: Record<string, { items?: object }> }[] };
}

/** The text of package.json with its generated parts renewed and everything else as it was. */
export function withGeneratedParts(text: string): string {
  const manifest = JSON.parse(text) as Manifest;
  for (const { properties } of manifest.contributes.configuration) {
    const connections = properties['ssd.connections'];
    if (connections) connections.items = connectionItems();
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
