import * as vscode from 'vscode';

/** What is counted in messages. */
export type Counted =
  | 'batch'
  | 'changed child'
  | 'child'
  | 'deletion'
  | 'error'
  | 'event'
  | 'file'
  | 'invented child'
  | 'submission'
  | 'warning';

/** A number with its noun, such as "1 child" or "20,000 children". */
export function counted(count: number, what: Counted): string {
  if (count === 1) return one(what);
  const number = new Intl.NumberFormat('en-GB').format(count);
  switch (what) {
    case 'batch':
      return vscode.l10n.t('{0} batches', number);
    case 'changed child':
      return vscode.l10n.t('{0} changed children', number);
    case 'child':
      return vscode.l10n.t('{0} children', number);
    case 'deletion':
      return vscode.l10n.t('{0} deletions', number);
    case 'error':
      return vscode.l10n.t('{0} errors', number);
    case 'event':
      return vscode.l10n.t('{0} events', number);
    case 'file':
      return vscode.l10n.t('{0} files', number);
    case 'invented child':
      return vscode.l10n.t('{0} invented children', number);
    case 'submission':
      return vscode.l10n.t('{0} submissions', number);
    case 'warning':
      return vscode.l10n.t('{0} warnings', number);
  }
}

function one(what: Counted): string {
  switch (what) {
    case 'batch':
      return vscode.l10n.t('1 batch');
    case 'changed child':
      return vscode.l10n.t('1 changed child');
    case 'child':
      return vscode.l10n.t('1 child');
    case 'deletion':
      return vscode.l10n.t('1 deletion');
    case 'error':
      return vscode.l10n.t('1 error');
    case 'event':
      return vscode.l10n.t('1 event');
    case 'file':
      return vscode.l10n.t('1 file');
    case 'invented child':
      return vscode.l10n.t('1 invented child');
    case 'submission':
      return vscode.l10n.t('1 submission');
    case 'warning':
      return vscode.l10n.t('1 warning');
  }
}
