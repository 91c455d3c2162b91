import { DataflowError } from '../core/errors.ts';
import type { JobFunction } from './jobFunction.ts';

/** Turns a payload into one of the same shape with invented values. */
export const scrambleJob: JobFunction<'scramble'> = async (input) => {
  throw new DataflowError('usage', `${input.file} was not scrambled: this version cannot do it yet.`);
};
