import { createHmac, randomBytes } from 'node:crypto';
import { DataflowError } from '../core/errors.ts';
import { checkScrambled } from '../core/scramble/checkScrambled.ts';
import { createScrambler } from '../core/scramble/scramble.ts';
import { writeFileAtomically } from '../pipeline/atomicFile.ts';
import type { JobFunction } from './jobFunction.ts';
import { readPayloadChildren } from './payloadChildren.ts';

/**
 * Turns a payload into one of the same shape with invented values. The file is written only once the check has proved
 * that nothing of the original survives. The key is made for this run and forgotten with it.
 */
export const scrambleJob: JobFunction<'scramble'> = async (input, scope) => {
  const { spec } = scope.settings;
  const original = await readPayloadChildren(input.file, scope.context.signal);
  const key = randomBytes(32);
  const scrambler = createScrambler({ spec, keyedHash: (text) => createHmac('sha256', key).update(text).digest() });
  const scrambled = original.map((child) => scrambler.scramble(child));
  const [fault] = checkScrambled(original, scrambled, spec);
  if (fault !== undefined) {
    throw new DataflowError(
      'problems',
      `${input.file} could not be scrambled safely: at ${fault.path.join('.')}, ${fault.what}. Nothing was written. Try again, as other values are drawn each time; if it fails again, correct that place in the file.`,
    );
  }
  await writeFileAtomically(input.out, (append) => append(`${JSON.stringify(scrambled, null, 2)}\n`));
  return { children: scrambled.length, out: input.out };
};
