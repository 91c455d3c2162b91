import type { Command } from './command.ts';

/** Children open as they will be sent from now on. */
export const showAsSent: Command = {
  needsTrust: false,
  run: async (ctx) => {
    ctx.changes.asSent = true;
  },
};

/** Children open as previous beside current from now on. */
export const showSideBySide: Command = {
  needsTrust: false,
  run: async (ctx) => {
    ctx.changes.asSent = false;
  },
};
