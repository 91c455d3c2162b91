// Writes what package.json takes from schemas/: the shape of a connection in ssd.connections.
// Usage: node scripts/generateManifest.ts
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withGeneratedParts } from './manifestParts.ts';

const file = path.join(import.meta.dirname, '..', 'package.json');
await writeFile(file, withGeneratedParts(await readFile(file, 'utf8')));
