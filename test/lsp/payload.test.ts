import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  CodeLensRequest,
  CodeLensResolveRequest,
  type CompletionItem,
  DefinitionRequest,
  DocumentFormattingRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  type Hover,
  Location,
  type MarkupContent,
  type Position,
  RegistrationRequest,
  SelectionRangeRequest,
  UnregistrationRequest,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { validChildren } from '../support/samplePayload.ts';
import { cleanChild, marked, payloadText } from './support/payloads.ts';
import { type ClientOptions, startInProcess, startSpawned, type TestClient } from './support/testClient.ts';

const uri = 'file:///project/children.json';
const capabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

const modes = {
  'in one process': (options?: ClientOptions) => startInProcess(options),
  'over stdio, from the bundle': (options?: ClientOptions) => startSpawned(inject('serverBundle'), options),
};

function markdown(hover: Hover | null): string {
  return hover === null ? '' : (hover.contents as MarkupContent).value;
}

describe.each(Object.entries(modes))('payload files %s', (_name, start) => {
  let client: TestClient;

  beforeEach(async () => {
    client = await start({ capabilities, configuration: { validation: { asOf: '2026-11-22' } } });
  });

  afterEach(async () => {
    await client.stop();
  });

  /** Opens a text with a cursor mark and gives the position of the mark. */
  async function openAt(text: string): Promise<Position> {
    const { text: plain, offset } = marked(text);
    await client.open(uri, plain);
    return TextDocument.create(uri, 'json', 1, plain).positionAt(offset);
  }

  async function hoverText(text: string): Promise<string> {
    return markdown(await client.hover(uri, await openAt(text)));
  }

  /** The document's text after taking a completion item, with placeholders as they stand. */
  function taken(item: CompletionItem | undefined): string {
    if (item?.textEdit === undefined || !('range' in item.textEdit)) throw new Error('No such item');
    return TextDocument.applyEdits(TextDocument.create(uri, 'json', 1, client.text(uri)), [item.textEdit]);
  }

  describe('hover', () => {
    it('says what a field is, its spec item, limits, codes and sources', async () => {
      const text = await hoverText(payloadText(cleanChild).replace('"closure', '').replace('"sex"', '"s|ex"'));
      expect(text).toContain('**sex**');
      expect(text).toContain('Spec item 10, one of 3 codes, optional.');
      expect(text).toContain('- `M` Male');
      expect(text).toContain('- `ssd_person.pers_sex` nvarchar(20), Sex as used in statutory returns');
      expect(text).toContain('Also collected by: CIN, SSDA903.');
      expect(text).toContain('How certain: ');
    });

    it('says what a code means, and marks the value', async () => {
      const position = await openAt(payloadText(cleanChild).replace('"WBRI"', '"WB|RI"'));
      const hover = await client.hover(uri, position);
      expect(markdown(hover)).toContain('`WBRI` means **White British**.');
      expect(hover?.range && client.covered(uri, hover.range)).toBe('"WBRI"');
    });

    it('says that a code is retired', async () => {
      expect(await hoverText(payloadText(cleanChild).replace('"F"', '"9|"'))).toContain('`9` is a retired code');
    });

    it('never repeats a value that is no code of the field', async () => {
      const text = await hoverText(payloadText(cleanChild).replace('"Robin"', '"Ro|bin"'));
      expect(text).toContain('text of at most 128 characters');
      expect(text).not.toContain('Robin');
    });

    it('works on a list element, in a file with one child and in a wrapped list', async () => {
      expect(await hoverText(payloadText(cleanChild).replace('"NONE"', '"NO|NE"'))).toContain('`NONE` means');
      await client.close(uri);
      expect(await hoverText(JSON.stringify(cleanChild).replace('"sex"', '"s|ex"'))).toContain('Spec item 10');
      await client.close(uri);
      const wrapped = JSON.stringify({ la_code: '900', Children: [cleanChild] });
      expect(await hoverText(wrapped.replace('"sex"', '"s|ex"'))).toContain('Spec item 10');
    });

    it('gives nothing for an unknown property and between tokens', async () => {
      expect(await hoverText('[{"la_child_id": "A", "shoe|_size": 3}]')).toBe('');
      await client.close(uri);
      expect(await hoverText('[{"la_child_id": "A", | "sex": 3}]')).toBe('');
    });
  });

  describe('completion', () => {
    it('offers codes with their labels, and replaces the whole value', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"sex": "|X"}}]');
      const items = await client.completion(uri, position);
      expect(items.map((i) => [i.label, i.detail])).toEqual([
        ['M', 'Male'],
        ['F', 'Female'],
        ['U', 'Unknown, or unborn'],
      ]);
      expect(taken(items[1])).toBe('[{"la_child_id": "A", "child_details": {"sex": "F"}}]');
    });

    it('offers codes where the value is missing', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"sex": |}}]');
      expect(taken((await client.completion(uri, position))[0])).toContain('"sex": "M"}');
    });

    it('offers the codes of a list that it does not have yet', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"disabilities": ["LD", "|"]}}]');
      const labels = (await client.completion(uri, position)).map((i) => i.label);
      expect(labels).toContain('MOB');
      expect(labels).not.toContain('LD');
    });

    it('offers the properties that fit and are not there yet, with the shape of their value', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"sex": "F", "eth|"}}]');
      const items = await client.completion(uri, position);
      const labels = items.map((i) => i.label);
      expect(labels).toContain('uasc_flag');
      expect(labels).not.toContain('sex');
      const flag = items.find((i) => i.label === 'uasc_flag');
      expect(taken(flag)).toBe(`[{"la_child_id": "A", "child_details": {"sex": "F", "uasc_flag": \${1|false,true|}}}]`);
    });

    it('keeps the value when a property name is changed', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"s|": "F"}}]');
      const sex = (await client.completion(uri, position)).find((i) => i.label === 'sex');
      expect(taken(sex)).toBe('[{"la_child_id": "A", "child_details": {"sex": "F"}}]');
    });

    it('replaces a word that is typed without quotes, for names and for values', async () => {
      const name = await client.completion(uri, await openAt('[{"la_child_id": "A", "child_details": {eth|}}]'));
      const ethnicity = name.find((i) => i.label === 'ethnicity');
      expect(taken(ethnicity)).toContain('"child_details": {"ethnicity": ');
      expect(ethnicity?.filterText).toBe('ethnicity');
      await client.close(uri);
      const value = await client.completion(uri, await openAt('[{"la_child_id": "A", "child_details": {"sex": f|}}]'));
      expect(taken(value[1])).toBe('[{"la_child_id": "A", "child_details": {"sex": "F"}}]');
    });

    it('offers a whole episode, plan and child', async () => {
      const episode = await client.completion(uri, await openAt('[{"la_child_id": "A", "social_care_episodes": [|]}]'));
      expect(episode[0]?.label).toBe('New social care episode');
      expect(taken(episode[0])).toContain(`"social_care_episode_id": "\${1:}"`);
      const child = await client.completion(uri, { line: 0, character: 1 });
      expect(child[0]?.label).toBe('New child');
      expect(taken(child[0])).toContain('"child_details": {');
    });

    it('offers a first child in an empty payload file', async () => {
      const empty = 'file:///project/new.payload.json';
      await client.open(empty, '');
      const [item] = await client.completion(empty, { line: 0, character: 0 });
      expect(item?.textEdit?.newText).toMatch(/^\[\n {2}\{\n {4}"la_child_id"/);
    });
  });

  describe('structure', () => {
    it('outlines children and what they hold by ids, never by names', async () => {
      await client.open(uri, payloadText(cleanChild, { la_child_id: 'CH002', purge: true }));
      const symbols = (await client.connection.sendRequest(DocumentSymbolRequest.type, {
        textDocument: { uri },
      })) as DocumentSymbol[];
      const tree = (list: DocumentSymbol[] = []): unknown[] =>
        list.map((s) => [s.name, s.detail ?? '', ...(s.children ? [tree(s.children)] : [])]);
      expect(tree(symbols)).toEqual([
        [
          'CH001',
          'child, 1 episode',
          [
            ['Child details', ''],
            [
              'EP001',
              'social care episode',
              [
                ['CP001', 'child protection plan'],
                ['CP002', 'child protection plan'],
                ['Care worker', ''],
              ],
            ],
          ],
        ],
        ['CH002', 'child, 0 episodes, deletion'],
      ]);
      expect(JSON.stringify(symbols)).not.toContain('Robin');
      const [first] = symbols;
      expect(first && client.covered(uri, first.selectionRange)).toBe('"CH001"');
    });

    it('folds objects and lists that span lines', async () => {
      await client.open(uri, '[\n  {\n    "la_child_id": "A",\n    "x": [1,\n 2\n]\n  }\n]');
      const ranges = await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } });
      expect(ranges?.map((r) => [r.startLine, r.endLine])).toEqual([
        [1, 5],
        [3, 4],
      ]);
    });

    it('widens a selection from the text of a value to the document', async () => {
      const position = await openAt('[{"la_child_id": "A", "child_details": {"sex": "|F"}}]');
      const answer = await client.connection.sendRequest(SelectionRangeRequest.type, {
        textDocument: { uri },
        positions: [position],
      });
      const texts: string[] = [];
      for (let range = answer?.[0]; range !== undefined; range = range.parent) {
        texts.push(client.covered(uri, range.range));
      }
      expect(texts).toEqual([
        'F',
        '"F"',
        '"sex": "F"',
        '{"sex": "F"}',
        '"child_details": {"sex": "F"}',
        '"la_child_id": "A", "child_details": {"sex": "F"}',
        '{"la_child_id": "A", "child_details": {"sex": "F"}}',
        '[{"la_child_id": "A", "child_details": {"sex": "F"}}]',
      ]);
    });

    it('formats with two spaces and keeps every value, key and comment as written', async () => {
      const source =
        '[{"la_child_id":"A\\u0042", // note\n"child_details":{"sex":"F","score":1.50,"disabilities":["LD" ]}}]';
      await client.open(uri, source);
      const edits = await client.connection.sendRequest(DocumentFormattingRequest.type, {
        textDocument: { uri },
        options: { tabSize: 4, insertSpaces: false },
      });
      const formatted = TextDocument.applyEdits(TextDocument.create(uri, 'json', 1, source), edits ?? []);
      expect(formatted).toContain(
        '\n    "la_child_id": "A\\u0042", // note\n    "child_details": {\n      "sex": "F",',
      );
      expect(formatted.replace(/\s/g, '')).toBe(source.replace(/\s/g, ''));
    });

    it('puts three lenses on each child, which name the document and the child', async () => {
      await client.open(uri, payloadText(cleanChild, { child_details: {} }));
      const lenses = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
      expect(lenses.map((lens) => lens.range.start.line)).toEqual([1, 1, 1, 48, 48, 48]);
      const resolved = await Promise.all(
        lenses.map((lens) => client.connection.sendRequest(CodeLensResolveRequest.type, lens)),
      );
      expect(resolved.slice(0, 3).map((lens) => lens.command)).toEqual([
        { title: 'Validate', command: 'ssd.validateChild', arguments: [uri, 'CH001'] },
        { title: 'Show Changes', command: 'ssd.showChildChanges', arguments: [uri, 'CH001'] },
        { title: 'Copy as Delta', command: 'ssd.copyChildAsDelta', arguments: [uri, 'CH001'] },
      ]);
      expect(resolved[3]?.command).toEqual({ title: 'Validate (needs la_child_id)', command: '' });
    });
  });

  it('never flags ordinary JSON files', async () => {
    const ordinary = {
      'package.json': '{ "name": "thing", "scripts": { "test": "x" }, "dependencies": {} }',
      'tsconfig.json': '{ // comment\n "compilerOptions": {}, }',
      'broken.json': '{ "a": [1, 2, }',
      'list.json': '[1, 2, 3]',
    };
    for (const [name, text] of Object.entries(ordinary)) await client.open(`file:///project/${name}`, text);
    await client.open(uri, payloadText(cleanChild));
    await client.diagnostics(uri);
    expect(client.published.map((p) => p.uri)).toEqual([uri]);
  });
});

