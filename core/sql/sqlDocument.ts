import { sections } from '../payload/sections.ts';
import type { LocatedProblem } from '../problems.ts';
import type { AnalysisOptions, FileRole } from './analysis/context.ts';
import { analyseScript, type ScriptAnalysis } from './analysis/statements.ts';
import { checkPortable, checkVersion } from './checks/dialectChecks.ts';
import { checkCohortOutput, checkExtractQuery, singleQuery } from './checks/extractChecks.ts';
import { checkHeader } from './checks/headerChecks.ts';
import { withHeaderFixes } from './checks/headerFixes.ts';
import { checkJson } from './checks/jsonChecks.ts';
import { checkParameters, checkSection } from './checks/sectionChecks.ts';
import { syntaxProblems } from './checks/syntaxProblems.ts';
import { lexicalDialect, type SqlFlavour } from './dialect.ts';
import { type ParsedStatements, Parser } from './grammar/parser.ts';
import type { Script } from './grammar/statementAst.ts';
import { parseScript } from './grammar/statements.ts';
import { guessFlavour, isForeignDialect } from './guessFlavour.ts';
import { locateFindings } from './locateFindings.ts';
import { headerOf, type SectionHeader } from './sectionHeader.ts';
import { type FullSqlOptions, fullOptions, type SqlOptions } from './sqlOptions.ts';
import { TokenText } from './tokenText.ts';

/** Everything that is known of one state of a text. */
export interface SqlModel {
  readonly text: string;
  readonly tokens: TokenText['tokens'];
  readonly comments: TokenText['comments'];
  readonly header: SectionHeader;
  readonly script: Script;
  readonly options: AnalysisOptions;
  readonly analysis: ScriptAnalysis;
}

/**
 * A SQL text that is edited: tokens and statements that an edit does not touch are kept. What it says is always the
 * same as for a document made of the new text from scratch.
 */
export class SqlDocument {
  readonly #options: FullSqlOptions;
  #source: TokenText;
  #flavour: SqlFlavour;
  #parsed: ParsedStatements = new Map();
  #model: SqlModel | null = null;
  #problems: readonly LocatedProblem[] | null = null;

  constructor(text: string, options: SqlOptions = {}) {
    this.#options = fullOptions(options);
    this.#source = new TokenText(text, 'tsql');
    this.#flavour = this.#flavourOf(this.#source);
    this.#settle();
  }

  /** Replaces the text. The cost follows what changed, for small edits. */
  update(text: string): void {
    if (text === this.#source.text) return;
    this.#source.update(text, this.#parsed);
    this.#flavour = this.#flavourOf(this.#source.dialect === 'tsql' ? this.#source : new TokenText(text, 'tsql'));
    this.#settle();
    this.#model = null;
    this.#problems = null;
  }

  /** Reads the text again where its flavour has lexical rules of its own. */
  #settle(): void {
    const dialect = lexicalDialect(this.#flavour);
    if (dialect === this.#source.dialect) return;
    this.#source = new TokenText(this.#source.text, dialect);
    this.#parsed = new Map();
  }

  /** What is known of the text as it is now. Valid until the next `update`. */
  model(): SqlModel {
    this.#model ??= this.#build();
    return this.#model;
  }

  /** All problems, in the order of the text. */
  problems(): readonly LocatedProblem[] {
    this.#problems ??= problemsOf(this.model());
    return this.#problems;
  }

  #build(): SqlModel {
    const { text, tokens, comments } = this.#source;
    const header = headerOf(comments);
    const parser = new Parser(tokens, lexicalDialect(this.#flavour), this.#parsed);
    const script = parseScript(parser);
    const { spec, compatibilityLevel } = this.#options;
    const options: AnalysisOptions = { spec, flavour: this.#flavour, role: this.#roleOf(header), compatibilityLevel };
    return { text, tokens, comments, header, script, options, analysis: analyseScript(script, tokens, options) };
  }

  /** The header decides; then the setting, and for scripts what the words of the text show. */
  #flavourOf({ tokens, comments }: TokenText): SqlFlavour {
    const header = headerOf(comments);
    if (header.flavour !== null) return header.flavour;
    if (this.#roleOf(header).kind !== 'script') return this.#options.flavour ?? 'portable';
    return this.#options.flavour ?? guessFlavour(tokens) ?? 'tsql';
  }

  #roleOf(header: SectionHeader): FileRole {
    const named = (name: string) => sections(this.#options.spec).find((section) => section.name === name.toLowerCase());
    if (header.section !== null) {
      const section = named(header.section.value);
      return section === undefined
        ? { kind: header.section.value.toLowerCase() === 'cohort' ? 'cohort' : 'script' }
        : { kind: 'section', section };
    }
    if (header.isCohort) return { kind: 'cohort' };
    const file = /([^/\\]+)\.sql$/i.exec(this.#options.fileName ?? '')?.[1] ?? '';
    if (file.toLowerCase() === 'cohort') return { kind: 'cohort' };
    const section = named(file);
    return section === undefined ? { kind: 'script' } : { kind: 'section', section };
  }
}

function problemsOf(model: SqlModel): readonly LocatedProblem[] {
  const { analysis, script, tokens, options, header } = model;
  const { ctx } = analysis;
  const { role } = options;
  if (role.kind === 'script' && header.flavour === null && isForeignDialect(tokens)) return [];
  if (role.kind === 'script') {
    for (const shape of ctx.json) checkJson(ctx, shape);
  } else {
    const statement = singleQuery(ctx, script);
    const output = statement === null ? undefined : analysis.outputs.get(statement);
    if (statement !== null && output !== undefined && statement.fault === null) {
      checkExtractQuery(ctx, statement);
      if (role.kind === 'section') checkSection(ctx, role.section, output, statement.query, tokens);
      else checkCohortOutput(ctx, statement, output);
    }
    checkParameters(ctx);
    checkPortable(ctx, tokens);
  }
  checkVersion(ctx, tokens);
  const problems = [...syntaxProblems(model), ...checkHeader(header, options), ...locateFindings(ctx.findings)];
  return problems
    .filter((problem) => !header.allowed.has(problem.code))
    .map((problem) => (role.kind === 'script' ? problem : withHeaderFixes(problem, header)))
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.code < b.code ? -1 : 1));
}
