// Writes l10n/bundle.l10n.json, the texts of the client for translators. Usage: node scripts/generateL10n.ts
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clientTexts, renderBundle } from './l10nTexts.ts';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'l10n');
await mkdir(folder, { recursive: true });
const texts = await clientTexts(path.join(root, 'client'));
await writeFile(path.join(folder, 'bundle.l10n.json'), renderBundle(texts));
console.log(`${texts.length} texts`);
