import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeActionResolveRequest,
  DiagnosticRefreshRequest,
  DiagnosticSeverity,
  HoverRequest,
  LSPErrorCodes,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node';
import { createGate, createMarkedWords, type MarkedWords } from './support/markedWords.ts';
import { type ClientOptions, startInProcess, type TestClient } from './support/testClient.ts';

const uri = 'file:///project/a.words';
const other = 'file:///project/b.words';
const origin = { line: 0, character: 0 };

let words: MarkedWords;
let client: TestClient;

async function start(options: ClientOptions = {}): Promise<void> {
  client = await startInProcess({ services: [words], ...options });
}

beforeEach(() => {
  words = createMarkedWords();
});

afterEach(async () => {
  for (const gate of words.gates.values()) gate.open();
  await client.stop();
});

describe('pushed diagnostics', () => {
  it('shows the problems of an opened document at their ranges, with source and code', async () => {
    await start();
    await client.open(uri, 'one\nthis is error! here');
    expect(await client.diagnostics(uri)).toEqual([
      {
        range: { start: { line: 1, character: 8 }, end: { line: 1, character: 14 } },
        severity: DiagnosticSeverity.Error,
        code: 'W-01',
        source: 'ssd',
        message: 'This word is marked as of 2026-11-22.',
      },
    ]);
  });

  it('follows incremental edits, several in one message, and gives the version', async () => {
    await start();
    await client.open(uri, 'error!\r\nfine\r\nwarn!');
    await client.diagnostics(uri);
    await client.changes(uri, [
      { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, text: '' },
      { range: { start: { line: 0, character: 4 }, end: { line: 0, character: 4 } }, text: '\nerror!' },
    ]);
    const shown = await client.diagnostics(uri);
    expect(client.text(uri)).toBe('fine\nerror!\r\nwarn!');
    expect(shown.map((d) => [d.code, client.covered(uri, d.range)])).toEqual([
      ['W-01', 'error!'],
      ['W-02', 'warn!'],
    ]);
    expect(words.edits).toEqual([
      [
        { start: 0, end: 8, newText: '' },
        { start: 4, end: 4, newText: '\nerror!' },
      ],
    ]);
  });

  it('takes a change without a range as the whole text', async () => {
    await start();
    await client.open(uri, 'error!');
    await client.rewrite(uri, 'warn!');
    expect((await client.diagnostics(uri)).map((d) => d.code)).toEqual(['W-02']);
    expect(words.edits).toEqual([null]);
  });

  it('says nothing about a file that no language speaks for, and starts when its content says so', async () => {
    await start();
    await client.open('file:///project/plain.txt', 'error!');
    await client.open(uri, 'fine');
    await client.diagnostics(uri);
    expect(client.published.map((p) => p.uri)).toEqual([uri]);
    await client.rewrite('file:///project/plain.txt', '#words error!');
    expect((await client.diagnostics('file:///project/plain.txt')).map((d) => d.code)).toEqual(['W-01']);
  });

  it('clears what it showed when the document closes', async () => {
    await start();
    await client.open(uri, 'error!');
    await client.diagnostics(uri);
    const cleared = client.nextPublished((p) => p.uri === uri && p.diagnostics.length === 0);
    await client.close(uri);
    expect((await cleared).diagnostics).toEqual([]);
  });

  it('publishes the newest of several quick edits, and never an older text after a newer one', async () => {
    await start();
    await client.open(uri, '');
    await client.diagnostics(uri);
    const before = client.published.length;
    for (const letter of 'error!') {
      await client.type(uri, { start: { line: 0, character: 99 }, end: { line: 0, character: 99 } }, letter);
    }
    await client.diagnostics(uri);
    const versions = client.published.slice(before).map((p) => p.version ?? 0);
    expect(versions.at(-1)).toBe(7);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it('a newer edit cancels the run of the older text', async () => {
    await start();
    const gate = createGate();
    words.gates.set(uri, gate);
    await client.open(uri, 'error!');
    await words.whenStarted(uri, 1);
    await client.rewrite(uri, 'warn!');
    await client.hover(uri, origin);
    expect(words.started[0]?.aborted()).toBe(true);
    words.gates.delete(uri);
    gate.open();
    expect((await client.diagnostics(uri)).map((d) => d.code)).toEqual(['W-02']);
    expect(client.published.map((p) => p.version)).toEqual([2]);
  });

  it('a keystroke in one file does not wait for the validation of another', async () => {
    await start();
    words.gates.set(other, createGate());
    await client.open(other, 'error!');
    await client.open(uri, 'error!');
    await client.rewrite(uri, 'warn!');
    expect((await client.diagnostics(uri)).map((d) => d.code)).toEqual(['W-02']);
    expect(client.published.some((p) => p.uri === other)).toBe(false);
    words.gates.get(other)?.open();
    expect((await client.diagnostics(other)).map((d) => d.code)).toEqual(['W-01']);
  });
});

describe('the limit of problems', () => {
  it('keeps the most severe and says in one closing line how many were left out', async () => {
    await start({ configuration: { validation: { maxProblems: 2 } } });
    await client.open(uri, 'warn! error! warn! error! warn!');
    const shown = await client.diagnostics(uri);
    expect(shown.map((d) => d.code)).toEqual(['W-01', 'W-01', 'ssd.validation.maxProblems']);
    expect(shown[2]?.message).toContain('3 more problems');
    expect(shown[2]?.range.start).toEqual({ line: 0, character: 31 });
  });

  it('says nothing more when all problems fit', async () => {
    await start({ configuration: { validation: { maxProblems: 2 } } });
    await client.open(uri, 'warn! error!');
    expect(await client.diagnostics(uri)).toHaveLength(2);
  });
});

describe('settings', () => {
  it('takes severities by rule, and off silences a rule', async () => {
    await start({ configuration: { validation: { rules: { 'W-01': 'off', 'W-02': 'information' } } } });
    await client.open(uri, 'warn! error!');
    expect((await client.diagnostics(uri)).map((d) => [d.code, d.severity])).toEqual([
      ['W-02', DiagnosticSeverity.Information],
    ]);
  });

  it('looks again at open documents when they change', async () => {
    await start({ configuration: {} });
    await client.open(uri, 'error!');
    await client.diagnostics(uri);
    const again = client.nextPublished((p) => p.uri === uri);
    await client.configure({ validation: { rules: { 'W-01': 'hint' }, asOf: '2025-01-31' } });
    const [shown] = (await again).diagnostics;
    expect(shown?.severity).toBe(DiagnosticSeverity.Hint);
    expect(shown?.message).toContain('2025-01-31');
  });

  it('come from initializationOptions and didChangeConfiguration in an editor that cannot be asked', async () => {
    await start({ initializationOptions: { settings: { validation: { rules: { 'W-01': 'hint' } } } } });
    await client.open(uri, 'error!');
    expect((await client.diagnostics(uri))[0]?.severity).toBe(DiagnosticSeverity.Hint);
    const again = client.nextPublished((p) => p.uri === uri);
    await client.configure({ validation: { enable: false } });
    expect((await again).diagnostics).toEqual([]);
  });

  it('warns once about a setting that does not exist or has a wrong value, and works on', async () => {
    const validation = { maxProblem: 3, maxProblems: -1, asOf: '2026-02-30' };
    await start({ configuration: { validation, submit: { batchSize: 5 } } });
    await client.open(uri, 'error!');
    await client.open(other, 'error!');
    expect(await client.diagnostics(uri)).toHaveLength(1);
    expect(await client.diagnostics(other)).toHaveLength(1);
    expect(client.logs).toEqual([
      'The setting ssd.validation.maxProblems must be a whole number from 1 to 100,000. The default is used.',
      'The setting ssd.validation.asOf must be a date in the form YYYY-MM-DD. The default is used.',
      'There is no setting ssd.validation.maxProblem. It has no effect: check its spelling.',
    ]);
  });
});

describe('pulled diagnostics', () => {
  const capabilities = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };

  it('are given when the client asks, and nothing is pushed', async () => {
    await start({ capabilities });
    expect(client.initialised?.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: false });
    await client.open(uri, 'error!');
    const report = await client.pull(uri);
    expect(report.kind === 'full' && report.items.map((d) => d.code)).toEqual(['W-01']);
    expect(client.published).toEqual([]);
  });

  it('say unchanged for a known result, and full again after an edit', async () => {
    await start({ capabilities });
    await client.open(uri, 'error!');
    const first = await client.pull(uri);
    expect((await client.pull(uri, first.resultId)).kind).toBe('unchanged');
    await client.rewrite(uri, 'warn!');
    expect((await client.pull(uri, first.resultId)).kind).toBe('full');
  });

  it('ask the client to pull again when settings change', async () => {
    await start({ capabilities, configuration: {} });
    const refreshed = new Promise<void>((resolve) => {
      client.connection.onRequest(DiagnosticRefreshRequest.type, () => {
        resolve();
      });
    });
    await client.open(uri, 'error!');
    const first = await client.pull(uri);
    await client.configure({ validation: { rules: { 'W-01': 'off' } } });
    await refreshed;
    const second = await client.pull(uri, first.resultId);
    expect(second.kind === 'full' && second.items).toEqual([]);
  });

  it('tell the client to ask again when the document changed meanwhile', async () => {
    await start({ capabilities });
    const gate = createGate();
    words.gates.set(uri, gate);
    await client.open(uri, 'error!');
    const stale = client.pull(uri);
    const outcome = expect(stale).rejects.toMatchObject({
      code: LSPErrorCodes.ServerCancelled,
      data: { retriggerRequest: true },
    });
    await words.whenStarted(uri, 1);
    await client.rewrite(uri, 'warn!');
    await client.hover(uri, origin);
    gate.open();
    await outcome;
  });

  it('are pushed instead when the client prefers that', async () => {
    await start({ capabilities, initializationOptions: { diagnostics: 'push' } });
    expect(client.initialised?.capabilities.diagnosticProvider).toBeUndefined();
    await client.open(uri, 'error!');
    expect(await client.diagnostics(uri)).toHaveLength(1);
  });
});

