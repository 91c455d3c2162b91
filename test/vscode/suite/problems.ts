import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, problemsOf, workspaceFile } from './support.ts';

/** Problems appear at their place, with a link and a fix that mends them. */
export function problemTests(): void {
  describe('problems of a payload', () => {
    const uri = workspaceFile('broken.payload.json');

    it('stand at the exact ranges of the mistakes', async () => {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const problems = await problemsOf(uri, (found) => found.length > 0);
      const marked = problems.map((problem) => `${codeOf(problem)} ${document.getText(problem.range)}`).sort();
      assert.deepEqual(marked, [
        'FMT-11 "2015-02-30"',
        'FMT-19 "ZZ99 3AA "',
        'FMT-20 "m"',
        'FMT-21 "favourite_colour"',
      ]);
    });

    it('link to the page of their rule, which the package holds', async () => {
      const [problem] = await problemsOf(uri, (found) => found.length > 0);
      assert.ok(problem && typeof problem.code === 'object', 'the problem has no link');
      const page = await vscode.workspace.fs.readFile(problem.code.target);
      assert.match(new TextDecoder().decode(page), new RegExp(codeOf(problem)));
    });

    it('go away when their fixes are applied', async () => {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const problems = await problemsOf(uri, (found) => found.length > 0);
      const sex = problems.find((problem) => codeOf(problem) === 'FMT-20');
      assert.ok(sex);
      // Problems of a file are known before it is open, and fixes only once the server has it open: as the light bulb
      // does, ask again until it has.
      let actions: readonly vscode.CodeAction[] = [];
      for (let tries = 0; tries < 100 && actions.length === 0; tries += 1) {
        actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          uri,
          sex.range,
          vscode.CodeActionKind.QuickFix.value,
        );
      }
      const fix = actions.find((action) => action.edit !== undefined && action.title.includes('M'));
      assert.ok(fix?.edit, `no fix among: ${actions.map((action) => action.title).join(', ')}`);
      await vscode.workspace.applyEdit(fix.edit);
      await problemsOf(uri, (found) => found.length > 0 && found.every((problem) => codeOf(problem) !== 'FMT-20'));
      assert.match(document.getText(), /"sex": "M"/);
    });

    it('of a clean payload are none', async () => {
      const clean = workspaceFile('one-child.payload.json');
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(clean));
      const counts = await vscode.commands.executeCommand('ssd.validatePayload', clean);
      assert.deepEqual(counts, { uri: clean.toString(), errors: 0, warnings: 0, others: 0 });
    });

    it('are found in files that are not open', async () => {
      const result = await vscode.commands.executeCommand<{
        readonly files: readonly { readonly uri: string; readonly errors: number }[];
      }>('ssd.validateWorkspace');
      const found = result.files.map((file) => file.uri.split('/').at(-1)).sort();
      assert.deepEqual(found, ['broken.payload.json', 'child_protection_plans.sql', 'one-child.payload.json']);
    });
  });
}
