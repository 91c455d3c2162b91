import * as vscode from 'vscode';
import type { ProgressStep } from '../../pipeline/progress.ts';

/** One line for a progress notification, such as "Extracting: 1,200 of 20,000 children". */
export function progressText(step: ProgressStep): string {
  const number = new Intl.NumberFormat('en-GB');
  const unit = step.unit ?? '';
  const words = [step.phase];
  if (step.done !== undefined && step.total !== undefined) {
    words.push(vscode.l10n.t('{0} of {1} {2}', number.format(step.done), number.format(step.total), unit).trim());
  } else if (step.done !== undefined) {
    words.push(`${number.format(step.done)} ${unit}`.trim());
  }
  const line = words.join(': ');
  return step.message ? `${line}. ${step.message}` : line;
}

/** Whole percents from nothing to all for a step, or null while the total is not known. */
export function progressPercent(step: ProgressStep): number | null {
  if (step.done === undefined || step.total === undefined || step.total <= 0) return null;
  return Math.min(100, Math.floor((100 * step.done) / step.total));
}
