import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { payloadTypes, payloadTypesPath } from './payloadTypes.ts';
import { ruleDocs, ruleDocsFolder } from './ruleDocs.ts';

const root = path.join(import.meta.dirname, '..');

await mkdir(path.join(root, ruleDocsFolder), { recursive: true });
const pages = ruleDocs();
for (const name of await readdir(path.join(root, ruleDocsFolder))) {
  // A rule that is gone takes its page with it.
  if (!pages.has(`${ruleDocsFolder}/${name}`)) await rm(path.join(root, ruleDocsFolder, name));
}
for (const [file, text] of pages) await writeFile(path.join(root, file), text);
await writeFile(path.join(root, payloadTypesPath), await payloadTypes());
