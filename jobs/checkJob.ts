import { DataflowError } from '../core/errors.ts';
import { preflight } from '../pipeline/preflight/preflight.ts';
import { item } from '../pipeline/preflight/preflightItem.ts';
import type { StagingStore, StagingTable } from '../pipeline/staging/stagingStore.ts';
import type { CheckItem, SourceInput } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import { openDestination } from './receiver.ts';
import type { JobScope } from './scope.ts';
import { connectionName, loadExtractPack, type OpenSource, openSource, openStaging, tableFor } from './source.ts';

/** Runs one check; an expected failure becomes an item, so that the others still run. */
async function attempt(id: string, name: string, work: () => Promise<string>): Promise<CheckItem> {
  try {
    return item(id, name, 'pass', await work());
  } catch (error) {
    if (!DataflowError.is(error) || error.reason === 'cancelled') throw error;
    const failed = item(id, name, 'fail', error.message);
    return error.reason === 'unreachable' || error.reason === 'refused' ? { ...failed, unreachable: true } : failed;
  }
}

async function databaseItems(
  scope: JobScope,
  source: OpenSource,
  input: SourceInput & { readonly values?: boolean },
  table: StagingTable,
): Promise<readonly CheckItem[]> {
  let staging: StagingStore | null = null;
  const opening = await attempt('staging', 'Staging table', async () => {
    staging = await openStaging(scope, source, table);
    return '';
  });
  const store = staging as StagingStore | null;
  try {
    const items = await preflight(
      {
        connection: source.connection,
        pack: await loadExtractPack(scope, input),
        staging: store,
        stagesLocally: scope.settings.staging === 'local',
        runDate: source.runDate,
        values: input.values === true,
      },
      scope.context,
    );
    return store === null ? [...items, opening] : items;
  } finally {
    await store?.[Symbol.asyncDispose]();
  }
}

async function receiverItems(scope: JobScope, source: OpenSource, table: StagingTable): Promise<readonly CheckItem[]> {
  const { signal } = scope.context;
  const live = table === 'live';
  let endpoint: CheckItem = item('endpoint', 'Endpoint', 'skip', 'Not tried, because signing in failed.');
  const token = await attempt('token', 'Token', async () => {
    const destination = await openDestination(scope, live ? 'live' : 'test', { isSandbox: source.isSandbox, live });
    try {
      const { client } = destination;
      if (client === null) throw new DataflowError('configuration', 'The endpoint is not set.');
      await client.signIn(signal);
      endpoint = await attempt('endpoint', 'Endpoint', async () => {
        const answer = await client.probe(signal);
        if (!answer.ok) throw new DataflowError('unreachable', `${destination.endpoint}: ${answer.words}`);
        return `${destination.endpoint}: ${answer.words}. No child was sent.`;
      });
      return 'Signed in.';
    } finally {
      await destination.close();
    }
  });
  return [token, endpoint];
}

/** Database, staging table, token and endpoint. Sends no child and changes nothing. */
export const checkJob: JobFunction<'check'> = async (input, scope) => {
  let opened: OpenSource | null = null;
  const connected = await attempt('connection', 'Connection', async () => {
    opened = await openSource(scope, input);
    return `Connected to ${connectionName(scope, input)}.`;
  });
  const source = opened as OpenSource | null;
  if (source === null) return { items: [connected] };
  try {
    const table = tableFor(scope, source, input.table);
    const database = await databaseItems(scope, source, input, table);
    return { items: [connected, ...database, ...(await receiverItems(scope, source, table))] };
  } finally {
    await source.close();
  }
};
