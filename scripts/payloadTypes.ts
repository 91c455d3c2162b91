import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';
import { codeset } from '../core/payload/codesets.ts';
import { defaultSpecVersion, loadSpec } from '../core/payload/spec.ts';

/** Where the generated types go, from the root of the repository. */
export const payloadTypesPath = 'core/payload/types.generated.ts';

const kept = ['title', 'description', 'type', 'properties', 'required', 'items', 'additionalProperties'];

/** The schema without annotations and limits that types cannot say, and with code sets as unions. */
function plain(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const result: JsonObject = {};
  for (const key of kept) {
    const value = schema[key];
    if (value === undefined) continue;
    if (key === 'properties' && isJsonObject(value)) {
      result[key] = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
    } else result[key] = key === 'items' ? plain(value) : value;
  }
  const name = schema['x-codeset'];
  if (typeof name === 'string') {
    delete result.type;
    result.enum = Object.keys(codeset(name).codes);
  }
  return result;
}

/** TypeScript types of a child as the newest spec has it. */
export async function payloadTypes(): Promise<string> {
  const child = plain(loadSpec(defaultSpecVersion).items ?? null);
  if (!isJsonObject(child)) throw new TypeError('The payload schema has no items');
  return compile(child as JSONSchema, 'Child', {
    bannerComment: `/** Types of a payload, generated from schemas/payload by \`npm run generate:payload\`. Do not edit. */`,
    format: false,
    additionalProperties: false,
  });
}
