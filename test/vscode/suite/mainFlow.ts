import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type {
  AuditEntry,
  AuditVerifyResult,
  ChangesResult,
  ExtractResult,
  SubmissionReport,
} from '../../../jobs/contract.ts';
import { problemsOf, runCommand, workspaceFile } from './support.ts';

const invented = { children: 60, seed: 7, faulty: true };

/** The main job by commands alone, on the sandbox: extract, problems, preview, submit, audit. */
export function mainFlowTests(): void {
  describe('the main job on the sandbox', () => {
    let changes: ChangesResult;
    let heldBack: string;

    before(async () => {
      await runCommand('ssd.resetSandbox', invented);
    });

    it('extracts a payload and shows its problems', async () => {
      const result = await runCommand<ExtractResult & { readonly uri: string }>('ssd.extractPayload');
      assert.ok(result.children > 30, `only ${result.children} children`);
      assert.ok(result.problems.errors > 0, 'the faulty sandbox gave no problems');
      const uri = vscode.Uri.parse(result.uri);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
      const shown = await problemsOf(uri, (problems) => problems.length > 0);
      const errors = shown.filter((problem) => problem.severity === vscode.DiagnosticSeverity.Error);
      assert.equal(errors.length, result.problems.errors);
    });

    it('previews what changed: everything is new before the first submission', async () => {
      changes = await runCommand<ChangesResult>('ssd.previewDelta');
      assert.ok(changes.counts.new > 30);
      assert.equal(changes.counts.updated + changes.counts.deleted, 0);
      assert.equal(changes.children.length, changes.counts.new);
    });

    it('opens a child side by side in read-only documents', async () => {
      const [child] = changes.children;
      assert.ok(child);
      const sides = await runCommand<{ readonly left: string; readonly right: string }>('ssd.changes.openChild', {
        personId: child.personId,
      });
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputTextDiff, 'no diff editor is open');
      assert.equal(input.modified.toString(), sides.right);
      const left = await vscode.workspace.openTextDocument(vscode.Uri.parse(sides.left));
      const right = await vscode.workspace.openTextDocument(vscode.Uri.parse(sides.right));
      assert.equal(left.getText(), '');
      assert.equal(JSON.parse(right.getText()).la_child_id, child.personId);
    });

    it('opens all changes in one editor', async () => {
      const { opened, hidden } = await runCommand<{ readonly opened: number; readonly hidden: number }>(
        'ssd.changes.openAll',
      );
      assert.equal(opened + hidden, changes.children.length);
    });

    it('opens a child as it will be sent', async () => {
      const [child] = changes.children;
      assert.ok(child);
      const { uri } = await runCommand<{ readonly uri: string }>('ssd.changes.openChild', {
        personId: child.personId,
        asSent: true,
      });
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
      assert.equal(JSON.parse(document.getText()).la_child_id, child.personId);
    });

    it('finds children by their id', async () => {
      const child = changes.children.at(-1);
      assert.ok(child);
      const { shown } = await runCommand<{ readonly shown: number }>('ssd.changes.search', { search: child.personId });
      assert.equal(shown, 1);
      await runCommand('ssd.changes.clearFilter');
    });

    it('holds back a child with a reason', async () => {
      const child = changes.children.find((candidate) => candidate.errors === 0);
      assert.ok(child);
      heldBack = child.personId;
      await runCommand('ssd.changes.hold', { personId: heldBack, reason: 'being checked' });
      const again = await runCommand<ChangesResult>('ssd.previewDelta', { stage: false });
      assert.equal(again.children.find((candidate) => candidate.personId === heldBack)?.heldBack, 'being checked');
    });

    it('sends nothing in a dry run', async () => {
      const report = await runCommand<SubmissionReport>('ssd.submitPayload', { mode: 'dry-run' });
      assert.equal(report.mode, 'dry-run');
      const after = await runCommand<ChangesResult>('ssd.previewDelta', { stage: false });
      assert.equal(after.counts.pending, changes.counts.pending);
    });

    it('sends everything else to the receiver on this computer in test mode', async () => {
      const report = await runCommand<SubmissionReport>('ssd.submitPayload', { mode: 'test' });
      assert.equal(report.outcome, 'completed');
      assert.deepEqual(report.rejected, []);
      assert.equal(report.heldBack.length, 1);
      assert.equal(report.accepted + report.blocked.length + report.heldBack.length, changes.children.length);
      assert.match(report.endpoint, /^http:\/\/127\.0\.0\.1:/);
    });

    it('sends only what changed the next day, and a child that is included again', async () => {
      await runCommand('ssd.changes.include', { personId: heldBack });
      await runCommand('ssd.advanceSandbox', { days: 20 });
      const next = await runCommand<ChangesResult>('ssd.previewDelta');
      assert.ok(next.counts.updated > 0, 'nothing was updated');
      assert.ok(next.counts.unchanged > 0, 'everything was updated');
      const report = await runCommand<SubmissionReport>('ssd.submitPayload', { mode: 'test', send: 'delta' });
      assert.equal(report.outcome, 'completed');
      const { accepted, settled, blocked, rejected } = report;
      assert.deepEqual(rejected, []);
      assert.equal(accepted + settled + blocked.length, next.counts.pending);
      const after = await runCommand<ChangesResult>('ssd.previewDelta', { stage: false });
      assert.equal(after.counts.pending, blocked.length);
    });

    it('keeps an audit trail that holds', async () => {
      const entries = await runCommand<readonly AuditEntry[]>('ssd.showAuditTrail');
      assert.ok(entries.filter((entry) => entry.mode === 'test').length >= 2);
      const verified = await runCommand<AuditVerifyResult>('ssd.verifyAuditTrail');
      assert.equal(verified.firstBroken, null);
      assert.ok(verified.events > 0);
    });

    it('exports the audit trail without names of children', async () => {
      const out = workspaceFile('audit.csv').fsPath;
      const { submissions } = await runCommand<{ readonly submissions: number }>('ssd.exportAuditTrail', { out });
      assert.ok(submissions >= 2);
      const text = await readFile(out, 'utf8');
      assert.ok(text.length > 0);
      assert.doesNotMatch(text, /first_name|surname|date_of_birth/);
    });

    it('cannot reach live by arguments or settings of a folder', async () => {
      const settings = vscode.workspace.getConfiguration('ssd');
      const address = 'https://receiver.invalid/1';
      for (const name of ['endpoint.liveUrl', 'laCode']) {
        await assert.rejects(async () => {
          await settings.update(name, address, vscode.ConfigurationTarget.Workspace);
        });
      }
      // Even with everything that only this computer's person may set, the gates are shut: no sign-off, no live data.
      await settings.update('laCode', '926', vscode.ConfigurationTarget.Global);
      await settings.update('endpoint.liveUrl', address, vscode.ConfigurationTarget.Global);
      await settings.update('endpoint.tokenUrl', address, vscode.ConfigurationTarget.Global);
      try {
        const result = await vscode.commands.executeCommand<object>('ssd.submitPayload', { mode: 'live' });
        assert.ok(result && ('refused' in result || 'failed' in result), JSON.stringify(result));
      } finally {
        for (const name of ['laCode', 'endpoint.liveUrl', 'endpoint.tokenUrl']) {
          await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
        }
      }
    });

    it('checks the connection', async () => {
      const { items } = await runCommand<{ readonly items: readonly { readonly outcome: string }[] }>(
        'ssd.checkConnection',
      );
      assert.ok(items.length > 0);
      assert.deepEqual(
        items.filter((item) => item.outcome === 'fail'),
        [],
      );
    });
  });
}
