import { codesetsPage } from './reference/codesetsPage.ts';
import { commandsPage } from './reference/commandsPage.ts';
import { fieldsPage } from './reference/fieldsPage.ts';
import { settingsPage } from './reference/settingsPage.ts';
import { stagingPage } from './reference/stagingPage.ts';
import { tablesPage } from './reference/tablesPage.ts';

/** The reference pages that are generated from the data, by path from the root of the repository. */
export function referenceDocs(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/fields.md', fieldsPage()],
    ['docs/reference/codesets.md', codesetsPage()],
    ['docs/reference/tables.md', tablesPage()],
    ['docs/reference/staging.md', stagingPage()],
    ['docs/reference/settings.md', settingsPage()],
    ['docs/reference/commands.md', commandsPage()],
  ]);
}
