import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ValidationReportResult } from '../../../server/protocol.ts';
import { codeOf, problemsOf, runCommand, workspaceFile } from './support.ts';

/** Everything beside the main job: extracts, code lenses, comparing, scrambling, reports, the sample workspace. */
export function toolTests(): void {
  describe('tools', () => {
    const payload = workspaceFile('one-child.payload.json');

    it('mark a misspelt column of an extract where it stands', async () => {
      const uri = workspaceFile('extracts/child_protection_plans.sql');
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const problems = await problemsOf(uri, (found) => found.length > 0);
      const marked = problems.map((problem) => document.getText(problem.range));
      assert.ok(marked.includes('cppl_cp_plan_finish_date'), marked.join(', '));
    });

    it('link an extract problem to a page that the package holds', async () => {
      const [problem] = await problemsOf(workspaceFile('extracts/child_protection_plans.sql'), (f) => f.length > 0);
      assert.ok(problem && typeof problem.code === 'object', 'the problem has no link');
      const page = await vscode.workspace.fs.readFile(problem.code.target);
      assert.match(new TextDecoder().decode(page), new RegExp(codeOf(problem)));
    });

    it('offer code lenses whose commands all exist', async () => {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(payload));
      const lenses = await vscode.commands.executeCommand<readonly vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        payload,
        10,
      );
      const registered = await vscode.commands.getCommands(true);
      const named = lenses.map((lens) => lens.command?.command ?? '');
      assert.deepEqual([...new Set(named)].sort(), [
        'ssd.copyChildAsDelta',
        'ssd.showChildChanges',
        'ssd.validateChild',
      ]);
      assert.deepEqual(
        named.filter((id) => !registered.includes(id)),
        [],
      );
    });

    it('validate one child', async () => {
      const result = await runCommand('ssd.validateChild', payload.toString(), 'CH1001');
      assert.deepEqual(result, { problems: 0 });
    });

    it('validate one child with problems, and go to the first', async () => {
      const uri = workspaceFile('broken.payload.json');
      const { problems } = await runCommand<{ readonly problems: number }>(
        'ssd.validateChild',
        uri.toString(),
        'CH2001',
      );
      assert.ok(problems > 0);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    });

    it('show a child of a payload beside what the DfE accepted, and copy it as a delta', async () => {
      const change = await runCommand<{ readonly previous: string; readonly current: string }>(
        'ssd.showChildChanges',
        payload.toString(),
        'CH1001',
      );
      assert.equal(change.previous, '');
      assert.match(change.current, /CH1001/);
      const { delta } = await runCommand<{ readonly delta: string }>(
        'ssd.copyChildAsDelta',
        payload.toString(),
        'CH1001',
      );
      assert.equal(JSON.parse(delta).la_child_id, 'CH1001');
    });

    it('compare two payload files', async () => {
      const result = await runCommand<{ readonly children: number; readonly text: string }>('ssd.compareFiles', {
        previous: payload.fsPath,
        current: workspaceFile('broken.payload.json').fsPath,
      });
      assert.equal(result.children, 2);
      const deletion = JSON.parse(result.text).find((child: { la_child_id: string }) => child.la_child_id === 'CH1001');
      assert.equal(deletion.purge, true);
    });

    it('scramble a payload so that no name survives', async () => {
      const out = workspaceFile('scrambled.json').fsPath;
      await runCommand('ssd.scramblePayload', { file: payload.fsPath, out });
      const text = await readFile(out, 'utf8');
      assert.doesNotMatch(text, /Robin|Invented|CH1001/);
      assert.equal(JSON.parse(text).length, 1);
    });

    it('report problems by rule and field, as Markdown and SARIF', async () => {
      const report = await runCommand<ValidationReportResult>('ssd.validationReport', {
        uris: [workspaceFile('broken.payload.json').toString()],
      });
      assert.ok(report.byRule.some((rule) => rule.code === 'FMT-11'));
      assert.match(report.markdown, /FMT-11/);
      assert.equal(JSON.parse(report.sarif).version, '2.1.0');
      assert.doesNotMatch(report.markdown, /Robin|Invented/);
    });

    it('summarise the changes', async () => {
      await runCommand('ssd.previewDelta');
      const { uri } = await runCommand<{ readonly uri: string }>('ssd.changes.summary');
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
      assert.match(document.getText(), /# Changes since the last accepted payload/);
    });

    it('send the children of a file to the sandbox', async () => {
      const report = await runCommand<{ readonly accepted: number; readonly outcome: string }>('ssd.submitPayload', {
        mode: 'test',
        file: payload.fsPath,
      });
      assert.deepEqual([report.outcome, report.accepted], ['completed', 1]);
    });

    it('copy the sample workspace, whose payloads are as its guide says', async () => {
      const folder = workspaceFile('sample').fsPath;
      await runCommand('ssd.openSampleWorkspace', { folder, open: false });
      const clean = vscode.Uri.joinPath(vscode.Uri.file(folder), 'payloads', 'clean.payload.json');
      const counts = await runCommand<{ readonly errors: number; readonly warnings: number }>(
        'ssd.validatePayload',
        clean,
      );
      assert.deepEqual([counts.errors, counts.warnings], [0, 0]);
    });

    it('say what is missing instead of failing, when a command has nothing to work on', async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const result = await vscode.commands.executeCommand<{ readonly failed: string; readonly message: string }>(
        'ssd.scramblePayload',
      );
      assert.equal(result.failed, 'usage');
      assert.match(result.message, /Open a payload/);
    });

    it('start and stop the sandbox', async () => {
      const started = await runCommand<{ readonly endpoint: string; readonly tokenEndpoint: string }>(
        'ssd.startSandbox',
      );
      assert.ok((await fetch(started.endpoint)).status >= 400, 'the receiver does not answer');
      assert.deepEqual(await runCommand('ssd.stopSandbox'), { stopped: true });
      await assert.rejects(fetch(started.endpoint));
    });
  });
}
