import { isJsonObject, type JsonObject } from '../../core/json.ts';
import packageJson from '../../package.json' with { type: 'json' };
import texts from '../../package.nls.json' with { type: 'json' };
import { pilotNames } from '../../pipeline/config/pilotNames.ts';
import configSchema from '../../schemas/config.json' with { type: 'json' };
import connectionSchema from '../../schemas/connection.json' with { type: 'json' };
import { cell, codeCell, page, table } from './markdown.ts';

const words: Readonly<Record<string, string>> = texts;

/** A text of the manifest: `%key%` stands for an entry of package.nls.json. */
export function manifestText(value: unknown): string {
  if (typeof value !== 'string') return '';
  return value.startsWith('%') && value.endsWith('%') ? (words[value.slice(1, -1)] ?? value) : value;
}

/** Settings of the manifest's descriptions link to each other as `#ssd.x#`; a page shows their names. */
function prose(text: string): string {
  return cell(text.replaceAll(/`#(.+?)#`/g, '`$1`'));
}

function takes(schema: JsonObject): string {
  const { minimum, maximum } = schema;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => codeCell(String(value))).join(', ');
  const type = typeof schema.type === 'string' ? schema.type : 'object';
  const range =
    typeof minimum === 'number' ? ` from ${minimum}${typeof maximum === 'number' ? ` to ${maximum}` : ''}` : '';
  return `${type}${range}`;
}

function defaultOf(schema: JsonObject): string {
  return schema.default === undefined || schema.default === '' ? '' : codeCell(JSON.stringify(schema.default));
}

const restricted: ReadonlySet<string> = new Set(packageJson.capabilities.untrustedWorkspaces.restrictedConfigurations);

function editorSettings(): string[] {
  return packageJson.contributes.configuration.flatMap(({ title, properties }) => [
    `### ${manifestText(title)}`,
    table(
      ['Setting', 'Takes', 'Default', 'Scope', 'What it does'],
      Object.entries(properties).map(([name, schema]: [string, unknown]) => {
        const known = isJsonObject(schema) ? schema : {};
        const scope = typeof known.scope === 'string' ? known.scope : 'window';
        return [
          codeCell(name),
          takes(known),
          defaultOf(known),
          restricted.has(name) ? `${scope}, not in an untrusted workspace` : scope,
          prose(manifestText(known.markdownDescription ?? known.description)),
        ];
      }),
    ),
  ]);
}

function schemaRows(schema: unknown, path = ''): string[][] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return [];
  return Object.entries(schema.properties).flatMap(([name, property]) => {
    if (!isJsonObject(property)) return [];
    const here = path === '' ? name : `${path}.${name}`;
    const row = [codeCell(here), takes(property), defaultOf(property), prose(String(property.description ?? ''))];
    return [row, ...schemaRows(property, here)];
  });
}

/** docs/reference/settings.md: VS Code settings, ssd.config.json, connection profiles and environment names. */
export function settingsPage(): string {
  const head = ['Key', 'Takes', 'Default', 'What it does'];
  return page('Settings', [
    'Later wins: defaults, `ssd.config.json`, `.env`, the environment, flags of the command line or settings of VS Code.',
    '## Settings of VS Code',
    'A setting with the scope machine is set for the user or the remote computer: a folder cannot change it.',
    ...editorSettings(),
    '## ssd.config.json',
    prose(configSchema.description),
    table(head, schemaRows(configSchema)),
    '## Connections',
    `${prose(connectionSchema.description)} Profiles stand in \`connections\` of \`ssd.config.json\` or in the setting \`ssd.connections\`.`,
    table(head, schemaRows(connectionSchema)),
    '## Names in .env and in the environment',
    `Names that existing pilot deployments use: ${pilotNames.map(codeCell).join(', ')}. \`SSD_DATA_FOLDER\`, in the environment only, is the data folder of the command line.`,
  ]);
}
