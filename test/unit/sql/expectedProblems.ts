/** What the comments of a text of the corpus say: `--! CODE, CODE` about their own line, `--^ CODE` about the one before. */
export function expectedProblems(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /--([!^]) ?((?:SQL-\d+(?:, )?)+)/.exec(line);
    if (match === null) return [];
    const number = match[1] === '!' ? index + 1 : index;
    return (match[2] ?? '').split(', ').map((code) => `${number} ${code}`);
  });
}
