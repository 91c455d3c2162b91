import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Diagnostic, getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { manifest, root } from './manifest.ts';

/** What VS Code's own JSON support says about an ssd.config.json, with the schema that the manifest names. */
async function problemsOf(text: string): Promise<readonly Diagnostic[]> {
  const [validation] = manifest.contributes.jsonValidation;
  if (validation === undefined) throw new Error('the manifest names no schema');
  const schemaUri = pathToFileURL(path.join(root, validation.url)).href;
  const service = getLanguageService({
    // Schemas come from the package alone: an address on the network would be an error here.
    schemaRequestService: (uri) => readFile(fileURLToPath(uri), 'utf8'),
    workspaceContext: { resolveRelativePath: (relative, resource) => new URL(relative, resource).href },
  });
  service.configure({ schemas: [{ uri: schemaUri, fileMatch: [validation.fileMatch] }] });
  const document = TextDocument.create('file:///workspace/ssd.config.json', 'json', 1, text);
  return service.doValidation(document, service.parseJSONDocument(document));
}

describe('the schema of ssd.config.json, as VS Code reads it', () => {
  it('finds nothing wrong with the sample workspace', async () => {
    expect(await problemsOf(await readFile(path.join(root, 'sample/ssd.config.json'), 'utf8'))).toEqual([]);
  });

  it('finds a misspelt key of a connection on its line', async () => {
    const [problem, ...others] = await problemsOf('{ "connections": [{ "name": "a",\n "sever": "b" }] }');
    expect(others).toEqual([]);
    expect(problem?.message).toContain('sever');
    expect(problem?.range.start.line).toBe(1);
  });

  it('finds a value that is not in the list', async () => {
    const problems = await problemsOf('{ "connections": [{ "name": "a", "kind": "oracle" }], "send": "all" }');
    expect(problems).toHaveLength(2);
  });
});
