import type { Journey } from '../host/runJourneys.ts';
import { brokenConfiguration } from './brokenConfiguration.ts';
import { confirmLive } from './confirmLive.ts';
import { mendMistake } from './mendMistake.ts';
import { seeViews } from './seeViews.ts';
import { sendFirstPayload } from './sendFirstPayload.ts';
import { tour } from './tour.ts';
import { untrustedFolder } from './untrustedFolder.ts';

/** Every journey, in the order in which they are walked. */
export const journeys: readonly Journey[] = [
  seeViews,
  mendMistake,
  sendFirstPayload,
  confirmLive,
  untrustedFolder,
  brokenConfiguration,
  tour,
];