describe('a big file', () => {
  const long = `error! ${' '.repeat(1_000_000)}`;
  const stillChecking = {
    code: 'ssd.stillChecking',
    message: 'This file is still being checked. Shown are problems of the first 2 words.',
  };

  it('is shown in two steps: what was found soon, and then everything', async () => {
    await start();
    const gate = createGate();
    words.gates.set(uri, gate);
    const early = client.nextPublished((p) => p.uri === uri);
    await client.open(uri, long);
    expect((await early).diagnostics).toEqual([expect.objectContaining(stillChecking)]);
    gate.open();
    expect((await client.diagnostics(uri)).map((d) => d.code)).toEqual(['W-01']);
  });

  it('is so too when the editor pulls: it is asked to pull again when everything is known', async () => {
    const diagnostics = { refreshSupport: true };
    await start({ capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics } } });
    const refreshed = new Promise<void>((resolve) => {
      client.connection.onRequest(DiagnosticRefreshRequest.type, () => resolve());
    });
    const gate = createGate();
    words.gates.set(uri, gate);
    await client.open(uri, long);
    const first = await client.pull(uri);
    expect(first.kind === 'full' && first.items).toEqual([expect.objectContaining(stillChecking)]);
    expect(first.resultId).toBeUndefined();
    gate.open();
    await refreshed;
    const second = await client.pull(uri);
    expect(second.kind === 'full' && second.items.map((d) => d.code)).toEqual(['W-01']);
  });

  it('is waited for when the editor cannot be asked to pull again', async () => {
    await start({ capabilities: { textDocument: { diagnostic: {} } } });
    await client.open(uri, long);
    const report = await client.pull(uri);
    expect(report.kind === 'full' && report.items.map((d) => d.code)).toEqual(['W-01']);
  });
});

