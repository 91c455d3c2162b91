import type { Command } from './command.ts';

/** Opens the log of the extension. */
export const showLog: Command = {
  needsTrust: false,
  run: async (ctx) => ctx.log.show(),
};