describe('beside other extensions', () => {
  it('formatting is offered for payloads alone, and folding of other files is left to others', async () => {
    const formatting = { dynamicRegistration: true };
    const client = await startInProcess({ capabilities: { textDocument: { formatting } } });
    expect(client.initialised?.capabilities.documentFormattingProvider).toBe(false);
    const registered: unknown[] = [];
    const unregistered = new Promise<string[]>((resolve) => {
      client.connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
        resolve(unregisterations.map((one) => one.method));
      });
    });
    client.connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      registered.push(...registrations.map((one) => [one.method, one.registerOptions]));
    });
    const plain = 'file:///project/package.json';
    await client.open(plain, '{ "name": "x" }');
    const odd = 'file:///project/a%5B1%5D.json';
    await client.open(odd, payloadText(cleanChild));
    await client.diagnostics(odd);
    expect(registered).toEqual([
      [
        'textDocument/formatting',
        expect.objectContaining({ documentSelector: [{ scheme: 'file', pattern: '/project/a[[]1[]].json' }] }),
      ],
    ]);
    const folds = await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri: plain } });
    expect(folds).toBeNull();
    await client.close(odd);
    expect(await unregistered).toEqual(['textDocument/formatting']);
    await client.stop();
  });
});

describe('an editor that takes no tree', () => {
  it('is given the outline as a list', async () => {
    const client = await startInProcess();
    await client.open(uri, payloadText(cleanChild));
    const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
    expect(symbols?.map((s) => [s.name, 'location' in s && s.containerName])).toEqual([
      ['CH001', undefined],
      ['Child details', 'CH001'],
      ['EP001', 'CH001'],
      ['CP001', 'EP001'],
      ['CP002', 'EP001'],
      ['Care worker', 'EP001'],
    ]);
    await client.stop();
  });
});

