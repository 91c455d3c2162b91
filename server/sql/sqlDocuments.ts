import type { TextDocument } from 'vscode-languageserver-textdocument';
import { SqlDocument, type SqlModel } from '../../core/sql/sqlDocument.ts';
import type { SqlOptions } from '../../core/sql/sqlOptions.ts';
import type { Settings } from '../settings.ts';

interface Known {
  readonly key: string;
  readonly sql: SqlDocument;
}

/** The analysed texts of the SQL documents, kept through edits. */
export class SqlDocuments {
  readonly #known = new Map<string, Known>();

  /** The analysed text of a document as it is now. */
  of(document: TextDocument, settings: Settings): SqlDocument {
    const options = sqlOptions(document, settings);
    const key = JSON.stringify(options);
    const known = this.#known.get(document.uri);
    if (known !== undefined && known.key === key) {
      known.sql.update(document.getText());
      return known.sql;
    }
    const sql = new SqlDocument(document.getText(), options);
    this.#known.set(document.uri, { key, sql });
    return sql;
  }

  model(document: TextDocument, settings: Settings): SqlModel {
    return this.of(document, settings).model();
  }

  drop(document: TextDocument): void {
    this.#known.delete(document.uri);
  }
}

/** How a document is to be read: the settings, and what its name says. */
export function sqlOptions(document: TextDocument, settings: Settings): SqlOptions {
  const { dialect, compatibilityLevel } = settings.extract;
  return {
    spec: settings.payload.spec,
    fileName: decodeURIComponent(document.uri.slice(document.uri.lastIndexOf('/') + 1)),
    ...(dialect === 'auto' ? {} : { flavour: dialect }),
    ...(compatibilityLevel === null ? {} : { compatibilityLevel }),
  };
}
