import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { JsonPath } from '../problems.ts';
import { type Day, parseDay } from './days.ts';

/** An object of the child with its place. Purged elements are not part of a view: nothing is said of them but their end. */
export interface Item {
  readonly value: JsonObject;
  readonly path: JsonPath;
}

/** A dated element. A date that is absent or malformed is undefined; `open` says that there is no end at all. */
export interface Span extends Item {
  readonly episode: EpisodeView;
  readonly start: Day | undefined;
  readonly end: Day | undefined;
  readonly open: boolean;
}

export interface Assessment extends Item {
  readonly episode: EpisodeView;
  readonly start: Day | undefined;
  readonly authorised: Day | undefined;
  /** No authorisation date at all. */
  readonly open: boolean;
  readonly factors: readonly JsonValue[];
}

export interface Section47 extends Span {
  readonly conference: Day | undefined;
  /** `icpc_required_flag`; undefined when absent or malformed. */
  readonly required: boolean | undefined;
  /** No conference date, and the flag does not say that none is needed. */
  readonly pending: boolean;
}

export interface Placement extends Span {
  readonly startReason: string | undefined;
  readonly endReason: string | undefined;
  readonly changeReason: string | undefined;
  readonly type: string | undefined;
  readonly postcode: string | undefined;
}

export interface Worker extends Span {
  readonly id: string | undefined;
}

export interface EpisodeView extends Item {
  readonly referral: Day | undefined;
  readonly closure: Day | undefined;
  /** Whether there is a closure date, well formed or not. */
  readonly closed: boolean;
  readonly closureReason: string | undefined;
  readonly noFurtherAction: boolean | undefined;
  readonly assessments: readonly Assessment[];
  readonly needPlans: readonly Span[];
  readonly section47s: readonly Section47[];
  readonly protectionPlans: readonly Span[];
  readonly placements: readonly Placement[];
  readonly adoption: Item | undefined;
  readonly careLeaver: Item | undefined;
  readonly workers: readonly Worker[];
}

/** A child as the rules read it. Built once for a child; lists hold what is there and not purged. */
export interface ChildView extends Item {
  /** Whether it holds only what changed, so that nothing can be concluded from what is absent. */
  readonly partial: boolean;
  readonly details: Item | undefined;
  readonly birth: Day | undefined;
  readonly due: Day | undefined;
  /** A due date and no date of birth. */
  readonly unborn: boolean;
  readonly episodes: readonly EpisodeView[];
  /** All placements with a start, by start. */
  readonly placements: readonly (Placement & { readonly start: Day })[];
  readonly needPlans: readonly Span[];
  readonly protectionPlans: readonly Span[];
  readonly questionnaires: readonly Item[];
}

/** Whether a field is there: not absent and not null. Its value may be malformed. */
export function has(item: Item, field: string): boolean {
  const value = item.value[field];
  return value !== undefined && value !== null;
}

