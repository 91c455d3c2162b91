import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export const extensionId = 'csc-dataflow.ssd-dataflow';

/** The packaged extension starts, quickly, and offers what its manifest says. */
export function activationTests(): void {
  describe('activation', () => {
    it('activates from the installed package', async () => {
      const extension = vscode.extensions.getExtension(extensionId);
      assert.ok(extension, 'the extension is not installed');
      await extension.activate();
      assert.equal(extension.isActive, true);
    });

    it('registers every command of the manifest', async () => {
      const registered = new Set(await vscode.commands.getCommands(true));
      const missing = manifestCommands().filter((id) => !registered.has(id));
      assert.deepEqual(missing, []);
    });
  });
}

function manifestCommands(): readonly string[] {
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as {
    readonly contributes: { readonly commands: readonly { readonly command: string }[] };
  };
  return manifest.contributes.commands.map((command) => command.command);
}
