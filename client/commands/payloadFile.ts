import * as vscode from 'vscode';
import { DataflowError } from '../../core/errors.ts';
import { argumentsOf, textOf } from '../platform/arguments.ts';

/**
 * The payload that a command is about: the file that a menu gave, the `uri` or `file` of an argument object, or the
 * JSON document in the active editor.
 * @throws DataflowError `usage` when there is none
 */
export function payloadUri(argument: unknown): vscode.Uri {
  if (argument instanceof vscode.Uri) return argument;
  const given = argumentsOf(argument);
  if (given.uri instanceof vscode.Uri) return given.uri;
  const uri = textOf(given.uri);
  if (uri !== undefined) return vscode.Uri.parse(uri, true);
  const file = textOf(given.file);
  if (file !== undefined) return vscode.Uri.file(file);
  const active = vscode.window.activeTextEditor?.document;
  if (active && ['json', 'jsonc'].includes(active.languageId)) return active.uri;
  throw new DataflowError('usage', vscode.l10n.t('Open a payload (a JSON file) in the editor first.'));
}
