/** Text as it is, whatever Markdown or HTML would make of its signs. Line breaks become spaces. */
export function plainText(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-!|<>~&]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

/** A cell of a table: words, a number, or a text to show letter by letter, such as an address or an id. */
export type Cell = string | number | { readonly code: string };

function cellText(cell: Cell): string {
  if (typeof cell !== 'object') return breakable(String(cell));
  const code = cell.code.replace(/[`|\s]+/g, ' ').trim();
  return code === '' ? '' : `\`${code}\``;
}

/** Words that are too long for a column, such as paths, are shown letter by letter, because that can be broken. */
function breakable(text: string): string {
  return text
    .split(/(\s+)/)
    .map((word) => (word.length > 40 ? cellText({ code: word }) : plainText(word)))
    .join('');
}

/** A Markdown table; cells are escaped. An empty list of rows gives an empty text. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly Cell[]) => `| ${cells.map(cellText).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Joins the parts of a report that have something to say, with blank lines between them. */
export function sections(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