describe('requests', () => {
  it('are answered while a validation is under way', async () => {
    await start();
    words.gates.set(uri, createGate());
    await client.open(uri, 'error!');
    expect(await client.hover(uri, { line: 0, character: 3 })).toEqual({ contents: 'line 0' });
    expect(client.published).toEqual([]);
  });

  it('about a document that is closed or was never open give nothing', async () => {
    await start();
    expect(await client.hover(uri, origin)).toBeNull();
    expect(await client.completion(uri, origin)).toEqual([]);
    expect(await client.codeActions(uri, { start: origin, end: origin })).toEqual([]);
    await client.open(uri, 'error!');
    await client.close(uri);
    expect(await client.hover(uri, origin)).toBeNull();
  });

  it('that are cancelled are answered as cancelled', async () => {
    await start();
    const gate = createGate();
    words.gates.set(uri, gate);
    await client.open(uri, 'error!');
    const source = new CancellationTokenSource();
    const request = client.connection.sendRequest(
      CodeActionRequest.type,
      { textDocument: { uri }, range: { start: origin, end: origin }, context: { diagnostics: [] } },
      source.token,
    );
    const outcome = expect(request).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await client.hover(uri, origin);
    source.cancel();
    await outcome;
    gate.open();
  });

  it('that fail inside are answered as an error, without text of the document in answer or log', async () => {
    await start();
    await client.open(uri, 'throw!');
    const error = await client.hover(uri, origin).catch((e: unknown) => e);
    expect(String(error)).toContain('Hover failed');
    await client.open(other, 'error!');
    await client.diagnostics(other);
    expect(client.logs.length).toBeGreaterThan(0);
    expect(`${client.logs.join()} ${error}`).not.toContain('secret');
    expect(client.logs.join()).not.toContain('throw!');
  });

  it('with malformed parameters do not end the server', async () => {
    await start();
    await client.connection.sendRequest(HoverRequest.method, { nonsense: 1 }).catch(() => null);
    await client.connection.sendRequest('no/suchMethod', {}).catch(() => null);
    await client.connection.sendNotification('textDocument/didChange', { textDocument: {} });
    await client.connection.sendNotification('textDocument/didOpen', {});
    await client.open(uri, 'error!');
    expect(await client.diagnostics(uri)).toHaveLength(1);
  });

  it('for actions leave big edits until one is chosen, where the editor can ask for them then', async () => {
    const codeAction = { resolveSupport: { properties: ['edit'] } };
    await start({ capabilities: { textDocument: { codeAction } } });
    await client.open(uri, 'error! warn! error!');
    const [fixAll] = await client.codeActions(uri, { start: origin, end: origin }, { only: ['source.fixAll.ssd'] });
    expect(fixAll?.edit).toBeUndefined();
    if (fixAll === undefined) throw new Error('No such action');
    await client.apply(uri, await client.connection.sendRequest(CodeActionResolveRequest.type, fixAll));
    expect(client.text(uri)).toBe('fine warn! fine');
  });

  it('for actions offer the fix of the problem, all of one kind, and everything safe', async () => {
    await start();
    await client.open(uri, 'error! warn! error!');
    const at = { start: { line: 0, character: 2 }, end: { line: 0, character: 2 } };
    const actions = await client.codeActions(uri, at);
    expect(actions.map((a) => [a.title, a.kind])).toEqual([
      ['Replace by fine', 'quickfix'],
      ['Fix all problems of rule W-01 in this file', 'quickfix'],
      ['Fix everything that is safe to fix', 'source.fixAll.ssd'],
    ]);
    const only = await client.codeActions(uri, at, { only: ['source.fixAll'] });
    expect(only).toHaveLength(1);
    const [fixAll] = only;
    if (fixAll) await client.apply(uri, fixAll);
    expect(client.text(uri)).toBe('fine warn! fine');
    const isNewest = (p: PublishDiagnosticsParams) => p.uri === uri && p.version === 2;
    expect((await client.nextPublished(isNewest)).diagnostics.map((d) => d.code)).toEqual(['W-02']);
  });
});
