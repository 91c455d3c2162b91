import type { TextDocument } from 'vscode-languageserver-textdocument';
import { matchesFiles } from '../files.ts';
import type { Settings } from '../settings.ts';

/** Characters of a text that are looked at for SSD tables. */
const readAhead = 500_000;

/** Whether a document is written in SQL, judged by what the editor calls it and by its name. */
function isSql(document: TextDocument): boolean {
  return ['sql', 'mssql', 'tsql', 'postgres', 'plsql'].includes(document.languageId) || /\.sql$/i.test(document.uri);
}

/**
 * Whether a document is an extract: by its place, by a header line, or because it reads tables of the SSD. Other SQL
 * belongs to other tools.
 */
export function recognisesSql(document: TextDocument, settings: Settings): boolean {
  if (!isSql(document)) return false;
  if (matchesFiles(document.uri, settings.extract.files)) return true;
  const text = document.getText();
  return (
    /^[ \t]*--[ \t]*@(?:section|cohort|dialect)\b/im.test(text.slice(0, 4000)) ||
    /\bssd_[a-z]/i.test(text.slice(0, readAhead))
  );
}
