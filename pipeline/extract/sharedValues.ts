import type { JsonObject } from '../../core/json.ts';
import type { Problem } from '../../core/problems.ts';
import { fileFacts } from '../../core/rules/fileFacts.ts';
import { type SeveritySettings, toProblem } from '../../core/rules/finding.ts';
import { TextSet } from './textSet.ts';

/**
 * Counts ids and UPNs that several children of a run share (FMT-08, FMT-09, FMT-10, UPN-08), in a few bytes for each
 * value. It says how often, not where: the children of a run are gone by the time a second one shows up.
 */
export class SharedValues {
  readonly #seen = new TextSet();
  /** Values that came again: how many children have them. */
  readonly #shared = new Map<string, { code: string; field: string; count: number }>();

  addChild(child: JsonObject): void {
    const inThisChild = new Set<string>();
    for (const { code, field, value } of fileFacts(child)) {
      const key = `${field} ${value}`;
      if (inThisChild.has(key)) continue;
      inThisChild.add(key);
      if (this.#seen.add(key)) continue;
      const known = this.#shared.get(key);
      if (known === undefined) this.#shared.set(key, { code, field, count: 2 });
      else known.count++;
    }
  }

  /** One problem for each child and shared value. Messages name the field and how many share a value, not the value. */
  problems(settings: SeveritySettings): readonly Problem[] {
    return [...this.#shared.values()].flatMap(({ code, field, count }) => {
      const problem = toProblem({ code, variant: 'file', path: [], values: { field, count } }, settings);
      return problem === undefined ? [] : Array.from({ length: count }, () => problem);
    });
  }
}
