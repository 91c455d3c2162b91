import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { distance } from 'fastest-levenshtein';
import { findNodeAtLocation, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import configSchema from '../../schemas/config.json' with { type: 'json' };
import connectionSchema from '../../schemas/connection.json' with { type: 'json' };
import { DataflowError } from '../errors.ts';

export const configFileName = 'ssd.config.json';

const ajv = new Ajv({
  allErrors: false,
  strict: false,
  validateFormats: false,
  schemas: { 'connection.json': connectionSchema },
  // The schema of a fault comes along, whose description says what is wanted.
  verbose: true,
});
const validate = ajv.compile(configSchema);

/** Keys that people paste into the file although they are secrets; they get their own message. */
const secretKeys = /secret|supplier_?key|password|pwd|token$/i;

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

/** Where a value stands, by its path: the keys and, as text, the indexes of a JSON pointer. */
function placeOf(text: string, path: readonly string[]): string {
  let node = parseTree(text);
  for (const step of path) {
    if (!node) break;
    node = findNodeAtLocation(node, [node.type === 'array' ? Number(step) : step]);
  }
  return node ? lineAndColumn(text, node.offset) : 'line 1';
}

/** The setting that a misspelt one looks like: of a connection inside `connections`, else of the file. */
function nearestSetting(name: string, schemaPath: string): string | null {
  const schema = schemaPath.includes('connection') ? connectionSchema : configSchema;
  const near = Object.keys(schema.properties).map((known) => ({
    known,
    steps: distance(known.toLowerCase(), name.toLowerCase()),
  }));
  near.sort((a, b) => a.steps - b.steps);
  const best = near[0];
  return best !== undefined && best.steps <= 2 ? best.known : null;
}

function remedy(error: ErrorObject): string {
  const parameters: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(parameters.additionalProperty);
      if (secretKeys.test(name)) {
        return `“${name}” is a secret and does not belong in this file. Remove it, and keep it in the environment, in .env or in VS Code's secret storage.`;
      }
      const known = nearestSetting(name, error.schemaPath);
      const next = known === null ? 'Check the spelling or remove it.' : `Did you mean “${known}”?`;
      return `“${name}” is not a setting. ${next}`;
    }
    case 'enum':
      return `it must be one of ${(Array.isArray(parameters.allowedValues) ? parameters.allowedValues : []).join(', ')}.`;
    case 'pattern':
      return `it does not have the right form.${descriptionOf(error)}`;
    default:
      return `it ${error.message ?? 'is not valid'}.${descriptionOf(error)}`;
  }
}

/** What the schema says about the setting, which tells better than a regular expression what is wanted. */
function descriptionOf(error: ErrorObject): string {
  const schema: unknown = error.parentSchema;
  const text =
    typeof schema === 'object' && schema !== null && 'description' in schema ? schema.description : undefined;
  return typeof text === 'string' ? ` ${text}` : '';
}

/**
 * Reads and validates `ssd.config.json`. Comments are allowed, as in VS Code's own settings.
 * @returns null when the file does not exist
 * @throws DataflowError `configuration` that names file, line, setting and remedy
 */
export async function readConfigFile(file: string): Promise<JsonObject | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw new DataflowError('configuration', `${file} could not be read. Check that you may open it.`, { cause });
  }
  return parseConfig(file, text.replace(/^\uFEFF/, ''));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Plain words for the parser's own codes, such as "CommaExpected". */
function syntaxFault(error: ParseError | undefined): string {
  const name = error ? printParseErrorCode(error.error) : 'InvalidSymbol';
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.endsWith(' expected') ? `a ${words.replace(/ expected$/, ' is expected')}` : words;
}

function parseConfig(file: string, text: string): JsonObject {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first || !root) {
    const what = text.trim() === '' ? 'the file is empty' : syntaxFault(first);
    throw new DataflowError(
      'configuration',
      `${file}, ${lineAndColumn(text, first?.offset ?? 0)}: this is not valid JSON (${what}). Correct it and try again.`,
    );
  }
  const value = toValue(root);
  if (!validate(value)) {
    const error = validate.errors?.[0];
    if (error) {
      const path = error.instancePath
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
      const own = error.keyword === 'additionalProperties' ? [...path, String(error.params.additionalProperty)] : path;
      const name = path.length > 0 ? `“${path.join('.')}”: ` : '';
      throw new DataflowError('configuration', `${file}, ${placeOf(text, own)}: ${name}${remedy(error)}`);
    }
  }
  if (!isJsonObject(value)) throw new DataflowError('configuration', `${file}: the file must hold one JSON object.`);
  return value;
}

type Tree = NonNullable<ReturnType<typeof parseTree>>;

function toValue(node: Tree): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type === 'object') {
    const result: JsonObject = {};
    for (const property of node.children ?? []) {
      const [key, value] = property.children ?? [];
      if (key && value && typeof key.value === 'string') result[key.value] = toValue(value);
    }
    return result;
  }
  const value: unknown = node.value;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