describe('go to the extract of a field', () => {
  let folder: string;
  let client: TestClient;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ssd-lsp-'));
    await mkdir(path.join(folder, 'extracts'));
    await mkdir(path.join(folder, 'node_modules'));
    await writeFile(
      path.join(folder, 'extracts', 'child_protection_plans.sql'),
      '-- @section child_protection_plans\nSELECT p.cppl_person_id AS la_child_id,\n       p.x AS start_date\nFROM ssd_cp_plans p\n',
    );
    await writeFile(
      path.join(folder, 'node_modules', 'child_details.sql'),
      '-- @section child_details\nSELECT 1 AS sex\n',
    );
    client = await startInProcess({ workspaceFolders: [pathToFileURL(folder).toString()] });
  });

  afterEach(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function target(text: string) {
    const { text: plain, offset } = marked(text);
    await client.open(uri, plain);
    const position = TextDocument.create(uri, 'json', 1, plain).positionAt(offset);
    return client.connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position });
  }

  it('finds the column in the section file of the workspace', async () => {
    const text = payloadText(cleanChild).replace('"start_date": "2026-02-20"', '"start|_date": "2026-02-20"');
    expect(await target(text)).toEqual({
      uri: pathToFileURL(path.join(folder, 'extracts', 'child_protection_plans.sql')).toString(),
      range: { start: { line: 2, character: 14 }, end: { line: 2, character: 24 } },
    });
  });

  it('gives nothing where the workspace has no file for the section', async () => {
    expect(await target(payloadText(cleanChild).replace('"sex"', '"s|ex"'))).toBeNull();
  });

  it('finds every field of the sample children in the shipped pack, by its column', async () => {
    const pack = path.join(import.meta.dirname, '../../extracts');
    const packUri = pathToFileURL(pack).toString();
    const inPack = await startInProcess({ initializationOptions: { packUri } });
    const text = JSON.stringify(validChildren(), null, 2);
    const document = TextDocument.create(uri, 'json', 1, text);
    await inPack.open(uri, text);
    const missed = new Set<string>();
    const seen = new Set<string>();
    for (const { 0: match, 1: name = '', index } of text.matchAll(/"(\w+)": (?=["\dtf])/g)) {
      if (name === 'purge' || seen.has(name)) continue;
      seen.add(name);
      const position = document.positionAt(index + 1);
      const target = await inPack.connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position });
      const place = Location.is(target) ? target : undefined;
      const source = place === undefined ? '' : await readFile(fileURLToPath(place.uri), 'utf8');
      const found = place && TextDocument.create(place.uri, 'sql', 1, source).getText(place.range);
      if (found !== name) missed.add(`${match}${found}`);
    }
    await inPack.stop();
    expect([...missed]).toEqual([]);
    expect(seen.size).toBeGreaterThan(40);
  });
});
