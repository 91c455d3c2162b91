import path from 'node:path';
import { resolveSettings } from '../pipeline/config/resolveSettings.ts';
import type { ResolvedSettings, Settings } from '../pipeline/config/settings.ts';
import { calendarDate } from '../pipeline/extract/cohortWindow.ts';
import type { JobContext } from '../pipeline/progress.ts';
import type { JobEnvironment } from './contract.ts';

/** A job's surroundings, resolved: settings, folders, clock. */
export interface JobScope {
  readonly environment: JobEnvironment;
  readonly settings: Settings;
  readonly sources: ResolvedSettings['sources'];
  readonly context: JobContext;
}

/** Reads the settings for one job. Throws DataflowError `configuration` naming file, line and setting. */
export async function openScope(environment: JobEnvironment, context: JobContext): Promise<JobScope> {
  const { settings, sources } = await resolveSettings({ ...environment, environment: process.env });
  return { environment, settings, sources, context };
}

/** Today, or the pinned date of the settings, `YYYY-MM-DD`. */
export function asOfDate(scope: JobScope): string {
  return scope.settings.validation.asOf ?? calendarDate(scope.context.now());
}

/** Where the audit trail, journal, locks and sign-off are. */
export function auditFolder(scope: JobScope): string {
  return path.join(scope.environment.dataFolder, 'audit');
}
