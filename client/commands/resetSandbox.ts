import * as vscode from 'vscode';
import { argumentsOf } from '../platform/arguments.ts';
import { counted } from '../platform/counted.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/**
 * Makes the invented SSD and the receiver's store anew. Nothing real is touched and the audit trail stays, so
 * nobody is asked. Arguments: `{ children, seed, faulty }`.
 */
export const resetSandbox: Command = {
  needsTrust: true,
  run: async (ctx, ...given) => {
    const { children, seed, faulty } = argumentsOf(given[0]);
    // A running receiver keeps its store open, so it pauses while the store is made anew.
    const running = ctx.sandbox.address !== null;
    if (running) await ctx.sandbox.stop();
    const result = await ctx.runJob(
      'sandboxPrepare',
      {
        reset: true,
        ...(typeof children === 'number' ? { children } : {}),
        ...(typeof seed === 'number' ? { seed } : {}),
        ...(typeof faulty === 'boolean' ? { faulty } : {}),
      },
      vscode.l10n.t('Making the sandbox anew'),
    );
    if (running) await ctx.sandbox.start();
    await ctx.changes.reload();
    notify(
      vscode.l10n.t('The sandbox is new: {0}. The audit trail was kept.', counted(result.children, 'invented child')),
      {
        title: vscode.l10n.t('Preview Delta'),
        command: 'ssd.previewDelta',
      },
    );
    return result;
  },
};
