// How long the analysis of a long T-SQL script takes: as a whole, and after a keystroke.
// Usage: node test/bench/sql.ts [runs]. Prints processor time in milliseconds, which other work on the machine does not
// lengthen as it does the clock's.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from '../../core/sql/grammar/parser.ts';
import { parseScript } from '../../core/sql/grammar/statements.ts';
import { lex } from '../../core/sql/lexer.ts';
import { completeAt } from '../../core/sql/services/completion.ts';
import { SqlDocument } from '../../core/sql/sqlDocument.ts';

const runs = Number(process.argv[2] ?? 100);
const file = path.join(import.meta.dirname, '../fixtures/sql/quiet/stagingBuild.sql');
const text = readFileSync(file, 'utf8');

/** Processor milliseconds of one call, as the mean of many. */
function measure(count: number, work: (run: number) => unknown): number {
  const before = process.cpuUsage();
  for (let run = 0; run < count; run++) work(run);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

function print(name: string, milliseconds: number): void {
  console.log(`${name.padEnd(52)} ${milliseconds.toFixed(1).padStart(7)} ms`);
}

console.log(`${text.split('\n').length} lines, ${Math.round(text.length / 1024)} KB, ${runs} runs each`);
print(
  'first analysis in a new process',
  measure(1, () => new SqlDocument(text).problems()),
);
for (let run = 0; run < 20; run++) new SqlDocument(text).problems();
print(
  'tokens',
  measure(runs, () => lex(text, 'tsql')),
);
const { tokens } = lex(text, 'tsql');
print(
  'parse',
  measure(runs, () => parseScript(new Parser(tokens, 'tsql'))),
);
print(
  'full analysis, warm',
  measure(runs, () => new SqlDocument(text).problems()),
);

const places = {
  'in the largest statement': 'ssd_s47_enquiry q',
  'in a small statement': 'found DESC',
  'in a comment': 'worst first',
};
for (const [name, mark] of Object.entries(places)) {
  const document = new SqlDocument(text);
  document.problems();
  const at = text.lastIndexOf(mark) + 3;
  const typed = `${text.slice(0, at)}x${text.slice(at)}`;
  const keystroke = (run: number) => {
    document.update(run % 2 === 0 ? typed : text);
    document.problems();
  };
  measure(20, keystroke);
  print(`keystroke ${name}`, measure(runs, keystroke));
}

const document = new SqlDocument(text);
const place = text.lastIndexOf('q.found > 0') + 2;
document.problems();
print(
  'completion',
  measure(runs, () => completeAt(document.model(), place)),
);
