import * as vscode from 'vscode';
import type { ChildChangeResult } from '../../jobs/contract.ts';
import type { Ctx } from '../ctx.ts';
import { type ChangesSource, changesInput } from '../views/changesModel.ts';
import { type DeltaSide, deltaScheme, deltaUri, parseDeltaUri } from './deltaUri.ts';

/** How many computed children are kept for the documents that are about to open. */
const keptChildren = 400;

/** Read-only documents with one side of one child's change. They are computed when an editor asks for them. */
export class DeltaDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #children = new Map<string, Promise<ChildChangeResult>>();
  readonly #disposables: vscode.Disposable[];

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(deltaScheme, this),
      ctx.changes.onDidChange(() => this.#refresh()),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { side, personId, from } = parseDeltaUri(uri);
    const change = await this.change(personId, from);
    return change[side] ?? '';
  }

  /** One child's change, computed once for both sides. */
  async change(personId: string, from: ChangesSource): Promise<ChildChangeResult> {
    const key = JSON.stringify([personId, from]);
    const known = this.#children.get(key);
    if (known) return await known;
    const change = this.#ctx.runQuietJob('childChange', { ...changesInput(from), personId });
    this.#children.set(key, change);
    change.catch(() => this.#children.delete(key));
    for (const oldest of this.#children.keys()) {
      if (this.#children.size <= keptChildren) break;
      this.#children.delete(oldest);
    }
    return await change;
  }

  uri(side: DeltaSide, personId: string, from: ChangesSource): vscode.Uri {
    return deltaUri({ side, personId, from });
  }

  /** The staged rows may have moved, so what was computed is dropped and open documents ask again. */
  #refresh(): void {
    this.#children.clear();
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === deltaScheme) this.#changed.fire(document.uri);
    }
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
