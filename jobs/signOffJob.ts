import { DataflowError } from '../core/errors.ts';
import { durableFiles } from '../pipeline/files/durableFiles.ts';
import { parseServiceAddress, submissionAddress } from '../pipeline/receiver/serviceAddress.ts';
import { recordSignOff } from '../pipeline/submission/signOff.ts';
import type { JobFunction } from './jobFunction.ts';
import { openTrail } from './trail.ts';

/** Records who agreed to live submissions of this authority to the live endpoint that is set now. */
export const signOffJob: JobFunction<'signOff'> = async (input, scope) => {
  const { laCode, endpoints } = scope.settings;
  if (laCode === null || endpoints.live === null) {
    throw new DataflowError(
      'configuration',
      'A sign-off names the authority and the live endpoint. Nothing was recorded. Set “laCode” and “endpoints.live” first.',
    );
  }
  const recordedAt = scope.context.now().toISOString();
  const endpoint = submissionAddress(parseServiceAddress(endpoints.live, 'live endpoint'), laCode).href;
  await recordSignOff(
    scope.environment.dataFolder,
    {
      name: input.name,
      note: input.note,
      laCode,
      endpoint,
      recordedAt,
      ...(input.unattended === undefined ? {} : { unattended: input.unattended }),
    },
    durableFiles,
    openTrail(scope),
  );
  return { recordedAt };
};
