import { at, type EpisodeView, type Item } from './childView.ts';
import { type Day, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { related } from './rule.ts';

/** A stretch of days of an element. `last` is the last day that counts as inside; undefined when it blocks nothing. */
export interface Stretch extends Item {
  readonly episode: EpisodeView;
  readonly start: Day | undefined;
  readonly last: Day | undefined;
  /** Whether it has no end yet. */
  readonly open: boolean;
}

/**
 * Reports each element that starts inside another one: on or between its first and last day, the same day counted.
 * Of two that start on one day the second is reported. Two open ones are left to the rule that allows only one.
 */
export function reportOverlaps(code: string, stretches: readonly Stretch[], report: Report): void {
  stretches.forEach((stretch, index) => {
    const { start } = stretch;
    if (start === undefined) return;
    const around = stretches.find((other, position) => {
      if (other === stretch || other.start === undefined || other.last === undefined) return false;
      if (other.open && stretch.open) return false;
      const mutual = other.start === start && (stretch.last ?? Number.NEGATIVE_INFINITY) >= start;
      return start >= other.start && start <= other.last && !(mutual && position > index);
    });
    if (around === undefined) return;
    report({
      code,
      path: at(stretch, 'start_date'),
      values: { date: formatDay(start) },
      related: [related(around.path, 'It starts inside this one.', 'opening')],
    });
  });
}
