import * as vscode from 'vscode';
import { counted } from '../platform/counted.ts';
import { notify } from '../platform/notify.ts';
import type { Command } from './command.ts';

/** Makes an SSD with invented children if there is none, and starts a receiver on this computer. */
export const startSandbox: Command = {
  needsTrust: true,
  run: async (ctx) => {
    const started = await ctx.sandbox.start();
    notify(
      vscode.l10n.t(
        'The sandbox is ready: {0}, receiver at {1}.',
        counted(started.children, 'invented child'),
        started.endpoint,
      ),
      { title: vscode.l10n.t('Preview Delta'), command: 'ssd.previewDelta' },
      { title: vscode.l10n.t('Extract Payload'), command: 'ssd.extractPayload' },
    );
    return started;
  },
};

/** Stops the receiver. The invented SSD stays. */
export const stopSandbox: Command = {
  needsTrust: true,
  run: async (ctx) => await ctx.sandbox.stop(),
};
