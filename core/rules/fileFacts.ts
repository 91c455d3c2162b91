import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { sections } from '../payload/sections.ts';
import { defaultSpecVersion } from '../payload/spec.ts';
import type { JsonPath } from '../problems.ts';

/** A value of one child that must not come again in another child of the file. */
export interface FileFact {
  /** Rule that it belongs to. */
  readonly code: string;
  /** Field name: values are compared with those of the same field. */
  readonly field: string;
  readonly value: string;
  /** Where the object is that has the field; put together to a path only for the few values that clash. */
  readonly place: FactPlace;
}

/** The child, its details, an episode, or an element of a list of an episode. */
interface FactPlace {
  readonly block?: string;
  readonly episode?: number;
  readonly list?: string;
  readonly element?: number;
}

const nestedLists = sections(defaultSpecVersion).flatMap(({ name, idField, path }) =>
  idField !== null && path.length === 2 && path[0] === 'social_care_episodes' ? [{ name, idField }] : [],
);

const root: FactPlace = {};
const details: FactPlace = { block: 'child_details' };

function add(facts: FileFact[], code: string, holder: JsonObject, field: string, place: FactPlace): void {
  const value = holder[field];
  if (typeof value === 'string' && value !== '') facts.push({ code, field, value, place });
}

function addEpisode(facts: FileFact[], episode: JsonValue, index: number): void {
  // What is purged here may well stand elsewhere now.
  if (!isJsonObject(episode) || episode.purge === true) return;
  add(facts, 'FMT-09', episode, 'social_care_episode_id', { episode: index });
  for (const { name, idField } of nestedLists) {
    const list = episode[name];
    if (!Array.isArray(list)) continue;
    for (let at = 0; at < list.length; at++) {
      const element = list[at];
      if (!isJsonObject(element) || element.purge === true) continue;
      add(facts, 'FMT-10', element, idField, { episode: index, list: name, element: at });
    }
  }
}

/** What the rules across children (FMT-08, FMT-09 for episodes, FMT-10, UPN-08) need to know of one child. */
export function fileFacts(child: JsonValue): readonly FileFact[] {
  const facts: FileFact[] = [];
  if (!isJsonObject(child)) return facts;
  add(facts, 'FMT-08', child, 'la_child_id', root);
  if (isJsonObject(child.child_details)) add(facts, 'UPN-08', child.child_details, 'unique_pupil_number', details);
  const episodes = child.social_care_episodes;
  if (Array.isArray(episodes)) {
    for (let index = 0; index < episodes.length; index++) addEpisode(facts, episodes[index] ?? null, index);
  }
  return facts;
}

/** Path of the value of a fact, within the child. */
export function factPath({ place, field }: FileFact): JsonPath {
  const { block, episode, list, element } = place;
  if (block !== undefined) return [block, field];
  if (episode === undefined) return [field];
  if (list === undefined || element === undefined) return ['social_care_episodes', episode, field];
  return ['social_care_episodes', episode, list, element, field];
}
