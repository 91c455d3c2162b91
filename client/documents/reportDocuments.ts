import * as vscode from 'vscode';

const scheme = 'ssd-report';

/** How many reports are kept for editors that are still open. */
const keptReports = 50;

/** Read-only documents held in memory: reports as Markdown, and bodies and answers as JSON. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.#texts.get(uri.path) ??
      vscode.l10n.t('This report was kept in memory only and is gone. Run the command again to make a new one.')
    );
  }

  /** Opens a Markdown report as a preview. A report of the same name replaces the earlier one. */
  async openMarkdown(name: string, markdown: string): Promise<vscode.Uri> {
    const uri = this.#keep(`${name}.md`, markdown);
    await vscode.workspace.openTextDocument(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
    return uri;
  }

  /** Opens JSON text in an editor. */
  async openJson(name: string, json: string): Promise<vscode.Uri> {
    const uri = this.keepJson(name, json);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
    return uri;
  }

  /** Makes a document of JSON text without opening it, for one side of a comparison. */
  keepJson(name: string, json: string): vscode.Uri {
    return this.#keep(`${name}.json`, json);
  }

  #keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name.replace(/[^\w .,-]+/g, '_')}` });
    this.#texts.delete(uri.path);
    this.#texts.set(uri.path, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= keptReports) break;
      this.#texts.delete(oldest);
    }
    this.#changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#texts.clear();
  }
}
