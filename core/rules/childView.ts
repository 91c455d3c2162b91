import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { JsonPath } from '../problems.ts';
import { type Day, parseDay } from './days.ts';
import { readUpn, type UpnReading } from './upnForm.ts';

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
  /** Whether something below it is purged. */
  readonly purges: boolean;
  /** The unique pupil number, read once for the rules on its form. */
  readonly upn: UpnReading | undefined;
  readonly details: Item | undefined;
  readonly birth: Day | undefined;
  readonly due: Day | undefined;
  /** A due date and no date of birth. */
  readonly unborn: boolean;
  readonly episodes: readonly EpisodeView[];
  /** All placements by start; none where one of them has no start that can be read, so that nobody knows their order. */
  readonly placements: readonly (Placement & { readonly start: Day })[];
  /** The elements of all episodes, in the order of the payload. */
  readonly allPlacements: readonly Placement[];
  readonly assessments: readonly Assessment[];
  readonly needPlans: readonly Span[];
  readonly section47s: readonly Section47[];
  readonly protectionPlans: readonly Span[];
  readonly workers: readonly Worker[];
  readonly adoptions: readonly Item[];
  readonly careLeavers: readonly Item[];
  readonly questionnaires: readonly Item[];
}

/**
 * Whether a field is there. Its value may be malformed; a null counts as that, since nobody can tell what it stands for
 * and its own rule asks for it to be removed.
 */
export function has(item: Item, field: string): boolean {
  return item.value[field] !== undefined;
}

/** The text of a field; undefined when it is absent, blank or no text. */
export function textOf(item: Item, field: string): string | undefined {
  const value = item.value[field];
  if (typeof value !== 'string' || value === '') return undefined;
  // Nearly every text begins with something else than space.
  return value.charCodeAt(0) > 32 || value.trim() !== '' ? value : undefined;
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
  const items: Item[] = [];
  if (!Array.isArray(list)) return items;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
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
    value: item.value,
    path: item.path,
    episode,
    start: dayIn(item, 'start_date'),
    end: dayIn(item, 'end_date'),
    open: !has(item, 'end_date'),
    conference: dayIn(item, 'icpc_date'),
    required,
    pending: !has(item, 'icpc_date') && required !== false,
  };
}

function placementOf(item: Item, episode: EpisodeView): Placement {
  return {
    value: item.value,
    path: item.path,
    episode,
    start: dayIn(item, 'start_date'),
    end: dayIn(item, 'end_date'),
    open: !has(item, 'end_date'),
    startReason: textOf(item, 'start_reason'),
    endReason: textOf(item, 'end_reason'),
    changeReason: textOf(item, 'change_reason'),
    type: textOf(item, 'placement_type'),
    postcode: textOf(item, 'postcode'),
  };
}

function workerOf(item: Item, episode: EpisodeView): Worker {
  return {
    value: item.value,
    path: item.path,
    episode,
    start: dayIn(item, 'start_date'),
    end: dayIn(item, 'end_date'),
    open: !has(item, 'end_date'),
    id: textOf(item, 'worker_id'),
  };
}

const nothing: readonly never[] = [];

/** The elements of a list of an episode as views, also gathered over all episodes. */
function views<T>(
  episode: Item,
  field: string,
  view: (item: Item, episode: EpisodeView) => T,
  owner: EpisodeView,
  into: T[],
): readonly T[] {
  const items = itemsOf(episode, field);
  if (items.length === 0) return nothing;
  const result: T[] = [];
  for (const item of items) {
    const one = view(item, owner);
    result.push(one);
    into.push(one);
  }
  return result;
}

/** Lists of a child that the episodes fill. */
interface Gathered {
  readonly assessments: Assessment[];
  readonly needPlans: Span[];
  readonly section47s: Section47[];
  readonly protectionPlans: Span[];
  readonly allPlacements: Placement[];
  readonly workers: Worker[];
}

/** An episode while its lists, whose elements point back to it, are being filled. */
type Draft = { -readonly [Key in keyof EpisodeView]: EpisodeView[Key] };

