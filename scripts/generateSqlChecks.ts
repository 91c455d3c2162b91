// Writes docs/checks/<CODE>.md from schemas/sql-checks.json, and docs/reference/sections/<section>.md from the payload
// schema. Usage: node scripts/generateSqlChecks.ts
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sqlDocs } from './sqlDocs.ts';

const root = path.join(import.meta.dirname, '..');
const pages = sqlDocs();
for (const folder of ['docs/checks', 'docs/reference/sections']) {
  await mkdir(path.join(root, folder), { recursive: true });
  for (const name of await readdir(path.join(root, folder))) {
    if (!pages.has(`${folder}/${name}`)) await rm(path.join(root, folder, name));
  }
}
for (const [file, text] of pages) await writeFile(path.join(root, file), text);
