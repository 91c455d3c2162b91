import type { Connection, DocumentSymbol, ServerCapabilities, SymbolInformation } from 'vscode-languageserver';
import { CodeActionKind } from 'vscode-languageserver';
import { isJsonObject } from '../core/json.ts';
import { fixAllEdit, fixAllKind, problemActions, readFixAllData } from './codeActions.ts';
import type { LanguageService } from './languages/languageService.ts';
import type { ProblemRuns } from './problemRuns.ts';
import type { DocumentRequests } from './requests.ts';

/** The capabilities that the services have together. */
export function languageCapabilities(services: readonly LanguageService[]): ServerCapabilities {
  const offered = (feature: keyof LanguageService) => services.some((service) => service[feature] !== undefined);
  const legend = services.find((service) => service.semanticLegend !== undefined)?.semanticLegend;
  const capabilities: ServerCapabilities = {
    hoverProvider: offered('hover'),
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind], resolveProvider: true },
    documentSymbolProvider: offered('symbols'),
    foldingRangeProvider: offered('folding'),
    selectionRangeProvider: offered('selectionRanges'),
    documentFormattingProvider: offered('formatting'),
    definitionProvider: offered('definition'),
    referencesProvider: offered('references'),
  };
  if (offered('completion')) {
    capabilities.completionProvider = { triggerCharacters: services.flatMap((s) => s.completionTriggers ?? []) };
  }
  if (offered('codeLenses')) capabilities.codeLensProvider = { resolveProvider: offered('resolveCodeLens') };
  if (offered('rename')) capabilities.renameProvider = { prepareProvider: offered('prepareRename') };
  if (offered('signatureHelp')) {
    capabilities.signatureHelpProvider = { triggerCharacters: services.flatMap((s) => s.signatureTriggers ?? []) };
  }
  if (offered('documentLinks')) capabilities.documentLinkProvider = { resolveProvider: false };
  if (legend !== undefined) capabilities.semanticTokensProvider = { legend, full: true };
  return capabilities;
}

/** Connects the protocol's requests about one document to the service that speaks for the document. */
export function registerLanguageFeatures(connection: Connection, requests: DocumentRequests, runs: ProblemRuns): void {
  connection.onHover((p, token) =>
    requests.answer('Hover', p, token, null, (s, o, c) => s.hover?.(o.document, p.position, c) ?? null),
  );
  connection.onCompletion((p, token) =>
    requests.answer('Completion', p, token, null, (s, o, c) => s.completion?.(o.document, p.position, c) ?? null),
  );
  connection.onDocumentSymbol((p, token) =>
    requests.answer('The outline', p, token, null, async (s, o, c) => {
      const symbols = (await s.symbols?.(o.document, c)) ?? [];
      return c.client.nestedSymbols ? symbols : flatSymbols(symbols, o.document.uri);
    }),
  );
  connection.onFoldingRanges((p, token) =>
    requests.answer('Folding', p, token, null, (s, o, c) => s.folding?.(o.document, c) ?? null),
  );
  connection.onSelectionRanges((p, token) =>
    requests.answer(
      'Selection ranges',
      p,
      token,
      null,
      (s, o, c) => s.selectionRanges?.(o.document, p.positions, c) ?? null,
    ),
  );
  connection.onDocumentFormatting((p, token) =>
    requests.answer('Formatting', p, token, null, (s, o, c) => s.formatting?.(o.document, c) ?? null),
  );
  connection.onCodeLens((p, token) =>
    requests.answer('Code lenses', p, token, null, (s, o, c) => s.codeLenses?.(o.document, c) ?? null),
  );
  connection.onCodeLensResolve(async (lens, token) => {
    const uri = isJsonObject(lens.data) && typeof lens.data.uri === 'string' ? lens.data.uri : '';
    return requests.answer('Code lenses', { textDocument: { uri } }, token, lens, (s, o, c) =>
      s.resolveCodeLens === undefined ? lens : s.resolveCodeLens(o.document, lens, c),
    );
  });
  connection.onDefinition((p, token) =>
    requests.answer('Go to definition', p, token, null, (s, o, c) => s.definition?.(o.document, p.position, c) ?? null),
  );
  connection.onReferences((p, token) =>
    requests.answer('References', p, token, null, (s, o, c) => s.references?.(o.document, p.position, c) ?? null),
  );
  connection.onPrepareRename((p, token) =>
    requests.answer('Rename', p, token, null, (s, o, c) => s.prepareRename?.(o.document, p.position, c) ?? null),
  );
  connection.onRenameRequest((p, token) =>
    requests.answer('Rename', p, token, null, (s, o, c) => s.rename?.(o.document, p.position, p.newName, c) ?? null),
  );
  connection.onSignatureHelp((p, token) =>
    requests.answer(
      'Signature help',
      p,
      token,
      null,
      (s, o, c) => s.signatureHelp?.(o.document, p.position, c) ?? null,
    ),
  );
  connection.onDocumentLinks((p, token) =>
    requests.answer('Links', p, token, null, (s, o, c) => s.documentLinks?.(o.document, c) ?? null),
  );
  connection.languages.semanticTokens.on((p, token) =>
    requests.answer('Semantic tokens', p, token, null, async (s, o, c) =>
      s.semanticTokens === undefined ? null : { data: [...(await s.semanticTokens(o.document, c))] },
    ),
  );
  registerCodeActions(connection, requests, runs);
}

/** An outline as a list, for editors that take no tree. */
function flatSymbols(symbols: readonly DocumentSymbol[], uri: string, containerName?: string): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, selectionRange, children }) => [
    { name, kind, location: { uri, range: selectionRange }, ...(containerName === undefined ? {} : { containerName }) },
    ...flatSymbols(children ?? [], uri, name),
  ]);
}

function registerCodeActions(connection: Connection, requests: DocumentRequests, runs: ProblemRuns): void {
  connection.onCodeAction((p, token) =>
    requests.answer('Code actions', p, token, [], async (service, open, context) => {
      const { document } = open;
      const top = await runs.of(open);
      if (top === null) return [];
      const { problems } = top;
      const { only, diagnostics } = p.context;
      const query = { start: document.offsetAt(p.range.start), end: document.offsetAt(p.range.end), only, diagnostics };
      const actions = problemActions(service, document, problems, query, context);
      for (const action of context.client.resolvesEdits ? [] : actions) {
        const data = readFixAllData(action.data);
        if (data !== undefined) action.edit = await fixAllEdit(service, document, problems, data.rule, context);
      }
      return [...actions, ...((await service.codeActions?.(document, p.range, context)) ?? [])];
    }),
  );
  connection.onCodeActionResolve((action, token) => {
    const data = readFixAllData(action.data);
    if (data === undefined) return action;
    const named = { textDocument: { uri: data.uri } };
    return requests.answer('A code action', named, token, action, async (service, open, context) => {
      const problems = await runs.all(open);
      if (problems === null) return action;
      return { ...action, edit: await fixAllEdit(service, open.document, problems, data.rule, context) };
    });
  });
}
