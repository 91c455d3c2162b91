import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { ScriptedReceiver } from '../support/scriptedReceiver.ts';
import { Desk, hasStackTrace, resultOf } from './support.ts';

describe('the flow on the sandbox, without any setting', () => {
  it('extracts, stages, sends, records and verifies', async () => {
    await using desk = await Desk.open();
    const extracted = await desk.run('extract', '--out', 'payload.json');
    expect(extracted).toMatchObject({ code: 0, out: '' });
    const payload = JSON.parse(await readFile(desk.file('payload.json'), 'utf8')) as unknown[];
    expect(payload.length).toBeGreaterThan(100);

    const staged = await desk.run('--json', 'stage');
    expect(staged.code).toBe(0);
    expect(JSON.parse(staged.out)).toMatchObject({ children: payload.length, counts: { new: payload.length } });

    const dry = await desk.run('submit');
    expect(dry.code).toBe(0);
    expect(dry.out).toContain(`${payload.length} children in`);
    expect(dry.out).toContain('nothing was sent');

    const sent = await desk.run('--json', 'submit', '--mode', 'test', '--yes');
    expect(sent.code).toBe(0);
    expect(JSON.parse(sent.out)).toMatchObject({ outcome: 'completed', accepted: payload.length, inDoubt: 0 });

    const again = await desk.run('--json', 'submit', '--mode', 'test', '--yes');
    expect(JSON.parse(again.out)).toMatchObject({ accepted: 0, notAttempted: 0 });

    const listed = await desk.run('--json', 'audit', 'list');
    const entries = JSON.parse(listed.out) as { id: string; accepted: number }[];
    expect(entries.map((entry) => entry.accepted).sort()).toEqual([0, payload.length]);
    const shown = await desk.run('audit', 'show', entries.at(-1)?.id ?? '');
    expect(shown.code).toBe(0);
    expect(await desk.run('audit', 'verify')).toMatchObject({ code: 0 });
    const exported = await desk.run('audit', 'export', '--out', 'trail.csv');
    expect(exported.code).toBe(0);
    expect(await readFile(desk.file('trail.csv'), 'utf8')).toContain(entries[0]?.id ?? 'no entry');
  });

  it('writes the payload to standard output and the report to standard error', async () => {
    await using desk = await Desk.open();
    const result = await desk.run('extract');
    expect(Array.isArray(JSON.parse(result.out))).toBe(true);
    expect(result.err).toContain('Extracted');
  });

  it('finds a trail that was edited', async () => {
    await using desk = await Desk.open();
    await desk.run('stage');
    await desk.run('submit', '--mode', 'test', '--yes');
    const folder = desk.file('data/audit');
    const trail = (await readdir(folder)).find((name) => /^\d.*\.jsonl$/.test(name)) ?? '';
    const text = await readFile(`${folder}/${trail}`, 'utf8');
    await writeFile(`${folder}/${trail}`, text.replace('"accepted"', '"refused"').replace('"batch":1', '"batch":7'));
    const result = await desk.run('audit', 'verify');
    expect(result.code).toBe(1);
    expect(result.out).toContain(trail);
  });

  it('runs the demo to a receiver that agrees child for child', async () => {
    await using desk = await Desk.open();
    const result = await desk.run('--json', 'demo', '--children', '150');
    expect(result.code).toBe(0);
    expect(JSON.parse(result.out)).toMatchObject({ receiverAgrees: true, auditWhole: true, problems: 0 });
  });

  it('compares two payload files', async () => {
    await using desk = await Desk.open();
    const child = { la_child_id: 'C1', purge: false, child_details: { sex: 'M', purge: false } };
    await writeFile(desk.file('a.json'), JSON.stringify([child]));
    await writeFile(desk.file('b.json'), JSON.stringify([{ ...child, child_details: { sex: 'F', purge: false } }]));
    const changed = await desk.run('delta', 'a.json', 'b.json');
    expect(changed.code).toBe(0);
    expect(JSON.parse(changed.out)).toHaveLength(1);
    const same = await desk.run('delta', 'a.json', 'a.json', '--out', 'd.json');
    expect(same.code).toBe(0);
    expect(JSON.parse(await readFile(desk.file('d.json'), 'utf8'))).toEqual([]);
  });

  it('checks the sandbox and passes', async () => {
    await using desk = await Desk.open();
    const result = await desk.run('--json', 'check');
    expect(result.code).toBe(0);
    const { items } = JSON.parse(result.out) as { items: { name: string; outcome: string }[] };
    expect(items.filter((item) => item.outcome === 'fail')).toEqual([]);
    expect(items.map((item) => item.name)).toContain('Token');
  });
});

