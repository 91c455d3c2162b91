import type { JobInput, JobName, JobResult } from './contract.ts';
import type { JobScope } from './scope.ts';

/** One use case. Throws DataflowError for what a person can mend. */
export type JobFunction<N extends JobName> = (input: JobInput<N>, scope: JobScope) => Promise<JobResult<N>>;
