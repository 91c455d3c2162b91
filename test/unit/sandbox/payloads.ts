import { join } from 'node:path';
import type { JsonObject } from '../../../core/json.ts';
import type { Problem } from '../../../core/problems.ts';
import { createValidator } from '../../../core/rules/validator.ts';
import { openSqliteConnection } from '../../../pipeline/connections/sqlite.ts';
import { extractChildren } from '../../../pipeline/extract/extract.ts';
import { loadPack } from '../../../pipeline/extract/pack.ts';

const shipped = join(import.meta.dirname, '..', '..', '..', 'extracts');

/** What the shipped pack makes of a sandbox database on a day. */
export interface Payloads {
  readonly children: ReadonlyMap<string, JsonObject>;
  /** What the extract itself had to say: rows without a place, children that could not be put together. */
  readonly extractProblems: readonly string[];
}

/** Extracts every child of a sandbox database with the shipped pack. */
export async function payloadsOf(file: string, runDate: string): Promise<Payloads> {
  const { signal } = new AbortController();
  const connection = await openSqliteConnection({ name: 'sandbox', file, purpose: 'sandbox' }, signal);
  try {
    const pack = await loadPack({ shipped, override: null, spec: '0.9' });
    const children = new Map<string, JsonObject>();
    const extractProblems: string[] = [];
    const extraction = extractChildren(connection, { kind: 'pack', pack }, { spec: '0.9', runDate }, signal);
    for await (const child of extraction.children) {
      if (child.kind === 'notAssembled') extractProblems.push(`${child.personId}: ${child.reason}`);
      else {
        children.set(child.personId, child.child);
        extractProblems.push(...child.problems.map((problem) => `${child.personId}: ${problem.message}`));
      }
    }
    extractProblems.push(...extraction.report.strayRows.map((rows) => `${rows.rows} stray rows in ${rows.section}`));
    return { children, extractProblems };
  } finally {
    await connection.close();
  }
}

/** Every problem of these payloads, within children and across them, as `CODE severity child`. */
export function problemsOf(payloads: Payloads, asOf: string): { code: string; severity: string; text: string }[] {
  const validator = createValidator({ spec: '0.9', asOf, kind: 'full' });
  const across = validator.fileProblems();
  const found: { code: string; severity: string; text: string }[] = [];
  const add = (id: string, problem: Problem) =>
    found.push({
      code: problem.code,
      severity: problem.severity,
      text: `${id} ${problem.code} ${problem.path.join('.')}`,
    });
  let index = 0;
  for (const [id, child] of payloads.children) {
    for (const problem of validator.validateChild(child)) add(id, problem);
    across.add(index++, child);
  }
  for (const problem of across.problems()) add('across', problem);
  return found;
}
