import type { JsonObject } from '../../core/json.ts';
import { DataflowError } from '../errors.ts';
import { isLoopback, isTestEndpoint } from '../receiver/serviceAddress.ts';

/** Names that existing pilot deployments use in `.env` and in the environment (docs/architecture.md, "Configuration"). */
export const pilotNames = [
  'CLIENT_ID',
  'CLIENT_SECRET',
  'SUPPLIER_KEY',
  'SCOPE',
  'TOKEN_ENDPOINT',
  'API_ENDPOINT',
  'LA_CODE',
  'BATCH_SIZE',
  'SQL_CONN_STR',
  'TABLE_NAME',
  'USE_PARTIAL_PAYLOAD',
] as const;

/** The name of the connection that `SQL_CONN_STR` makes. */
export const pilotConnectionName = 'SQL_CONN_STR';

function yes(text: string): boolean {
  return /^(1|true|yes|y|on)$/i.test(text.trim());
}

/** Whether a configured address is that of a test receiver; a loopback address is a sandbox and counts as one. */
function namesTestEndpoint(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return isLoopback(url) || isTestEndpoint(url);
}

/**
 * Turns pilot names into settings.
 * @param values environment-like names to text; empty text counts as absent
 * @param source named in error messages: ".env" or "environment"
 * @throws DataflowError `configuration` when a value cannot be used
 */
export function settingsFromPilotNames(
  values: Readonly<Record<string, string | undefined>>,
  source: string,
): JsonObject {
  const get = (name: (typeof pilotNames)[number]): string | undefined => values[name]?.trim() || undefined;
  const result: JsonObject = {};
  const endpoints: JsonObject = {};
  const laCode = get('LA_CODE');
  if (laCode !== undefined) {
    if (!/^\d{3}$/.test(laCode)) {
      throw new DataflowError('configuration', `LA_CODE in ${source} must be three digits, such as 926.`);
    }
    result.laCode = laCode;
  }
  const direct = {
    CLIENT_ID: 'clientId',
    CLIENT_SECRET: 'clientSecret',
    SUPPLIER_KEY: 'supplierKey',
    SCOPE: 'scope',
  } as const;
  for (const [from, to] of Object.entries(direct)) {
    const value = values[from]?.trim();
    if (value) result[to] = value;
  }
  const token = get('TOKEN_ENDPOINT');
  if (token !== undefined) endpoints.token = token;
  const api = get('API_ENDPOINT');
  if (api !== undefined) endpoints[namesTestEndpoint(api) ? 'test' : 'live'] = api;
  if (Object.keys(endpoints).length > 0) result.endpoints = endpoints;
  const batchSize = get('BATCH_SIZE');
  if (batchSize !== undefined) {
    const size = Number(batchSize);
    if (!Number.isInteger(size) || size < 1 || size > 100) {
      throw new DataflowError('configuration', `BATCH_SIZE in ${source} must be a whole number from 1 to 100.`);
    }
    result.batchSize = size;
  }
  const connection = get('SQL_CONN_STR');
  if (connection !== undefined) {
    result.connections = [{ name: pilotConnectionName, connectionString: connection }];
    result.connection = pilotConnectionName;
  }
  const table = get('TABLE_NAME');
  if (table !== undefined) {
    const plain = table
      .toLowerCase()
      .replaceAll(/[[\]"]/g, '')
      .split('.')
      .at(-1);
    if (plain === 'ssd_api_data_staging') result.table = 'live';
    else if (plain === 'ssd_api_data_staging_anon') result.table = 'anon';
    else {
      throw new DataflowError(
        'configuration',
        `TABLE_NAME in ${source} must be ssd_api_data_staging or ssd_api_data_staging_anon.`,
      );
    }
  }
  const partial = get('USE_PARTIAL_PAYLOAD');
  if (partial !== undefined) result.send = yes(partial) ? 'delta' : 'full';
  return result;
}