describe('what goes wrong', () => {
  it('asks before a test submission when nobody can answer', async () => {
    await using desk = await Desk.open();
    await desk.run('stage');
    const result = await desk.run('submit', '--mode', 'test');
    expect(result.code).toBe(2);
    expect(result.err).toContain('Add --yes');
  });

  it('does not reach live mode from the sandbox', async () => {
    await using desk = await Desk.open();
    await desk.run('stage');
    const result = await desk.run('submit', '--mode', 'live', '--yes');
    expect(result.code).toBe(2);
    expect(result.err).toContain('Nothing was sent');
  });

  it('says which connections there are when one is unknown', async () => {
    await using desk = await Desk.open();
    await writeFile(desk.file('ssd.config.json'), '{ "connections": [{ "name": "warehouse" }] }');
    const result = await desk.run('extract', '--connection', 'warehose');
    expect(result.code).toBe(2);
    expect(result.err).toContain('There is: warehouse');
  });

  it('names the line of a configuration that is wrong', async () => {
    await using desk = await Desk.open();
    await writeFile(desk.file('ssd.config.json'), '{\n  "batchSize": 500\n}');
    const result = await desk.run('stage');
    expect(result.code).toBe(2);
    expect(result.err).toContain('line 2');
    expect(hasStackTrace(result.err)).toBe(false);
  });

  it('explains a port that is in use', async () => {
    await using desk = await Desk.open();
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const result = await desk.run('sandbox', 'start', '--port', String(port), '--children', '5');
    server.close();
    expect(result.code).toBe(2);
    expect(result.err).toContain(String(port));
    expect(hasStackTrace(result.err)).toBe(false);
  });

  it('explains a folder that is read-only and leaves no half-written file', async () => {
    await using desk = await Desk.open();
    await mkdir(desk.file('locked'));
    await chmod(desk.file('locked'), 0o500);
    // Permissions do not stop the administrator, but nobody can create a file under /proc.
    const folder = process.getuid?.() === 0 ? '/proc/self' : desk.file('locked');
    const result = await desk.run('extract', '--out', `${folder}/payload.json`);
    await chmod(desk.file('locked'), 0o700);
    expect(result.code).toBe(3);
    expect(result.err).toContain('payload.json');
    expect(await readdir(desk.file('locked'))).toEqual([]);
  });

  it('explains an output folder that does not exist', async () => {
    await using desk = await Desk.open();
    const result = await desk.run('extract', '--out', 'nowhere/payload.json');
    expect(result.code).toBe(3);
    expect(result.err).toContain('payload.json');
    expect(hasStackTrace(result.err)).toBe(false);
  });

  it('stops when interrupted, with 130 and without a half-written file', async () => {
    await using desk = await Desk.open();
    await desk.run('sandbox', 'reset', '--children', '4000');
    const child = desk.start('extract', '--out', 'payload.json');
    const ended = resultOf(child);
    await once(child.stderr ?? child, 'data');
    child.kill('SIGINT');
    const result = await ended;
    expect(result.code).toBe(130);
    expect(hasStackTrace(result.err)).toBe(false);
    expect((await readdir(desk.folder)).filter((name) => name.includes('payload'))).toEqual([]);
  });

  it('starts the sandbox, says where it listens, and stops when asked', async () => {
    await using desk = await Desk.open();
    const child = desk.start('sandbox', 'start', '--children', '20');
    const ended = resultOf(child);
    let text = '';
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk);
      if (text.includes('Token:')) break;
    }
    expect(text).toMatch(/Receiver: http:\/\/127\.0\.0\.1:\d+/);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});

describe('the pilot’s phases', () => {
  it('are done in order, each proved by a submission of the trail', async () => {
    await using desk = await Desk.open();
    const phases = async () =>
      (JSON.parse((await desk.run('--json', 'pilot')).out) as { state: string }[]).map((phase) => phase.state);
    expect(await phases()).toEqual(['open', 'locked', 'locked', 'locked', 'locked']);
    await desk.run('stage');
    const payload = JSON.parse((await desk.run('extract')).out) as { la_child_id: string }[];
    const one = payload[0]?.la_child_id ?? '';
    const sent = await desk.run('--json', 'submit', '--mode', 'test', '--yes', '--only', one);
    const { id } = JSON.parse(sent.out) as { id: string };
    const early = await desk.run('pilot', 'record', '2', id);
    expect(early.code).toBe(3);
    expect(early.err).toContain('waits for the phases before it');
    const wrong = await desk.run('pilot', 'record', '1', 'no-such-id');
    expect(wrong.err).toContain('no such submission');
    expect((await desk.run('pilot', 'record', '1', id)).code).toBe(0);
    expect(await phases()).toEqual(['done', 'open', 'locked', 'locked', 'locked']);
    expect((await desk.run('audit', 'verify')).code).toBe(0);
  });
});

describe('an unattended live submission', () => {
  it('goes within the limits of the sign-off, and not beyond them', async () => {
    await using desk = await Desk.open();
    await using receiver = await ScriptedReceiver.start();
    await desk.run('stage', '--table', 'live', '--create');
    await writeFile(
      desk.file('ssd.config.json'),
      JSON.stringify({
        laCode: '926',
        clientId: 'client-1',
        scope: 'scope-1',
        endpoints: { token: receiver.tokenAddress, live: receiver.base.replace('-test', '') },
      }),
    );
    await writeFile(desk.file('.env'), 'CLIENT_SECRET=planted-secret\nSUPPLIER_KEY=planted-key\n');
    const signOff = (children: string) =>
      desk.run(
        ...['sign-off', '--name', 'A. Director', '--note', 'agreed', '--unattended-children', children],
        ...['--unattended-deletions', '0', '--unattended-until', '2099-12-31'],
      );
    const send = () => desk.run('--json', 'submit', '--mode', 'live', '--table', 'live', '--unattended');

    const before = await send();
    expect(before.code).toBe(2);
    expect(before.err).toContain('No sign-off');
    expect((await signOff('3')).code).toBe(0);
    const beyond = await send();
    expect(beyond.code).toBe(3);
    expect(beyond.err).toContain('more than the 3 that may go unattended');
    expect(receiver.posts).toEqual([]);
    await signOff('5000');
    const sent = await send();
    expect(sent.code).toBe(0);
    expect(JSON.parse(sent.out)).toMatchObject({ mode: 'live', outcome: 'completed', rejected: [] });
    expect(receiver.posts.length).toBeGreaterThan(1);
    expect(`${sent.out}${sent.err}`).not.toContain('planted');
  });
});
