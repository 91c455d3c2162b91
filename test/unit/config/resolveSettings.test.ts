import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataflowError } from '../../../core/errors.ts';
import { settingsFromPilotNames } from '../../../pipeline/config/pilotNames.ts';
import { resolveSettings, type SettingsSources } from '../../../pipeline/config/resolveSettings.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ssd-config-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function resolve(given: Partial<SettingsSources> = {}) {
  return resolveSettings({
    workspaceFolder: folder,
    environment: {},
    overrides: {},
    trustWorkspaceEndpoints: true,
    ...given,
  });
}

const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

async function failure(work: Promise<unknown>): Promise<DataflowError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!DataflowError.is(error)) throw new Error('expected a DataflowError');
  return error;
}

describe('resolveSettings', () => {
  it('gives the defaults when there is nothing to read', async () => {
    const { settings } = await resolve();
    expect(settings).toMatchObject({ laCode: null, batchSize: 100, send: 'delta', spec: '0.9' });
  });

  it('lets the later source win: file, .env, environment, override', async () => {
    await write('ssd.config.json', '{ "laCode": "201", "batchSize": 10, "send": "full", "spec": "0.8" }');
    await write('.env', 'LA_CODE=202\nBATCH_SIZE=20\nUSE_PARTIAL_PAYLOAD=true\n');
    const { settings, sources } = await resolve({
      environment: { LA_CODE: '203', BATCH_SIZE: '30' },
      overrides: { laCode: '204' },
    });
    expect(settings).toMatchObject({ laCode: '204', batchSize: 30, send: 'delta', spec: '0.8' });
    expect(sources.get('laCode')).toBe('given');
    expect(sources.get('batchSize')).toBe('environment');
    expect(sources.get('send')).toBe('.env');
    expect(sources.get('spec')).toBe('ssd.config.json');
  });

  it('keeps both endpoints when two sources name one each', async () => {
    await write('ssd.config.json', '{ "endpoints": { "test": "https://api.example/receiver-test/1" } }');
    const { settings } = await resolve({ environment: { API_ENDPOINT: 'https://api.example/receiver/1' } });
    expect(settings.endpoints).toEqual({
      token: null,
      test: 'https://api.example/receiver-test/1',
      live: 'https://api.example/receiver/1',
    });
  });

  it('does not take endpoints, proxy or certificates from a workspace that is not trusted with them', async () => {
    await write(
      'ssd.config.json',
      '{ "laCode": "201", "endpoints": { "live": "https://elsewhere.example/1" }, "proxy": "http://elsewhere.example" }',
    );
    await write('.env', 'API_ENDPOINT=https://elsewhere.example/1\nCLIENT_ID=abc\n');
    const { settings } = await resolve({ trustWorkspaceEndpoints: false });
    expect(settings.endpoints.live).toBeNull();
    expect(settings.proxy).toBeNull();
    expect(settings.laCode).toBe('201');
  });

  it('takes neither identity nor connections nor retention from a workspace file that is not trusted with them', async () => {
    await write(
      'ssd.config.json',
      '{ "clientId": "a", "scope": "b", "auditRetentionDays": 1, "connections": [{ "name": "c", "server": "d" }] }',
    );
    await write('.env', 'CLIENT_ID=a\nCLIENT_SECRET=b\nSUPPLIER_KEY=c\nSQL_CONN_STR=Server=d;Database=e\n');
    const { settings } = await resolve({ trustWorkspaceEndpoints: false });
    expect(settings).toMatchObject({
      clientId: null,
      clientSecret: null,
      supplierKey: null,
      scope: null,
      auditRetentionDays: null,
      connections: [],
    });
    const { settings: trusted } = await resolve();
    expect(trusted).toMatchObject({ clientId: 'a', scope: 'b', auditRetentionDays: 1 });
  });

  it('reads relative paths from the folder of the file', async () => {
    await write('ssd.config.json', '{ "pack": "our-pack" }');
    const { settings } = await resolve();
    expect(settings.pack).toBe(path.join(folder, 'our-pack'));
  });

  it.each([
    ['{ "laCode": "20" }', 'line 1, column 13', 'Three-digit local authority code'],
    ['{\n  "send": "all"\n}', 'line 2, column 11', 'one of delta, full'],
    ['{\n  "lacode": "201"\n}', 'line 2', '“lacode” is not a setting. Did you mean “laCode”?'],
    ['{\n  "colour": "red"\n}', 'line 2', '“colour” is not a setting. Check the spelling'],
    ['{ "connections": [\n  { "name": "a",\n    "sever": "b" }] }', 'line 3', 'Did you mean “server”?'],
    ['{ "connections": [\n  { "server": "b" }] }', 'line 2', "required property 'name'"],
    ['{ "connections": [\n  { "name": "a", "password": "b" }] }', 'line 2', 'is a secret'],
    ['{ "laCode": "201"', 'line 1, column 18', 'not valid JSON'],
    ['[]', 'line 1', 'object'],
    ['', 'line 1, column 1', 'the file is empty'],
  ])('names file, place and remedy for %j', async (text, place, words) => {
    await write('ssd.config.json', text);
    const error = await failure(resolve());
    expect(error.reason).toBe('configuration');
    expect(error.message).toContain(path.join(folder, 'ssd.config.json'));
    expect(error.message).toContain(place);
    expect(error.message).toContain(words);
  });

  it('refuses a secret in the file without repeating it', async () => {
    await write('ssd.config.json', '{ "clientSecret": "planted-secret-1" }');
    const error = await failure(resolve());
    expect(error.message).toContain('is a secret and does not belong in this file');
    expect(error.message).not.toContain('planted-secret-1');
  });
});

describe('names of existing pilot deployments', () => {
  it('maps the connection string, table and partial payload flag', () => {
    const settings = settingsFromPilotNames(
      {
        SQL_CONN_STR: 'Driver={ODBC Driver 17 for SQL Server};Server=db;Database=ssd;Trusted_Connection=yes;',
        TABLE_NAME: '[dbo].[ssd_api_data_staging_anon]',
        USE_PARTIAL_PAYLOAD: 'False',
      },
      '.env',
    );
    expect(settings).toMatchObject({ connection: 'SQL_CONN_STR', table: 'anon', send: 'full' });
  });

  it.each([
    ['LA_CODE', '12'],
    ['BATCH_SIZE', '101'],
    ['TABLE_NAME', 'some_other_table'],
  ])('explains a %s that cannot be used', (name, value) => {
    expect(() => settingsFromPilotNames({ [name]: value }, '.env')).toThrow(`${name} in .env must be`);
  });

  it.each([
    ['https://api.example/children-in-social-care-data-receiver-test/1', true],
    ['https://api.example/children-in-social-care-data-receiver/1', false],
    ['http://127.0.0.1:9000/receiver/1', true],
    ['https://test.example/receiver/1', false],
    ['nonsense', false],
  ])('takes %s as the test endpoint: %s', (address, expected) => {
    const { endpoints } = settingsFromPilotNames({ API_ENDPOINT: address }, '.env');
    expect(endpoints).toEqual(expected ? { test: address } : { live: address });
  });
});
