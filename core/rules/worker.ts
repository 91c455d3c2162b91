import { at, type ChildView, type EpisodeView, textOf, type Worker } from './childView.ts';
import { type Day, formatDay } from './days.ts';
import type { Report } from './finding.ts';
import { findRepeats } from './repeats.ts';
import { each, endsAnotherDay, inOrder, type Picker, present, type Rule, type RuleContext, related } from './rule.ts';

const workers: Picker<Worker> = (child) => child.workers;
const episodes: Picker<EpisodeView> = (child) => child.episodes;

/** Days without a worker that a change of worker may take. */
const longestGap = 7;

function isRegistration(id: string): boolean {
  return /^(SW|XX)/.test(id);
}

/** Letters and then digits without the prefix of a registration number: how log-in names are made. */
function isLogInName(id: string): boolean {
  return /^[A-Za-z]{3,}[0-9]{1,4}$/.test(id) && !isRegistration(id.toUpperCase());
}

function sorted(episode: EpisodeView): readonly (Worker & { readonly start: Day })[] {
  return episode.workers
    .filter((worker): worker is Worker & { start: Day } => worker.start !== undefined)
    .toSorted((a, b) => a.start - b.start);
}

function reportSeveralOpen(episode: EpisodeView, report: Report): void {
  if (episode.workers.length < 2) return;
  const all = sorted(episode);
  const latest = all.at(-1);
  for (const worker of all.slice(0, -1)) {
    if (!worker.open || latest === undefined) continue;
    report({
      code: 'WRK-05',
      path: worker.path,
      at: 'opening',
      values: { date: formatDay(latest.start) },
      related: [related(latest.path, 'This worker started later.', 'opening')],
    });
  }
}

function reportGap(episode: EpisodeView, report: Report): void {
  if (episode.workers.length < 2) return;
  let covered: Worker | undefined;
  for (const worker of sorted(episode)) {
    const end = covered?.end;
    if (covered !== undefined && end !== undefined && worker.start - end > longestGap) {
      report({
        code: 'WRK-06',
        path: at(worker, 'start_date'),
        values: { days: worker.start - end, limit: longestGap },
        related: [related(at(covered, 'end_date'), 'The worker before ends here.')],
      });
    }
    // An end that is missing or cannot be read covers whatever follows.
    if (worker.end === undefined) return;
    if (end === undefined || worker.end > end) covered = worker;
  }
}

function reportUncovered(child: ChildView, report: Report, { yearEnd }: RuleContext): void {
  const covers = ({ start, end, open }: { start: Day | undefined; end: Day | undefined; open: boolean }): boolean =>
    start !== undefined && start <= yearEnd && (open || (end !== undefined && end >= yearEnd));
  const placement = child.placements.find(covers);
  const all = child.workers;
  if (placement === undefined || all.some(covers)) return;
  // A worker whose dates cannot be read might be the one.
  if (all.some(({ start, end, open }) => start === undefined || (!open && end === undefined))) return;
  report({ code: 'WRK-07', path: placement.path, at: 'opening', values: { yearEnd: formatDay(yearEnd) } });
}

function reportTwins(episode: EpisodeView, report: Report): void {
  const period = (worker: Worker): string | undefined =>
    worker.id === undefined
      ? undefined
      : JSON.stringify([worker.id, textOf(worker, 'start_date'), textOf(worker, 'end_date')]);
  for (const [worker, first] of findRepeats(episode.workers, period)) {
    report({
      code: 'WRK-08',
      path: worker.path,
      at: 'opening',
      related: [related(first.path, 'The first one is here.', 'opening')],
      fixes: [{ kind: 'remove', title: 'Remove the repeated worker', path: worker.path, safe: true }],
    });
  }
}

/** Rules about care workers (section 14). */
export const workerRules: readonly Rule[] = [
  each('WRK-01', workers, (worker, report) => {
    const { id } = worker;
    if (id === undefined || isRegistration(id) || isLogInName(id)) return;
    const path = at(worker, 'worker_id');
    const upper = id.toUpperCase();
    const fixes = isRegistration(upper)
      ? [{ kind: 'replace' as const, title: 'Change to upper case', path, value: upper, safe: true }]
      : [];
    report({ code: 'WRK-01', path, fixes });
  }),
  present('WRK-02', workers, 'start_date'),
  inOrder('WRK-03', workers, 'start_date', 'end_date'),
  endsAnotherDay('WRK-04', workers),
  each('WRK-05', episodes, reportSeveralOpen, true),
  each('WRK-06', episodes, reportGap, true),
  { code: 'WRK-07', whole: true, check: reportUncovered },
  each('WRK-08', episodes, reportTwins),
  each('WRK-09', workers, (worker, report) => {
    const { id } = worker;
    if (id === undefined || !isLogInName(id)) return;
    report({ code: 'WRK-09', path: at(worker, 'worker_id') });
  }),
];
