import { expect, inject, it } from 'vitest';
import { cleanChild, payloadText } from './support/payloads.ts';
import { startSpawned } from './support/testClient.ts';

const uri = 'file:///project/children.json';
const document = { uri };
const position = { line: 0, character: 0 };
const range = { start: position, end: position };

/** Requests with parameters of the right form, whose parts the test replaces by nonsense. */
const requests: Readonly<Record<string, Record<string, unknown>>> = {
  'textDocument/hover': { textDocument: document, position },
  'textDocument/completion': { textDocument: document, position },
  'textDocument/codeAction': { textDocument: document, range, context: { diagnostics: [] } },
  'codeAction/resolve': { title: 'x', data: { uri, rule: null } },
  'textDocument/documentSymbol': { textDocument: document },
  'textDocument/foldingRange': { textDocument: document },
  'textDocument/selectionRange': { textDocument: document, positions: [position] },
  'textDocument/formatting': { textDocument: document, options: { tabSize: 2, insertSpaces: true } },
  'textDocument/codeLens': { textDocument: document },
  'codeLens/resolve': { range, data: { uri, command: 'validate', index: 0 } },
  'textDocument/definition': { textDocument: document, position },
  'textDocument/references': { textDocument: document, position, context: { includeDeclaration: true } },
  'textDocument/prepareRename': { textDocument: document, position },
  'textDocument/rename': { textDocument: document, position, newName: 'x' },
  'textDocument/signatureHelp': { textDocument: document, position },
  'textDocument/semanticTokens/full': { textDocument: document },
  'textDocument/documentLink': { textDocument: document },
  'textDocument/diagnostic': { textDocument: document },
  'ssd/validateWorkspace': { uris: [uri] },
  'ssd/validationReport': { uris: [uri] },
  'ssd/childProblems': { textDocument: document, childId: 'CH001' },
};

const notifications: Readonly<Record<string, Record<string, unknown>>> = {
  'textDocument/didOpen': { textDocument: { uri, languageId: 'json', version: 1, text: '[]' } },
  'textDocument/didChange': { textDocument: { uri, version: 2 }, contentChanges: [{ range, text: '' }] },
  'textDocument/didClose': { textDocument: document },
  'workspace/didChangeConfiguration': { settings: {} },
  'workspace/didChangeWatchedFiles': { changes: [{ uri, type: 2 }] },
};

const nonsense: readonly unknown[] = [null, -1, 1e12, 0.5, 'x', [], {}, [null], { line: null, character: 'a' }, true];

/** The same parameters with each part, at any depth, replaced in turn. */
function* spoiled(value: unknown): Iterable<unknown> {
  for (const bad of nonsense) yield bad;
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) for (const bad of spoiled(one)) yield value.with(index, bad);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) for (const bad of spoiled(one)) yield { ...value, [key]: bad };
  }
}

it('no message, however malformed, ends the server or confuses it about other documents', async () => {
  const client = await startSpawned(inject('serverBundle'), {
    capabilities: { textDocument: { diagnostic: {} } },
    initializationOptions: { diagnostics: 'push' },
  });
  await client.open(uri, payloadText(cleanChild));
  const answers: Promise<unknown>[] = [];
  for (const [method, params] of Object.entries(requests)) {
    for (const bad of spoiled(params)) answers.push(client.connection.sendRequest(method, bad).catch(() => null));
  }
  await Promise.all(answers);
  for (const [method, params] of Object.entries(notifications)) {
    for (const bad of spoiled(params)) await client.connection.sendNotification(method, bad);
  }
  const other = 'file:///project/other.json';
  await client.open(other, payloadText({ ...cleanChild, mis_child_id: null }));
  expect((await client.diagnostics(other)).map((d) => d.code)).toEqual(['FMT-18']);
  for (const line of client.logs) expect(line).not.toContain('Robin');
  expect(await client.stop()).toBe(0);
});
