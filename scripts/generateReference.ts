// Writes docs/reference/*.md from the schemas, the manifest and the command line. Usage: node scripts/generateReference.ts
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { referenceDocs } from './referenceDocs.ts';

const root = path.join(import.meta.dirname, '..');
await mkdir(path.join(root, 'docs/reference'), { recursive: true });
for (const [file, text] of referenceDocs()) await writeFile(path.join(root, file), text);
