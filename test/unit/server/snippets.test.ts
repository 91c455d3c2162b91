import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { propertiesOf, schemaAt } from '../../../core/payload/schemaAt.ts';
import { specVersions } from '../../../core/payload/spec.ts';
import { validatePayloadText } from '../../../core/payload/validateText.ts';
import { childSnippet, elementSnippet, valueSnippet, withoutSnippets } from '../../../server/payload/snippets.ts';

/** Every field, block and list element of the schema, with its name. */
function* places(schema: JsonObject, name: string): Iterable<[string, JsonObject]> {
  yield [name, schema];
  for (const [key, property] of propertiesOf(schema)) yield* places(property, `${name}.${key}`);
  if (isJsonObject(schema.items)) yield* places(schema.items, `${name}[]`);
}

const child = schemaAt('0.9', [])?.schema ?? {};

describe('snippets', () => {
  it.each([...places(child, 'child')])('%s is JSON once its placeholders are filled in', (_name, schema) => {
    expect(() => JSON.parse(withoutSnippets(valueSnippet(schema)))).not.toThrow();
  });

  it.each(specVersions)(
    'a whole child has the shape that spec %s asks for, with only its values to fill in',
    (spec) => {
      const schema = schemaAt(spec, [])?.schema ?? {};
      const text = `[${withoutSnippets(childSnippet(schema))}]`;
      const { problems } = validatePayloadText(text, { spec, asOf: '2026-11-22' });
      const shape = new Set(['FMT-01', 'FMT-13', 'FMT-14', 'FMT-15', 'FMT-16', 'FMT-17', 'FMT-21', 'FMT-27', 'JSN-01']);
      expect(problems.filter((problem) => shape.has(problem.code))).toEqual([]);
      expect(JSON.parse(text)).toMatchObject([
        { la_child_id: '', social_care_episodes: [{ social_care_episode_id: '' }] },
      ]);
    },
  );

  it('count their placeholders on and escape what a snippet would read as its own', () => {
    const schema: JsonObject = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string', format: 'date' }, c: { type: 'boolean' } },
    };
    expect(elementSnippet(schema)).toBe(`{\n  "a": "\${1:}",\n  "b": "\${2:YYYY-MM-DD}",\n  "c": \${3|false,true|}\n}`);
    expect(withoutSnippets(`\${1|a\\,b,c|} \${2:x\\}y} $0 \\$5`)).toBe('a,b x}y  $5');
  });
});
