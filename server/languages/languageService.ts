import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  Definition,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  Position,
  Range,
  SelectionRange,
  SemanticTokensLegend,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { LocatedProblem, TextFix, TextRange } from '../../core/problems.ts';
import type { ExtractFiles } from '../extractFiles.ts';
import type { Settings } from '../settings.ts';

/** One edit of a text in UTF-16 offsets of the text just before this edit; `end` is exclusive. */
export interface OffsetEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** What the editor can do, as it said at the start. */
export interface ClientFacts {
  /** Whether completion may hold placeholders. */
  readonly snippets: boolean;
  /** Whether the outline may be a tree. */
  readonly nestedSymbols: boolean;
  /** Whether the edit of a code action may be worked out when it is chosen. */
  readonly resolvesEdits: boolean;
}

/** What a language service may rely on while it answers one request. */
export interface RequestContext {
  /** Aborted when the person cancelled, or when the document changed or closed. */
  readonly signal: AbortSignal;
  /** The settings of this document. */
  readonly settings: Settings;
  /** The day to check against, `YYYY-MM-DD`: `ssd.validation.asOf`, or today. */
  readonly asOf: string;
  readonly client: ClientFacts;
  /** Folder URI of the rules' pages; undefined when the client gave none. */
  readonly docsBaseUri: string | undefined;
  /** The extract files of the workspace and the shipped pack. */
  readonly extracts: ExtractFiles;
  /**
   * Lets other requests in when this one has used its slice of time. Long loops call it between units of work that
   * take at most a few milliseconds: `const pause = context.breathe(); if (pause) await pause;` and then look at
   * `signal`. Returns undefined while the slice lasts.
   */
  breathe(): Promise<void> | undefined;
}

/** The most severe problems of a document, and how many others it has. */
export interface TopProblems {
  readonly problems: readonly LocatedProblem[];
  readonly omitted: number;
}

/** What is known while a document is still being checked. */
export interface ProblemsSoFar extends TopProblems {
  /** What has been checked, in words: `1,200 children`. */
  readonly checked: string;
}

type Answer<T> = T | Promise<T>;

/**
 * What the server can do for one kind of document. Payloads and extracts implement it; the server owns documents,
 * scheduling, settings and the protocol, and knows nothing of either language.
 *
 * Every method is called with a document that is open, or that was read from disk for one validation. A service keeps
 * what it derives (a parsed model) by document object, in a WeakMap: the object stays the same while the document is
 * open and its `version` grows; a file read from disk is another object, also for the same URI.
 */
export interface LanguageService {
  readonly name: string;
  /** Characters that open completion in this language. */
  readonly completionTriggers?: readonly string[];
  readonly signatureTriggers?: readonly string[];
  readonly semanticLegend?: SemanticTokensLegend;

  /**
   * Whether this service speaks for the document. Called when a document opens, on each change until one service says
   * yes, and when settings change. Must be cheap: look at the name and at the head of the text.
   */
  recognises(document: TextDocument, settings: Settings): boolean;

  /** The text was changed; `edits` in order, or null when it was replaced as a whole. `document` is already new. */
  changed?(document: TextDocument, edits: readonly OffsetEdit[] | null): void;
  closed?(document: TextDocument): void;

  /**
   * All problems of the document, unsorted and without a limit; the server sorts, limits and converts. When
   * `context.signal` aborts, the promise may reject with anything: nobody looks at the result.
   */
  problems(document: TextDocument, context: RequestContext): Promise<readonly LocatedProblem[]>;
  /**
   * The most severe problems, at most `limit`, for a language that can spare itself work for the others. Severities are
   * those of `context.settings`.
   */
  topProblems?(document: TextDocument, context: RequestContext, limit: number): Promise<TopProblems>;
  /** What `topProblems` has found by now, for a language that works in steps; null when it has nothing to tell. */
  problemsSoFar?(document: TextDocument, context: RequestContext, limit: number): ProblemsSoFar | null;
  /** Text edits for a problem's `fixes`, for languages whose fixes are values and not text. */
  fixes?(document: TextDocument, problem: LocatedProblem, context: RequestContext): readonly TextFix[];

  /** Where the child with that `la_child_id` stands, in offsets; null when the document has none. */
  findChild?(document: TextDocument, childId: string, context: RequestContext): Answer<TextRange | null>;

  hover?(document: TextDocument, position: Position, context: RequestContext): Answer<Hover | null>;
  completion?(
    document: TextDocument,
    position: Position,
    context: RequestContext,
  ): Answer<CompletionList | CompletionItem[] | null>;
  /** Actions beyond the fixes of problems, which the server offers by itself. */
  codeActions?(document: TextDocument, range: Range, context: RequestContext): Answer<CodeAction[]>;
  symbols?(document: TextDocument, context: RequestContext): Answer<DocumentSymbol[]>;
  folding?(document: TextDocument, context: RequestContext): Answer<FoldingRange[]>;
  selectionRanges?(
    document: TextDocument,
    positions: readonly Position[],
    context: RequestContext,
  ): Answer<SelectionRange[]>;
  formatting?(document: TextDocument, context: RequestContext): Answer<TextEdit[]>;
  /** A lens without a command carries `data` with the document's `uri`, and is given to `resolveCodeLens` when shown. */
  codeLenses?(document: TextDocument, context: RequestContext): Answer<CodeLens[]>;
  resolveCodeLens?(document: TextDocument, lens: CodeLens, context: RequestContext): Answer<CodeLens>;
  definition?(document: TextDocument, position: Position, context: RequestContext): Answer<Definition | null>;
  references?(document: TextDocument, position: Position, context: RequestContext): Answer<Location[]>;
  prepareRename?(document: TextDocument, position: Position, context: RequestContext): Answer<Range | null>;
  rename?(
    document: TextDocument,
    position: Position,
    newName: string,
    context: RequestContext,
  ): Answer<WorkspaceEdit | null>;
  signatureHelp?(document: TextDocument, position: Position, context: RequestContext): Answer<SignatureHelp | null>;
  /** Encoded as the protocol wants it, in terms of `semanticLegend`. */
  semanticTokens?(document: TextDocument, context: RequestContext): Answer<readonly number[]>;
  documentLinks?(document: TextDocument, context: RequestContext): Answer<DocumentLink[]>;
}
