// Stages children into an SQLite file and says on standard output how far it is, for tests that kill it on the way.
// Usage: node killableStaging.ts FILE CHILDREN STOP; it waits to be killed after that many children.
import { setTimeout as wait } from 'node:timers/promises';
import { canonicalWithHash } from '../../pipeline/hash.ts';
import { openSqliteStaging } from '../../pipeline/staging/sqliteStaging.ts';

const [file = '', count = '0', stop = ''] = process.argv.slice(2);
const aMinute = 60_000;
const signal = new AbortController().signal;
await using store = await openSqliteStaging({ file, table: 'anon', identity: 'test' }, signal);

async function* children() {
  for (let i = 0; i < Number(count); i++) {
    const { text, hash } = canonicalWithHash({ la_child_id: `C${i}`, surname: 'changed' });
    yield { personId: `C${i}`, legacyId: null, payload: text, hash };
    if (i !== Number(stop)) continue;
    process.stdout.write(`${stop}\n`);
    await wait(aMinute);
  }
  process.stdout.write('merging\n');
}

await store.merge(children(), { at: new Date(0), keep: new Set() }, signal);
process.stdout.write('merged\n');