function episodeOf(item: Item, gathered: Gathered): EpisodeView {
  const episode: Draft = {
    value: item.value,
    path: item.path,
    referral: dayIn(item, 'referral_date'),
    closure: dayIn(item, 'closure_date'),
    closed: has(item, 'closure_date'),
    closureReason: textOf(item, 'closure_reason'),
    noFurtherAction: flagOf(item, 'referral_no_further_action_flag'),
    assessments: nothing,
    needPlans: nothing,
    section47s: nothing,
    protectionPlans: nothing,
    placements: nothing,
    adoption: blockOf(item, 'adoption'),
    careLeaver: blockOf(item, 'care_leavers'),
    workers: nothing,
  };
  const { assessments, needPlans, section47s, protectionPlans, allPlacements, workers } = gathered;
  episode.assessments = views(item, 'child_and_family_assessments', assessmentOf, episode, assessments);
  episode.needPlans = views(item, 'child_in_need_plans', spanOf, episode, needPlans);
  episode.section47s = views(item, 'section_47_assessments', section47Of, episode, section47s);
  episode.protectionPlans = views(item, 'child_protection_plans', spanOf, episode, protectionPlans);
  episode.placements = views(item, 'child_looked_after_placements', placementOf, episode, allPlacements);
  episode.workers = views(item, 'care_worker_details', workerOf, episode, workers);
  return episode;
}

const ownEpisodeFields = ['referral_date', 'referral_source', 'referral_no_further_action_flag'];

function purged(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && value.purge === true;
}

/** Whether something below the child is purged. */
export function holdsPurge(child: JsonObject): boolean {
  if (purged(child.child_details) || purged(child.health_and_wellbeing)) return true;
  const episodes = child.social_care_episodes;
  if (!Array.isArray(episodes)) return false;
  for (const episode of episodes) {
    if (!isJsonObject(episode)) continue;
    if (episode.purge === true) return true;
    for (const key in episode) {
      const member = episode[key];
      if (Array.isArray(member) ? member.some(purged) : purged(member)) return true;
    }
  }
  return false;
}

/**
 * Whether a child looks like a delta although nothing in it is purged: one of its episodes has none of the fields that
 * every whole episode has, and yet something besides its id.
 */
export function looksPartial(child: JsonObject): boolean {
  const episodes = child.social_care_episodes;
  if (!Array.isArray(episodes)) return false;
  return episodes.some((episode) => {
    if (!isJsonObject(episode) || ownEpisodeFields.some((field) => Object.hasOwn(episode, field))) return false;
    return Object.keys(episode).some((key) => key !== 'social_care_episode_id' && key !== 'purge');
  });
}

function byStart(a: { start: Day; end: Day | undefined }, b: { start: Day; end: Day | undefined }): number {
  return a.start - b.start || (a.end ?? Number.MAX_SAFE_INTEGER) - (b.end ?? Number.MAX_SAFE_INTEGER);
}

/** What is known of a child before its view is built. */
export type ViewFacts = Pick<ChildView, 'partial' | 'purges'>;

/** The view of a child that is an object. */
export function viewChild(child: JsonObject, facts: ViewFacts): ChildView {
  const root: Item = { value: child, path: [] };
  const details = blockOf(root, 'child_details');
  const wellbeing = blockOf(root, 'health_and_wellbeing');
  const gathered: Gathered = {
    assessments: [],
    needPlans: [],
    section47s: [],
    protectionPlans: [],
    allPlacements: [],
    workers: [],
  };
  const episodes = itemsOf(root, 'social_care_episodes').map((item) => episodeOf(item, gathered));
  const adoptions: Item[] = [];
  const careLeavers: Item[] = [];
  for (const { adoption, careLeaver } of episodes) {
    if (adoption !== undefined) adoptions.push(adoption);
    if (careLeaver !== undefined) careLeavers.push(careLeaver);
  }
  return {
    value: child,
    path: [],
    partial: facts.partial,
    purges: facts.purges,
    upn: details === undefined ? undefined : readUpn(textOf(details, 'unique_pupil_number')),
    details,
    birth: details === undefined ? undefined : dayIn(details, 'date_of_birth'),
    due: details === undefined ? undefined : dayIn(details, 'expected_date_of_birth'),
    unborn: details !== undefined && has(details, 'expected_date_of_birth') && !has(details, 'date_of_birth'),
    episodes,
    placements: inOrderOfStart(gathered.allPlacements),
    allPlacements: gathered.allPlacements,
    assessments: gathered.assessments,
    needPlans: gathered.needPlans,
    section47s: gathered.section47s,
    protectionPlans: gathered.protectionPlans,
    workers: gathered.workers,
    adoptions,
    careLeavers,
    questionnaires: wellbeing === undefined ? nothing : itemsOf(wellbeing, 'sdq_assessments'),
  };
}

function inOrderOfStart(all: readonly Placement[]): readonly (Placement & { readonly start: Day })[] {
  const dated = all.filter((one): one is Placement & { readonly start: Day } => one.start !== undefined);
  return dated.length < all.length ? nothing : dated.sort(byStart);
}
