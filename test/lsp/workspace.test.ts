import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  LSPErrorCodes,
  type PreviousResultId,
  RegistrationRequest,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver-protocol/node';
import {
  type ChildProblemsResult,
  childProblemsRequest,
  type ValidateFilesResult,
  type ValidationReportResult,
  validateWorkspaceRequest,
  validationReportRequest,
} from '../../server/protocol.ts';
import { cleanChild, payloadText } from './support/payloads.ts';
import { type ClientOptions, startInProcess, type TestClient } from './support/testClient.ts';

const badSex = payloadText({ ...cleanChild, child_details: { ...cleanChild.child_details, sex: 'Q' } });
const capabilities = {
  workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
  textDocument: { diagnostic: {} },
};

let folder: string;
let client: TestClient;
let good: string;
let bad: string;

function uriOf(...names: string[]): string {
  return pathToFileURL(path.join(folder, ...names)).toString();
}

async function start(options: ClientOptions = {}): Promise<void> {
  client = await startInProcess({ workspaceFolders: [pathToFileURL(folder).toString()], ...options });
  client.connection.onRequest(RegistrationRequest.type, () => {});
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ssd-lsp-'));
  await mkdir(path.join(folder, 'out'));
  await mkdir(path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'package.json'), '{ "name": "x", }');
  await writeFile(path.join(folder, 'node_modules', 'bad.json'), badSex);
  await writeFile(path.join(folder, 'out', 'bad.json'), badSex);
  await writeFile(path.join(folder, 'good.json'), payloadText(cleanChild));
  good = uriOf('good.json');
  bad = uriOf('out', 'bad.json');
});

afterEach(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

function validate(uris?: string[]): Promise<ValidateFilesResult> {
  return client.connection.sendRequest(validateWorkspaceRequest, uris === undefined ? {} : { uris });
}

describe('validate workspace', () => {
  it('checks every payload of the folders and shows the problems of files that are not open', async () => {
    await start();
    const shown = client.nextPublished((p) => p.uri === bad);
    const result = await validate();
    expect(result).toEqual({
      files: [
        { uri: good, errors: 0, warnings: 0, others: 0 },
        { uri: bad, errors: 1, warnings: 0, others: 0 },
      ],
      skipped: [],
    });
    expect((await shown).diagnostics).toHaveLength(1);
  });

  it('takes the files that the client names, and says which are no payloads or cannot be read', async () => {
    await start();
    const gone = uriOf('gone.json');
    const plain = uriOf('package.json');
    const result = await validate([bad, plain, gone, 'untitled:one', 'not a uri']);
    expect(result.files.map((f) => f.uri)).toEqual([bad]);
    expect(result.skipped).toEqual([plain, gone, 'untitled:one', 'not a uri']);
  });

  it('takes an open file as it is in the editor', async () => {
    await start();
    await client.open(bad, payloadText(cleanChild));
    expect((await validate([bad])).files).toEqual([{ uri: bad, errors: 0, warnings: 0, others: 0 }]);
  });

  it('shows a file from disk again after it was open, and forgets one that went', async () => {
    await start();
    await validate();
    await client.open(bad, payloadText(cleanChild));
    await client.diagnostics(bad);
    const again = client.nextPublished((p) => p.uri === bad && p.diagnostics.length === 1);
    await client.close(bad);
    await again;
    await rm(path.join(folder, 'out', 'bad.json'));
    const cleared = client.nextPublished((p) => p.uri === bad && p.diagnostics.length === 0);
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: bad, type: FileChangeType.Deleted }],
    });
    await cleared;
  });

  it('stops when it is cancelled', async () => {
    await start();
    const source = new CancellationTokenSource();
    const running = client.connection.sendRequest(validateWorkspaceRequest, {}, source.token);
    const outcome = expect(running).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    source.cancel();
    await outcome;
  });
});

describe('pulled workspace diagnostics', () => {
  const pull = (previousResultIds: PreviousResultId[] = [], source = new CancellationTokenSource()) =>
    client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds }, source.token);

  const known = (report: WorkspaceDiagnosticReport): PreviousResultId[] =>
    report.items.flatMap(({ uri, resultId }) => (resultId === undefined ? [] : [{ uri, value: resultId }]));

  it('give the problems of all payloads of the folders when the person wants that, then wait for news', async () => {
    await start({ capabilities, configuration: { validation: { workspace: true } } });
    const seen = new Map<string, number>();
    let ids: PreviousResultId[] = [];
    while (!seen.has(bad) || !seen.has(good)) {
      const report = await pull(ids);
      for (const item of report.items) if (item.kind === 'full') seen.set(item.uri, item.items.length);
      ids = [...ids.filter((id) => !report.items.some((item) => item.uri === id.uri)), ...known(report)];
    }
    expect([seen.get(good), seen.get(bad), seen.size]).toEqual([0, 1, 2]);
    const waiting = pull(ids);
    await writeFile(path.join(folder, 'good.json'), badSex);
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: good, type: FileChangeType.Changed }],
    });
    const news = await waiting;
    expect(news.items.map((item) => [item.uri, item.kind === 'full' && item.items.length])).toEqual([[good, 1]]);
  });

  it('give nothing by themselves without that setting, and the files of "validate workspace" when that is run', async () => {
    await start({ capabilities, configuration: {} });
    const waiting = pull();
    await validate([bad]);
    expect((await waiting).items.map((item) => item.uri)).toEqual([bad]);
    expect(client.published).toEqual([]);
  });

  it('end when they are cancelled', async () => {
    await start({ capabilities, configuration: {} });
    const source = new CancellationTokenSource();
    const outcome = expect(pull([], source)).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    source.cancel();
    await outcome;
  });
});

describe('the validation report', () => {
  it('counts by rule and field, as Markdown and SARIF, without a value of any child', async () => {
    await start({ initializationOptions: { docsBaseUri: 'file:///docs/rules/' } });
    const report: ValidationReportResult = await client.connection.sendRequest(validationReportRequest, {});
    expect(report.files).toHaveLength(2);
    expect(report.byField).toEqual([{ field: 'child_details.sex', count: 1 }]);
    const [rule] = report.byRule;
    expect(rule?.count).toBe(1);
    expect(report.markdown).toContain('2 files were checked: 1 error, 0 warnings.');
    expect(report.markdown).toContain(`[${rule?.code}](file:///docs/rules/${rule?.code}.md)`);
    expect(report.markdown).toContain('| out/bad.json | 1 | 0 | 0 |');
    expect(JSON.parse(report.sarif)).toMatchObject({
      runs: [{ results: [{ locations: [{ physicalLocation: { artifactLocation: { uri: 'out/bad.json' } } }] }] }],
    });
    for (const value of ['Robin', 'Sample', '2014-05-17', 'R938000000011']) {
      expect(report.markdown + report.sarif).not.toContain(value);
    }
  });
});

describe('the problems of one child', () => {
  it('are counted, with the place of the child', async () => {
    await start();
    await client.open(bad, badSex);
    const ask = (childId: string): Promise<ChildProblemsResult | null> =>
      client.connection.sendRequest(childProblemsRequest, { textDocument: { uri: bad }, childId });
    expect(await ask('CH001')).toMatchObject({ range: { start: { line: 1, character: 2 } }, errors: 1 });
    expect(await ask('CH999')).toBeNull();
  });
});
