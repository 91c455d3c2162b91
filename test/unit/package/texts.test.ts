import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientSources, clientTexts, renderBundle } from '../../../scripts/l10nTexts.ts';
import { root } from './manifest.ts';

const client = path.join(root, 'client');

describe('texts of the client', () => {
  it('are all in the bundle for translators (npm run generate:l10n)', async () => {
    const bundle = await readFile(path.join(root, 'l10n', 'bundle.l10n.json'), 'utf8');
    expect(bundle).toBe(renderBundle(await clientTexts(client)));
  });

  it('go through l10n before a person sees them', async () => {
    const bare =
      /\b(?:show(?:Information|Warning|Error)Message|notify|notifyWarning)\(\s*['"`]|\b(?:prompt|placeHolder|saveLabel): ['"`]/;
    const offending = (await clientSources(client)).filter((source) => bare.test(source.text));
    expect(offending.map((source) => source.file)).toEqual([]);
  });

  it('are whole sentences in one literal, not put together from parts', async () => {
    const joined = /l10n\.t\(\s*(?:`|(?:'[^'\n]*'|"[^"\n]*")\s*\+)/;
    const offending = (await clientSources(client)).filter((source) => joined.test(source.text));
    expect(offending.map((source) => source.file)).toEqual([]);
  });
});
