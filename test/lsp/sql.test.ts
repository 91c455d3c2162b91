import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  CodeLensRequest,
  type CompletionItem,
  DefinitionRequest,
  DocumentLinkRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  type Hover,
  type MarkupContent,
  type Position,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { marked } from './support/payloads.ts';
import { type ClientOptions, startInProcess, startSpawned, type TestClient } from './support/testClient.ts';

const uri = 'file:///project/extracts/child_protection_plans.sql';
const pack = path.join(import.meta.dirname, '../../extracts');
const docsBaseUri = 'file:///ext/docs/rules';
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

const section = `-- @section child_protection_plans
SELECT p.cppl_person_id AS la_child_id,
       p.cppl_referral_id AS social_care_episode_id,
       SUBSTRING(p.cppl_cp_plan_id, 1, 36) AS child_protection_plan_id,
       p.cppl_cp_plan_start_date AS start_date
FROM ssd_cp_plans p
JOIN cohort c ON c.person_id = p.cppl_person_id
WHERE p.cppl_cp_plan_start_date <= @cohort_end
`;

describe.each(Object.entries(modes))('extract SQL %s', (_name, start) => {
  let client: TestClient;

  beforeEach(async () => {
    client = await start({ capabilities, configuration: {}, initializationOptions: { docsBaseUri } });
  });

  afterEach(async () => {
    await client.stop();
  });

  async function openAt(text: string): Promise<{ textDocument: { uri: string }; position: Position }> {
    const { text: plain, offset } = marked(text);
    await client.open(uri, plain, 'sql');
    return { textDocument: { uri }, position: TextDocument.create(uri, 'sql', 1, plain).positionAt(offset) };
  }

  async function labels(text: string): Promise<string[]> {
    const { position } = await openAt(text);
    return (await client.completion(uri, position)).map((item: CompletionItem) => item.label);
  }

  async function hoverText(text: string): Promise<string> {
    const hover: Hover | null = await client.hover(uri, (await openAt(text)).position);
    return hover === null ? '' : (hover.contents as MarkupContent).value;
  }

  it('opens every file of the shipped pack without a problem', async () => {
    for (const name of readdirSync(pack).filter((file) => file.endsWith('.sql'))) {
      const file = `file:///pack/extracts/${name}`;
      await client.open(file, readFileSync(path.join(pack, name), 'utf8'), 'sql');
      expect(await client.diagnostics(file), name).toEqual([]);
    }
  });

  it('marks a broken column name, links its page, and offers the fix', async () => {
    await client.open(uri, section.replace('p.cppl_cp_plan_start_date AS', 'p.cppl_cp_plan_start_dat AS'), 'sql');
    const [problem, ...others] = await client.diagnostics(uri);
    expect(others).toEqual([]);
    expect(problem?.code).toBe('SQL-102');
    expect(problem?.codeDescription?.href).toBe('file:///ext/docs/checks/SQL-102.md');
    if (problem === undefined) throw new Error('no problem');
    expect(client.covered(uri, problem.range)).toBe('cppl_cp_plan_start_dat');
    const actions = await client.codeActions(uri, problem.range, { diagnostics: [problem] });
    const fix = actions.find((action) => action.title === 'Change to cppl_cp_plan_start_date');
    const edits: TextEdit[] = fix?.edit?.changes?.[uri] ?? [];
    expect(edits.map((edit) => edit.newText)).toEqual(['cppl_cp_plan_start_date']);
    await client.type(uri, problem.range, 'cppl_cp_plan_start_date');
    expect(await client.diagnostics(uri)).toEqual([]);
  });

  it('completes the columns in scope inside an unfinished WHERE', async () => {
    const found = await labels(section.replace('p.cppl_cp_plan_start_date <= @cohort_end', 'p.|'));
    expect(found).toContain('cppl_cp_plan_end_date');
    expect(found).not.toContain('pers_dob');
    await client.close(uri);
    expect(await labels(section.replace('p.cppl_cp_plan_start_date <= @cohort_end', '|'))).toContain('c.person_id');
  });

  it('completes tables, lacking fields, codes, parameters and header values', async () => {
    expect(await labels(section.replace('FROM ssd_cp_plans p', 'FROM |'))).toEqual(
      expect.arrayContaining(['cohort', 'ssd_cp_plans']),
    );
    await client.close(uri);
    const fields = await labels(
      section.replace('AS start_date', 'AS start_date,\n       p.cppl_cp_plan_end_date AS |'),
    );
    expect(fields).toEqual(['end_date']);
    await client.close(uri);
    expect(
      await labels(`-- @section child_details\nSELECT p.pers_sex FROM ssd_person p WHERE p.pers_sex = |`),
    ).toContain("'F'");
    await client.close(uri);
    expect(await labels(section.replace('@cohort_end', '@|'))).toContain('@cohort_start');
    await client.close(uri);
    expect(await labels('-- @section |\nSELECT 1')).toContain('sdq_assessments');
    await client.close(uri);
    expect(await labels('-- @section adoption\n|')).toContain('section adoption');
  });

  it('explains tables, columns, output fields and functions', async () => {
    expect(await hoverText(section.replace('ssd_cp_plans p', 'ssd_cp_|plans p'))).toContain('SSD table');
    await client.close(uri);
    expect(await hoverText(section.replace('p.cppl_referral_id AS', 'p.cppl_ref|erral_id AS'))).toContain(
      'ssd_cin_episodes.cine_referral_id',
    );
    await client.close(uri);
    expect(await hoverText(section.replace('AS start_date', 'AS start|_date'))).toContain('DfE field');
    await client.close(uri);
    expect(await hoverText(section.replace('SUBSTRING(', 'SUBS|TRING('))).toContain('stretch of a text');
  });

  it('goes to, lists and renames an alias', async () => {
    const at = await openAt(section.replace('p.cppl_person_id AS', '|p.cppl_person_id AS'));
    const definition = await client.connection.sendRequest(DefinitionRequest.type, at);
    const target = Array.isArray(definition) ? definition[0] : definition;
    expect(target && 'range' in target ? target.range.start.line : -1).toBe(5);
    const references = await client.connection.sendRequest(ReferencesRequest.type, {
      ...at,
      context: { includeDeclaration: true },
    });
    expect(references?.length).toBe(7);
    expect(await client.connection.sendRequest(PrepareRenameRequest.type, at)).not.toBeNull();
    const renamed = await client.connection.sendRequest(RenameRequest.type, { ...at, newName: 'plan' });
    const edits: TextEdit[] = renamed?.changes?.[uri] ?? [];
    const text = TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, section), edits);
    expect(text).toBe(section.replaceAll(/\bp\b/g, 'plan'));
  });

  it('shows signatures, outline, folds, links, colours and the lens that runs the extract', async () => {
    const at = await openAt(
      section.replace('SUBSTRING(p.cppl_cp_plan_id, 1, 36)', 'SUBSTRING(p.cppl_cp_plan_id, |1, 36)'),
    );
    const help = await client.connection.sendRequest(SignatureHelpRequest.type, at);
    expect(help?.signatures[0]?.label).toBe('SUBSTRING(text, start, length)');
    expect(help?.activeParameter).toBe(1);
    const { textDocument } = at;
    const symbols = (await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument })) as
      | DocumentSymbol[]
      | null;
    expect(symbols?.map((symbol) => symbol.name)).toEqual(['SELECT']);
    expect(await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument })).toEqual([
      { startLine: 1, endLine: 7 },
    ]);
    const links = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument });
    expect(links?.map((link) => link.target)).toEqual([
      'file:///ext/docs/reference/sections/child_protection_plans.md',
    ]);
    const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument });
    expect(lenses?.map((lens) => lens.command)).toEqual([
      { title: 'Run this extract', command: 'ssd.runExtract', arguments: [uri, 'child_protection_plans'] },
    ]);
    const tokens = await client.connection.sendRequest(SemanticTokensRequest.type, { textDocument });
    expect(tokens?.data.length).toBe(12 * 5);
  });

  it('leaves SQL alone that is none of its business', async () => {
    const other = 'file:///project/other/query.sql';
    await client.open(other, 'SELEC nothing FROM anywhere', 'sql');
    expect(await client.hover(other, { line: 0, character: 8 })).toBeNull();
  });
});
