import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, inject, it } from 'vitest';
import { startSpawned } from './support/testClient.ts';

const bundle = inject('serverBundle');

describe('the built server as a process', () => {
  it('speaks over standard input and output and ends with 0 after shutdown and exit', async () => {
    const client = await startSpawned(bundle);
    expect(client.initialised?.serverInfo?.name).toBe('SSD Dataflow');
    expect(await client.stop()).toBe(0);
  });

  it('ends when its input ends, as when the editor dies', async () => {
    const client = await startSpawned(bundle);
    const { process } = client;
    if (process?.stdin == null) throw new Error('The server was not spawned');
    const exited = once(process, 'exit');
    process.stdin.end();
    expect((await exited)[0]).toBe(1);
    client.connection.dispose();
  });

  it('ends when the process of its editor is gone although its input stays open', async () => {
    const editor = spawn(process.execPath, ['-e', '']);
    await once(editor, 'exit');
    const client = await startSpawned(bundle, { processId: editor.pid ?? 0 });
    if (client.process === undefined) throw new Error('The server was not spawned');
    expect((await once(client.process, 'exit'))[0]).toBe(1);
    client.connection.dispose();
  });

  it('says how to start it when it is not told how to talk', async () => {
    const child = spawn(process.execPath, [bundle], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(2);
    expect(said).toBe('The SSD language server needs to know how to talk to its editor. Start it with --stdio.\n');
  });
});
