import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, problemsOf, workspaceFile } from './support.ts';

/** Extract SQL: the shipped pack is clean, a broken name is marked and mended, completion knows what is in scope. */
export function extractTests(): void {
  describe('an extract', () => {
    const extension = vscode.extensions.all.find((candidate) => candidate.packageJSON.name === 'ssd-dataflow');
    const shipped = (name: string) => {
      assert.ok(extension, 'the extension is not installed');
      return vscode.Uri.joinPath(extension.extensionUri, 'extracts', name);
    };

    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      for (const name of ['adoption.sql', 'sdq_assessments.sql'])
        await vscode.workspace.fs.delete(workspaceFile(`extracts/${name}`));
    });

    /** A copy of a shipped extract in an editor of its own, so that it can be edited. */
    async function copyOf(name: string, change: (text: string) => string): Promise<vscode.TextDocument> {
      const text = (await vscode.workspace.openTextDocument(shipped(name))).getText();
      const uri = workspaceFile(`extracts/${name}`);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(change(text)));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      return document;
    }

    it('marks a broken column name, and the fix mends it', async () => {
      const document = await copyOf('adoption.sql', (text) =>
        text.replace('a.perm_matched_date AS', 'a.perm_mached_date AS'),
      );
      const [problem] = await problemsOf(document.uri, (found) => found.length > 0);
      assert.ok(problem);
      assert.equal(codeOf(problem), 'SQL-102');
      assert.equal(document.getText(problem.range), 'perm_mached_date');
      assert.ok(typeof problem.code === 'object');
      const page = await vscode.workspace.fs.readFile(problem.code.target);
      assert.match(new TextDecoder().decode(page), /SQL-102/);
      const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        problem.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      const fix = actions.find((action) => action.title === 'Change to perm_matched_date');
      assert.ok(fix?.edit, `no fix among: ${actions.map((action) => action.title).join(', ')}`);
      await vscode.workspace.applyEdit(fix.edit);
      await problemsOf(document.uri, (found) => found.length === 0);
    });

    it('of the shipped pack has no problem', async () => {
      const document = await vscode.workspace.openTextDocument(shipped('child_details.sql'));
      await vscode.window.showTextDocument(document);
      const hovers = await vscode.commands.executeCommand<readonly vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        document.positionAt(document.getText().indexOf('ssd_person') + 2),
      );
      assert.ok(hovers.length > 0, 'the server does not know the file');
      assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
    });

    it('completes the columns in scope inside an unfinished WHERE', async () => {
      const uri = workspaceFile('extracts/sdq_assessments.sql');
      const text =
        '-- @section sdq_assessments\nSELECT s.csdq_person_id AS la_child_id\nFROM ssd_sdq_scores s\nWHERE s.';
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        document.positionAt(text.length),
      );
      const labels = list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
      for (const column of ['csdq_sdq_score', 'csdq_sdq_completed_date'])
        assert.ok(labels.includes(column), labels.slice(0, 20).join(', '));
    });
  });
}
