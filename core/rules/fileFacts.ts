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
  /** Path of the object that has the field, within the child. */
  readonly owner: JsonPath;
}

const nestedLists = sections(defaultSpecVersion).flatMap(({ name, idField, path }) =>
  idField !== null && path.length === 2 && path[0] === 'social_care_episodes' ? [{ name, idField }] : [],
);

const root: JsonPath = [];
const details: JsonPath = ['child_details'];

function add(facts: FileFact[], code: string, holder: JsonObject, field: string, owner: JsonPath): void {
  const value = holder[field];
  if (typeof value === 'string' && value !== '') facts.push({ code, field, value, owner });
}

function addEpisode(facts: FileFact[], episode: JsonValue, index: number): void {
  // What is purged here may well stand elsewhere now.
  if (!isJsonObject(episode) || episode.purge === true) return;
  const base = ['social_care_episodes', index];
  add(facts, 'FMT-09', episode, 'social_care_episode_id', base);
  for (const { name, idField } of nestedLists) {
    const list = episode[name];
    if (!Array.isArray(list)) continue;
    for (let at = 0; at < list.length; at++) {
      const element = list[at];
      if (isJsonObject(element) && element.purge !== true) add(facts, 'FMT-10', element, idField, [...base, name, at]);
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
export function factPath({ owner, field }: FileFact): JsonPath {
  return [...owner, field];
}
