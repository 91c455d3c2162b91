import type { AuditedSubmission, AuditTrail } from '../audit/auditTrail.ts';
import type { RejectedChild } from './batchSender.ts';
import type { Journal } from './journal.ts';
import { recordAnswer } from './recordAnswer.ts';
import type { SubmissionSource } from './source.ts';

/** Settles what earlier runs left in the journal and their trails, without posting anything. */
export class Recovery {
  readonly #journal: Journal;
  readonly #trail: AuditTrail;
  readonly #source: SubmissionSource;
  readonly #trails = new Map<string, AuditedSubmission>();

  constructor(tools: { readonly journal: Journal; readonly trail: AuditTrail; readonly source: SubmissionSource }) {
    this.#journal = tools.journal;
    this.#trail = tools.trail;
    this.#source = tools.source;
  }

  /** The trail of an earlier submission, opened once. Null when it never began. */
  async trailOf(submission: string): Promise<AuditedSubmission | null> {
    const known = this.#trails.get(submission);
    if (known !== undefined) return known;
    const audited = await this.#trail.reopen(submission);
    if (audited !== null) this.#trails.set(submission, audited);
    return audited;
  }

  /** Records answers that had been received but not yet written to staging. */
  async recordAnswered(): Promise<{ readonly accepted: number; readonly rejected: readonly RejectedChild[] }> {
    const journal = this.#journal;
    const source = this.#source;
    let accepted = 0;
    const rejected: RejectedChild[] = [];
    for (const { sending, answered } of journal.open) {
      if (answered === null) continue;
      const audited = await this.trailOf(sending.submission);
      if (audited === null) throw new TypeError('The journal holds an answer of a submission that has no trail');
      const { batch, attempt } = sending;
      await audited.event('recovered', { batch, attempt, receipts: answered.accepted, rejected: answered.rejected });
      const states = source.keepsState && answered.accepted.length > 0 ? await journal.states(sending) : [];
      await recordAnswer({ journal, source }, sending, answered, states);
      accepted += answered.accepted.length;
      rejected.push(...answered.rejected.map((child) => ({ ...child, path: [] })));
    }
    return { accepted, rejected };
  }

  /**
   * Ends the trails that were opened here and those of submissions that were interrupted. Bodies that a trail
   * announced and the journal does not hold open were never posted, or certainly not taken; the trail then says so.
   */
  async finish(): Promise<void> {
    const interrupted = this.#journal.interrupted;
    for (const { submission } of interrupted) await this.trailOf(submission);
    for (const [submission, audited] of this.#trails) {
      const open = new Set<string>();
      for (const { sending } of this.#journal.open) {
        if (sending.submission === submission) open.add(`${sending.batch}/${sending.attempt}`);
      }
      for (const { batch, attempt, children } of audited.tally.unsettled) {
        if (open.has(`${batch}/${attempt}`)) continue;
        const words = 'interrupted; the journal shows that nothing of this body was taken';
        await audited.event('not-taken', { batch, attempt, children, words });
      }
      const outcome = audited.tally.counts.inDoubt > 0 ? 'in doubt' : 'recovered';
      await audited.close({ outcome, settled: null, notAttempted: null });
    }
    this.#trails.clear();
    for (const { submission } of interrupted) await this.#journal.ended(submission);
  }
}