/** The text of a field; undefined when it is absent, blank or no text. */
export function textOf(item: Item, field: string): string | undefined {
  const value = item.value[field];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The day of a date field; undefined when it is absent or malformed. */
export function dayIn(item: Item, field: string): Day | undefined {
  const value = item.value[field];
  return typeof value === 'string' ? parseDay(value) : undefined;
}

/** A boolean field; undefined when it is absent or no boolean. */
export function flagOf(item: Item, field: string): boolean | undefined {
  const value = item.value[field];
  return typeof value === 'boolean' ? value : undefined;
}

/** Path of a field of an item. */
export function at(item: Item, ...steps: (string | number)[]): JsonPath {
  return [...item.path, ...steps];
}

function itemsOf(owner: Item, field: string): Item[] {
  const list = owner.value[field];
  if (!Array.isArray(list)) return [];
  const items: Item[] = [];
  for (const [index, value] of list.entries()) {
    if (isJsonObject(value) && value.purge !== true) items.push({ value, path: [...owner.path, field, index] });
  }
  return items;
}

function blockOf(owner: Item, field: string): Item | undefined {
  const value = owner.value[field];
  return isJsonObject(value) && value.purge !== true ? { value, path: [...owner.path, field] } : undefined;
}

function spanOf(item: Item, episode: EpisodeView): Span {
  return {
    value: item.value,
    path: item.path,
    episode,
    start: dayIn(item, 'start_date'),
    end: dayIn(item, 'end_date'),
    open: !has(item, 'end_date'),
  };
}

function assessmentOf(item: Item, episode: EpisodeView): Assessment {
  const factors = item.value.factors;
  return {
    value: item.value,
    path: item.path,
    episode,
    start: dayIn(item, 'start_date'),
    authorised: dayIn(item, 'authorisation_date'),
    open: !has(item, 'authorisation_date'),
    factors: Array.isArray(factors) ? factors : [],
  };
}

function section47Of(item: Item, episode: EpisodeView): Section47 {
  const required = flagOf(item, 'icpc_required_flag');
  return {
    ...spanOf(item, episode),
    conference: dayIn(item, 'icpc_date'),
    required,
    pending: !has(item, 'icpc_date') && required !== false,
  };
}

function placementOf(item: Item, episode: EpisodeView): Placement {
  return {
    ...spanOf(item, episode),
    startReason: textOf(item, 'start_reason'),
    endReason: textOf(item, 'end_reason'),
    changeReason: textOf(item, 'change_reason'),
    type: textOf(item, 'placement_type'),
    postcode: textOf(item, 'postcode'),
  };
}

function episodeOf(item: Item): EpisodeView {
  const assessments: Assessment[] = [];
  const needPlans: Span[] = [];
  const section47s: Section47[] = [];
  const protectionPlans: Span[] = [];
  const placements: Placement[] = [];
  const workers: Worker[] = [];
  const episode: EpisodeView = {
    value: item.value,
    path: item.path,
    referral: dayIn(item, 'referral_date'),
    closure: dayIn(item, 'closure_date'),
    closed: has(item, 'closure_date'),
    closureReason: textOf(item, 'closure_reason'),
    noFurtherAction: flagOf(item, 'referral_no_further_action_flag'),
    assessments,
    needPlans,
    section47s,
    protectionPlans,
    placements,
    adoption: blockOf(item, 'adoption'),
    careLeaver: blockOf(item, 'care_leavers'),
    workers,
  };
  for (const each of itemsOf(item, 'child_and_family_assessments')) assessments.push(assessmentOf(each, episode));
  for (const each of itemsOf(item, 'child_in_need_plans')) needPlans.push(spanOf(each, episode));
  for (const each of itemsOf(item, 'section_47_assessments')) section47s.push(section47Of(each, episode));
  for (const each of itemsOf(item, 'child_protection_plans')) protectionPlans.push(spanOf(each, episode));
  for (const each of itemsOf(item, 'child_looked_after_placements')) placements.push(placementOf(each, episode));
  for (const each of itemsOf(item, 'care_worker_details')) {
    workers.push({ ...spanOf(each, episode), id: textOf(each, 'worker_id') });
  }
  return episode;
}

const ownEpisodeFields = ['referral_date', 'referral_source', 'referral_no_further_action_flag'];

/**
 * Whether a child looks like a delta: something in it is purged, or one of its episodes has none of the fields that
 * every whole episode has.
 */
export function looksPartial(child: JsonObject): boolean {
  const episodes = Array.isArray(child.social_care_episodes) ? child.social_care_episodes : [];
  const blocks = [child.child_details, child.health_and_wellbeing];
  if (blocks.some((block) => isJsonObject(block) && block.purge === true)) return true;
  return episodes.some((episode) => {
    if (!isJsonObject(episode)) return false;
    if (episode.purge === true) return true;
    const own = ownEpisodeFields.some((field) => Object.hasOwn(episode, field));
    if (!own && Object.keys(episode).some((key) => key !== 'social_care_episode_id' && key !== 'purge')) return true;
    return Object.values(episode).some((member) =>
      Array.isArray(member)
        ? member.some((element) => isJsonObject(element) && element.purge === true)
        : isJsonObject(member) && member.purge === true,
    );
  });
}

function byStart(a: { start: Day; end: Day | undefined }, b: { start: Day; end: Day | undefined }): number {
  return a.start - b.start || (a.end ?? Number.MAX_SAFE_INTEGER) - (b.end ?? Number.MAX_SAFE_INTEGER);
}

/** The view of a child that is an object. `partial` overrides the recognition of deltas. */
export function viewChild(child: JsonObject, partial: boolean): ChildView {
  const root: Item = { value: child, path: [] };
  const details = blockOf(root, 'child_details');
  const wellbeing = blockOf(root, 'health_and_wellbeing');
  const episodes = itemsOf(root, 'social_care_episodes').map(episodeOf);
  const placements = episodes.flatMap((episode) => episode.placements);
  return {
    value: child,
    path: [],
    partial,
    details,
    birth: details === undefined ? undefined : dayIn(details, 'date_of_birth'),
    due: details === undefined ? undefined : dayIn(details, 'expected_date_of_birth'),
    unborn: details !== undefined && has(details, 'expected_date_of_birth') && !has(details, 'date_of_birth'),
    episodes,
    placements: placements
      .filter((placement): placement is Placement & { start: Day } => placement.start !== undefined)
      .sort(byStart),
    needPlans: episodes.flatMap((episode) => episode.needPlans),
    protectionPlans: episodes.flatMap((episode) => episode.protectionPlans),
    questionnaires: wellbeing === undefined ? [] : itemsOf(wellbeing, 'sdq_assessments'),
  };
}
