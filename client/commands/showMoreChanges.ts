import { argumentsOf, oneOf } from '../platform/arguments.ts';
import type { ChangesView } from '../views/changesView.ts';
import type { Command } from './command.ts';

/** Lists one page more of a group. Argument: `{ state }`. */
export function showMoreChanges(view: ChangesView): Command {
  return {
    needsTrust: false,
    run: async (_ctx, ...given) => {
      const state = oneOf(argumentsOf(given[0]).state, ['new', 'updated', 'deleted'] as const);
      if (state !== undefined) view.showMore(state);
    },
  };
}
