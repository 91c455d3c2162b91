import type { Journey } from '../host/runJourneys.ts';
import { mendMistake } from './mendMistake.ts';
import { seeViews } from './seeViews.ts';
import { sendFirstPayload } from './sendFirstPayload.ts';

/** Every journey, in the order in which they are walked. */
export const journeys: readonly Journey[] = [seeViews, mendMistake, sendFirstPayload];
