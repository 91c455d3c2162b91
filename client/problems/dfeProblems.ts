import * as vscode from 'vscode';
import type { RejectedChild } from '../../jobs/contract.ts';
import { isOpenable } from '../platform/files.ts';
import { locateInPayload } from './locateInPayload.ts';

/** What the DfE said about children of a payload, as problems in that payload until it is sent again or edited. */
export class DfeProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('ssd-dfe');

  /**
   * Replaces what is known about one payload file. Children that the file does not hold are left out, and so is a
   * file that is not there or too large for an editor.
   */
  async show(uri: vscode.Uri, rejected: readonly RejectedChild[]): Promise<number> {
    if (rejected.length === 0 || !(await isOpenable(uri))) {
      this.#collection.delete(uri);
      return 0;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.getText();
    const diagnostics: vscode.Diagnostic[] = [];
    for (const child of rejected) {
      const place = locateInPayload(text, child.personId, child.path);
      if (place === null) continue;
      const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
      const diagnostic = new vscode.Diagnostic(
        range,
        vscode.l10n.t('The DfE did not accept this child: {0}', child.message),
        vscode.DiagnosticSeverity.Error,
      );
      diagnostic.source = 'DfE';
      diagnostics.push(diagnostic);
    }
    this.#collection.set(uri, diagnostics);
    return diagnostics.length;
  }

  dispose(): void {
    this.#collection.dispose();
  }
}
