import { innerStatements } from '../../../core/sql/checks/syntaxProblems.ts';
import type { Statement } from '../../../core/sql/grammar/statementAst.ts';
import { SqlDocument } from '../../../core/sql/sqlDocument.ts';
import type { Token } from '../../../core/sql/token.ts';

/** One way to spoil a text. */
export interface Mutation {
  readonly kind: string;
  readonly text: string;
  /** What was changed, for the report of a failure. */
  readonly what: string;
  /** Ranges of the new text; a problem that touches one of them is in the right place. */
  readonly places: readonly { readonly start: number; readonly end: number }[];
  /** The statement that was touched, in the new text. Nothing outside may be reported. */
  readonly statement: { readonly start: number; readonly end: number };
}

/** A small generator of numbers, so that a run can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const keywords = new Set(
  'SELECT FROM WHERE GROUP ORDER HAVING UNION JOIN LEFT INNER WHEN THEN ELSE CASE BETWEEN LIKE EXISTS INTO VALUES INSERT UPDATE DELETE DECLARE CREATE TABLE DISTINCT AND NOT NULL OVER PARTITION COALESCE OUTER APPLY'.split(
    ' ',
  ),
);

/** A slip of the finger: two neighbours swapped, a letter left out, or one typed twice. */
function misspell(word: string, random: () => number): string {
  const bare = word.replace(/^[[#"]+/, '');
  const lead = word.length - bare.length;
  const letters = word.replace(/[\]"]+$/, '');
  if (letters.length - lead < 3) return `${word}z`;
  const at = lead + 1 + Math.floor(random() * (letters.length - lead - 2));
  switch (Math.floor(random() * 3)) {
    case 0:
      if (word.charAt(at) !== word.charAt(at + 1))
        return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    default:
      return word.slice(0, at) + word.charAt(at) + word.slice(at);
  }
}

/** The innermost statement around an offset. */
function statementAt(statements: readonly Statement[], offset: number): Statement | undefined {
  const found = statements.find((s) => s.first.start <= offset && offset <= s.last.end);
  return found === undefined ? undefined : (statementAt(innerStatements(found), offset) ?? found);
}

/** `count` mutations of each kind, at places chosen by the random numbers. */
export function mutationsOf(text: string, fileName: string, count: number, random: () => number): Mutation[] {
  const model = new SqlDocument(text, { fileName }).model();
  const { tokens, analysis, script } = model;
  const { references } = analysis.ctx;
  const uses = references.filter((reference) => reference.token !== reference.definition);
  const known = (reference: (typeof references)[number]) =>
    reference.relation !== null && reference.relation.kind !== 'unknown';
  const fieldNames = new Set(
    model.options.role.kind === 'section'
      ? [
          ...model.options.role.section.fields.filter((f) => f.required).map((f) => f.name),
          ...model.options.role.section.parentIds,
          ...model.options.role.section.fields.map((f) => f.name),
        ]
      : [],
  );
  const candidates: Readonly<Record<string, readonly Token[]>> = {
    column: uses.filter((r) => r.kind === 'column' && r.column !== null && known(r)).map((r) => r.token),
    table: uses
      .filter(
        (r) =>
          (r.kind === 'table' || r.kind === 'cte') &&
          known(r) &&
          !['drop', 'createTable'].includes(statementAt(script.statements, r.token.start)?.kind ?? ''),
      )
      .map((r) => r.token),
    alias: uses.filter((r) => r.kind === 'alias' && known(r)).map((r) => r.token),
    output: references
      .filter((r) => r.kind === 'output' && r.token === r.definition && fieldNames.has(r.token.text))
      .map((r) => r.token),
    keyword: tokens.filter((t) => t.kind === 'word' && keywords.has(t.upper)),
    comma: tokens.filter((t) => t.upper === ','),
    bracket: tokens.filter((t) => t.upper === ')'),
  };
  const mutations: Mutation[] = [];
  for (const [kind, list] of Object.entries(candidates)) {
    for (let n = 0; n < Math.min(count, list.length); n++) {
      const token = list[Math.floor(random() * list.length)];
      const statement = token === undefined ? undefined : statementAt(script.statements, token.start);
      if (token === undefined || statement === undefined) continue;
      const removed = kind === 'comma' || kind === 'bracket';
      const written = removed ? ' ' : misspell(token.text, random);
      if (written === token.text) continue;
      const delta = written.length - (token.end - token.start);
      const index = tokens.indexOf(token);
      const moved = (other: Token | undefined) =>
        other === undefined
          ? []
          : [
              {
                start: other.start + (other.start > token.start ? delta : 0),
                end: other.end + (other.start > token.start ? delta : 0),
              },
            ];
      const places = [{ start: token.start, end: token.start + written.length }];
      if (removed) places.push(...moved(tokens[index - 1]), ...moved(tokens[index + 1]));
      if (kind === 'bracket') {
        // Of several closing brackets side by side, none can be told from the others.
        for (let at = index; tokens[at]?.upper === ')'; at--) places.push(...moved(partnerOf(tokens, at)));
        for (let at = index; tokens[at]?.upper === ')'; at++) places.push(...moved(partnerOf(tokens, at)));
      }
      mutations.push({
        kind,
        text: text.slice(0, token.start) + written + text.slice(token.end),
        what: `${kind} ${token.text} -> ${written} in: ${text.slice(Math.max(0, token.start - 60), token.end + 60).replaceAll(/\s+/g, ' ')}`,
        places,
        statement: { start: statement.first.start, end: statement.last.end + delta },
      });
    }
  }
  return mutations;
}

function partnerOf(tokens: readonly Token[], closing: number): Token | undefined {
  let depth = 0;
  for (let index = closing; index >= 0; index--) {
    const token = tokens[index];
    if (token?.upper === ')') depth++;
    if (token?.upper === '(' && --depth === 0) return token;
  }
  return undefined;
}
