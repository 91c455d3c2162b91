import { DataflowError } from '../core/errors.ts';
import type { CheckItem } from './contract.ts';
import type { JobFunction } from './jobFunction.ts';
import { openDestination } from './receiver.ts';
import type { JobScope } from './scope.ts';
import { connectionName, type OpenSource, openSource, openStaging, tableFor } from './source.ts';

/** Runs one check; an expected failure becomes an item, so that the others still run. */
async function item(name: string, work: () => Promise<string>): Promise<CheckItem> {
  try {
    return { name, outcome: 'pass', message: await work() };
  } catch (error) {
    if (!DataflowError.is(error) || error.reason === 'cancelled') throw error;
    const unreachable = error.reason === 'unreachable' || error.reason === 'refused';
    return { name, outcome: 'fail', message: error.message, ...(unreachable ? { unreachable } : {}) };
  }
}

async function databaseItems(scope: JobScope, source: OpenSource): Promise<CheckItem[]> {
  const { signal } = scope.context;
  return [
    await item('Database', async () => {
      const facts = await source.connection.describe(signal);
      return `${facts.product}, ${facts.tables.size} tables.`;
    }),
  ];
}

async function stagingItem(scope: JobScope, source: OpenSource, table: 'live' | 'anon'): Promise<CheckItem> {
  return item('Staging table', async () => {
    await using store = await openStaging(scope, source, table);
    const found = await store.check(scope.context.signal);
    if (!found.exists) {
      throw new DataflowError('configuration', `${store.identity} does not exist. Create it, or stage with --create.`);
    }
    if (found.missingColumns.length > 0) {
      throw new DataflowError('configuration', `${store.identity} lacks ${found.missingColumns.join(', ')}.`);
    }
    return `${store.identity} has every column.`;
  });
}

async function receiverItems(scope: JobScope, source: OpenSource, table: 'live' | 'anon'): Promise<CheckItem[]> {
  const { signal } = scope.context;
  const mode = table === 'live' ? 'live' : 'test';
  let endpoint: CheckItem | null = null;
  const token = await item('Token', async () => {
    const destination = await openDestination(scope, mode, { isSandbox: source.isSandbox, live: table === 'live' });
    try {
      const { client } = destination;
      if (client === null) throw new DataflowError('configuration', 'The endpoint is not set.');
      await client.signIn(signal);
      endpoint = await item('Endpoint', async () => {
        const answer = await client.probe(signal);
        if (!answer.ok) throw new DataflowError('unreachable', `${destination.endpoint}: ${answer.words}`);
        return `${destination.endpoint}: ${answer.words}. No child was sent.`;
      });
      return 'Signed in.';
    } finally {
      await destination.close();
    }
  });
  const skipped: CheckItem = { name: 'Endpoint', outcome: 'skip', message: 'Not tried, because signing in failed.' };
  return [token, endpoint ?? skipped];
}

/** Database, staging table, token and endpoint. Sends no child and changes nothing. */
export const checkJob: JobFunction<'check'> = async (input, scope) => {
  const items: CheckItem[] = [];
  let source: OpenSource | null = null;
  items.push(
    await item('Connection', async () => {
      source = await openSource(scope, input);
      return `Connected to ${connectionName(scope, input)}.`;
    }),
  );
  const opened: OpenSource | null = source as OpenSource | null;
  if (opened === null) return { items };
  try {
    const table = tableFor(scope, opened, input.table);
    items.push(...(await databaseItems(scope, opened)));
    items.push(await stagingItem(scope, opened, table));
    items.push(...(await receiverItems(scope, opened, table)));
    return { items };
  } finally {
    await opened.close();
  }
};
