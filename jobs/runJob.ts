import type { JobContext } from '../pipeline/progress.ts';
import { auditBodyJob, auditExportJob, auditListJob, auditShowJob, auditVerifyJob } from './auditJobs.ts';
import { changesJob, childChangeJob } from './changesJob.ts';
import { checkJob } from './checkJob.ts';
import type { JobEnvironment, JobInput, JobName, JobResult } from './contract.ts';
import { deltaFilesJob } from './deltaFilesJob.ts';
import { extractJob } from './extractJob.ts';
import { holdJob } from './holdJob.ts';
import type { JobFunction } from './jobFunction.ts';
import { pilotDoneJob, pilotJob } from './pilotJobs.ts';
import { sandboxAdvanceJob, sandboxPrepareJob, sandboxStartJob, sandboxStopJob } from './sandboxJobs.ts';
import { openScope } from './scope.ts';
import { scrambleJob } from './scrambleJob.ts';
import { signOffJob } from './signOffJob.ts';
import { stageJob } from './stageJob.ts';
import { planJob, resumeJob, submitJob } from './submitJobs.ts';

const jobs: { readonly [N in JobName]: JobFunction<N> } = {
  extract: extractJob,
  stage: stageJob,
  changes: changesJob,
  childChange: childChangeJob,
  hold: holdJob,
  deltaFiles: deltaFilesJob,
  plan: planJob,
  submit: submitJob,
  resume: resumeJob,
  check: checkJob,
  signOff: signOffJob,
  auditList: auditListJob,
  auditShow: auditShowJob,
  auditBody: auditBodyJob,
  auditVerify: auditVerifyJob,
  auditExport: auditExportJob,
  sandboxPrepare: sandboxPrepareJob,
  sandboxAdvance: sandboxAdvanceJob,
  sandboxStart: sandboxStartJob,
  sandboxStop: sandboxStopJob,
  pilot: pilotJob,
  pilotDone: pilotDoneJob,
  scramble: scrambleJob,
};

/** The names of all jobs, to check a message from another thread. */
export const jobNames: readonly string[] = Object.keys(jobs);

/**
 * Runs one use case.
 * @throws DataflowError for what a person can mend, with reason and a plain-English paragraph
 */
export async function runJob<N extends JobName>(
  name: N,
  input: JobInput<N>,
  environment: JobEnvironment,
  context: JobContext,
): Promise<JobResult<N>> {
  return jobs[name](input, await openScope(environment, context));
}
