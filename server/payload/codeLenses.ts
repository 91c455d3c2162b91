import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isJsonObject } from '../../core/json.ts';
import { jsonTree, memberOf } from '../../core/payload/jsonTree.ts';
import type { ChildExtent } from '../../core/payload/payloadDocument.ts';
import { lensCommands } from '../protocol.ts';

/** What a code lens carries until the editor shows it: which command, and where its child starts. */
interface LensData {
  readonly uri: string;
  readonly command: keyof typeof lensCommands;
  readonly index: number;
}

const titles: Readonly<Record<keyof typeof lensCommands, string>> = {
  validate: 'Validate',
  showChanges: 'Show Changes',
  copyDelta: 'Copy as Delta',
};

const commands = ['validate', 'showChanges', 'copyDelta'] as const;

/** The lenses above each child. Their commands are filled in when the editor shows them, so that big files stay quick. */
export function childLenses(document: TextDocument, children: readonly ChildExtent[]): CodeLens[] {
  return children.flatMap((child) => {
    const start = document.positionAt(child.start);
    const range = { start, end: { line: start.line, character: start.character + 1 } };
    return commands.map((command): CodeLens => {
      const data: LensData = { uri: document.uri, command, index: child.index };
      return { range, data };
    });
  });
}

/** Reads back what `childLenses` put into a lens; undefined for data of another make. */
export function readLensData(data: unknown): LensData | undefined {
  if (!isJsonObject(data)) return undefined;
  const { uri, index } = data;
  const command = commands.find((known) => known === data.command);
  if (typeof uri !== 'string' || typeof index !== 'number' || command === undefined) return undefined;
  return { uri, command, index };
}

/** The `la_child_id` of a child's text; null when it has none. */
export function childIdOf(text: string): string | null {
  const tree = jsonTree(text);
  const id = tree === undefined ? undefined : memberOf(tree, 'la_child_id')?.value;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** The lens with its command, whose arguments are the document's URI and the child's id. */
export function withCommand(lens: CodeLens, data: LensData, childId: string | null): CodeLens {
  const title = titles[data.command];
  // A child without an id cannot be named to a command: the lens says so and does nothing.
  if (childId === null) return { range: lens.range, command: { title: `${title} (needs la_child_id)`, command: '' } };
  return {
    range: lens.range,
    command: { title, command: lensCommands[data.command], arguments: [data.uri, childId] },
  };
}
