import { isLoopback, isTestEndpoint } from '../receiver/serviceAddress.ts';
import type { SignOff } from './signOff.ts';
import type { SubmissionSource } from './source.ts';

export type SubmissionMode = 'dry-run' | 'test' | 'live';

/** What the gates look at. */
export interface GateFacts {
  readonly mode: SubmissionMode;
  readonly kind: SubmissionSource['kind'];
  readonly laCode: string;
  /** The address that children would be posted to. */
  readonly endpoint: string;
  /** Purpose of the connection that the children come from; null for a file. */
  readonly purpose: 'sandbox' | 'test' | 'live' | null;
  readonly signOff: SignOff | null;
  /** Further reasons that only the front end can know, such as a workspace that is not trusted. Live mode only. */
  readonly liveObjections: readonly string[];
}

/**
 * Why a submission may not run as asked, each a sentence for the person; empty when it may. A dry run sends nothing,
 * so nothing stands in its way.
 */
export function closedGates(facts: GateFacts): readonly string[] {
  const { mode, kind, endpoint } = facts;
  if (mode === 'dry-run') return [];
  const closed: string[] = [];
  const url = new URL(endpoint);
  const local = isLoopback(url);
  const test = isTestEndpoint(url);
  if (mode === 'test') {
    if (kind === 'live') {
      closed.push(
        'Test mode sends from the test table (ssd_api_data_staging_anon) only, so that no real record goes to the test service. Choose the test table.',
      );
    }
    if (!test && !local) {
      closed.push(
        'Test mode sends to the test endpoint only, and this endpoint is not one. Check the test endpoint setting.',
      );
    }
    return closed;
  }
  if (kind === 'anon') {
    closed.push(
      'Live mode sends from the live table (ssd_api_data_staging) only, so that no invented record goes to the live service. Choose the live table.',
    );
  }
  if (test) {
    closed.push(
      'Live mode does not send to the test endpoint: real records may never go there. Set the live endpoint.',
    );
  }
  if (facts.purpose !== null && facts.purpose !== 'live' && !local) {
    closed.push(
      `The connection is marked as ${facts.purpose}, so its records are not real and may not go to the live service. Choose the live connection.`,
    );
  }
  if (facts.signOff === null) {
    closed.push(
      'No sign-off for live submissions is recorded. Ask the person responsible, then record it with "sign off".',
    );
  } else if (facts.signOff.laCode !== facts.laCode || facts.signOff.endpoint !== endpoint) {
    closed.push(
      'The recorded sign-off is for another local authority or another endpoint. Record a new sign-off for this one.',
    );
  }
  return [...closed, ...facts.liveObjections];
}

/** Whether the person must repeat the plan's confirmation text before anything is sent. */
export function needsConfirmation(mode: SubmissionMode, kind: SubmissionSource['kind'], endpoint: string): boolean {
  // A file says nothing about where its children come from, so sending one off this machine is confirmed as well.
  return mode === 'live' || (mode === 'test' && kind === 'file' && !isLoopback(new URL(endpoint)));
}

/** The words that a person repeats to confirm: authority, count, deletions and endpoint, as they are at this moment. */
export function confirmationText(plan: {
  readonly mode: SubmissionMode;
  readonly kind: SubmissionSource['kind'];
  readonly laCode: string;
  readonly laName: string;
  readonly children: number;
  /** How many of them would be deleted at the DfE. */
  readonly deletions: number;
  readonly endpoint: string;
}): string {
  const all = `${plan.children.toLocaleString('en-GB')} ${plan.children === 1 ? 'child' : 'children'}`;
  // A cohort that went wrong shows as deletions, so nobody confirms them without having read how many there are.
  const count = plan.deletions === 0 ? all : `${all} (of these ${plan.deletions.toLocaleString('en-GB')} to delete)`;
  const who = `${plan.laName === '' ? 'local authority' : plan.laName} (${plan.laCode})`;
  const what =
    plan.mode === 'live'
      ? `Send real records of ${count}`
      : plan.kind === 'file'
        ? `Send ${count} from a file that holds invented or scrambled records only`
        : `Send ${count}`;
  return `${what} of ${who} to ${plan.endpoint}`;
}
