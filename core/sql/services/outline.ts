import type { TextRange } from '../../problems.ts';
import { innerStatements } from '../checks/syntaxProblems.ts';
import type { Cte, Name, Node } from '../grammar/ast.ts';
import type { Statement } from '../grammar/statementAst.ts';
import type { SqlModel } from '../sqlDocument.ts';
import { nameOf, type Token } from '../token.ts';

/** One line of the outline. */
export interface OutlineItem extends TextRange {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'statement' | 'cte' | 'table' | 'routine' | 'block' | 'batch';
  /** The name inside the range. */
  readonly selection: TextRange;
  readonly children: readonly OutlineItem[];
}

/** The statements of a text, with their common table expressions and, for blocks and routines, what is inside. */
export function outlineOf(model: SqlModel): readonly OutlineItem[] {
  return model.script.statements.flatMap(itemsOf);
}

const silent = new Set([
  'GO',
  'SET',
  'SET @',
  'PRINT',
  'LABEL',
  'USE',
  'RETURN',
  'BREAK',
  'CONTINUE',
  'RAISERROR',
  'THROW',
]);

function itemsOf(statement: Statement): OutlineItem[] {
  switch (statement.kind) {
    case 'queryStatement': {
      const { body, ctes } = statement.query;
      const into = body.kind === 'select' ? body.into : null;
      return [
        item(
          statement,
          'SELECT',
          into === null ? '' : `into ${textOf(into)}`,
          'statement',
          statement.first,
          cteItems(ctes),
        ),
      ];
    }
    case 'insert':
      return [
        item(
          statement,
          `INSERT ${textOf(statement.target)}`,
          '',
          'statement',
          statement.first,
          cteItems(statement.ctes),
        ),
      ];
    case 'update':
    case 'delete':
    case 'merge': {
      const target = statement.target?.kind === 'table' ? statement.target.name : null;
      return [
        item(
          statement,
          `${statement.kind.toUpperCase()} ${textOf(target)}`,
          '',
          'statement',
          statement.first,
          cteItems(statement.ctes),
        ),
      ];
    }
    case 'createTable':
      return [item(statement, textOf(statement.name), 'table', 'table', statement.name.last, [])];
    case 'module':
      return [
        item(
          statement,
          textOf(statement.name),
          statement.objectKind,
          'routine',
          statement.name.last,
          innerStatements(statement).flatMap(itemsOf),
        ),
      ];
    case 'block':
    case 'if':
    case 'while': {
      const children = innerStatements(statement).flatMap(itemsOf);
      // A block that holds nothing worth a line is no line either.
      if (children.length === 0) return [];
      return [item(statement, statement.first.upper, '', 'block', statement.first, children)];
    }
    case 'execute':
      return [item(statement, `EXEC ${textOf(statement.procedure)}`, '', 'statement', statement.first, [])];
    case 'drop':
      return [
        item(
          statement,
          `${statement.first.upper} ${statement.names.map(textOf).join(', ')}`,
          '',
          'statement',
          statement.first,
          [],
        ),
      ];
    case 'alterTable':
      return [item(statement, `ALTER ${textOf(statement.name)}`, '', 'statement', statement.first, [])];
    case 'createIndex':
      return [item(statement, `CREATE INDEX on ${textOf(statement.table)}`, '', 'statement', statement.first, [])];
    case 'declare':
      return [];
    default:
      return silent.has(statement.verb)
        ? []
        : [item(statement, statement.first.upper, '', 'statement', statement.first, [])];
  }
}

function cteItems(ctes: readonly Cte[]): OutlineItem[] {
  return ctes.map((cte) => item(cte, nameOf(cte.name), 'common table expression', 'cte', cte.name, []));
}

function item(
  node: Node,
  name: string,
  detail: string,
  kind: OutlineItem['kind'],
  selected: Token,
  children: readonly OutlineItem[],
): OutlineItem {
  const selection = { start: selected.start, end: selected.end };
  return {
    start: node.first.start,
    end: Math.max(node.last.end, selection.end),
    name: name.trim() || '(no name)',
    detail,
    kind,
    selection,
    children,
  };
}

function textOf(name: Name | null): string {
  return name === null ? '' : name.parts.map(nameOf).join('.');
}
