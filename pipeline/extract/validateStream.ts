import type { ProblemSummary } from '../../core/problems.ts';
import type { PayloadValidator } from '../../core/rules/validator.ts';
import { throwIfCancelled } from '../errors.ts';
import type { ExtractedChild } from './assemble.ts';
import { ProblemTally } from './problemTally.ts';
import { SharedValues } from './sharedValues.ts';

/** An extract that is validated on its way. The summaries are complete once the children have been read to the end. */
export interface ValidatedStream {
  /** The children with the problems of their payload behind those of their rows. */
  readonly children: AsyncIterable<ExtractedChild>;
  /** Children put together so far. */
  count(): number;
  problems(): ProblemSummary;
  /** Children that could not be put together, with the reason. */
  notAssembled(): readonly { readonly personId: string; readonly reason: string }[];
}

/** Validates each child as it passes, and what several children must not share at the end. Keeps no child. */
export function validateStream(
  source: AsyncIterable<ExtractedChild>,
  validator: PayloadValidator,
  signal: AbortSignal,
): ValidatedStream {
  const tally = new ProblemTally();
  const failed: { personId: string; reason: string }[] = [];
  const shared = new SharedValues();
  let count = 0;

  async function* validated(): AsyncGenerator<ExtractedChild> {
    for await (const extracted of source) {
      throwIfCancelled(signal);
      if (extracted.kind === 'notAssembled') {
        failed.push({ personId: extracted.personId, reason: extracted.reason });
        yield extracted;
        continue;
      }
      const problems = [...extracted.problems, ...validator.validateChild(extracted.child)];
      shared.addChild(extracted.child);
      count++;
      tally.addChild(problems);
      yield { ...extracted, problems };
    }
    tally.add(shared.problems(validator.options.severities ?? {}));
  }

  return {
    children: validated(),
    count: () => count,
    problems: () => tally.summary(),
    notAssembled: () => failed,
  };
}
