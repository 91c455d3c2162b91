import { isJsonObject, type JsonValue } from '../json.ts';
import { sections } from '../payload/sections.ts';
import { defaultSpecVersion } from '../payload/spec.ts';
import type { JsonPath } from '../problems.ts';

/** A value of one child that must not come again in another child of the file. */
export interface FileFact {
  /** Rule that it belongs to. */
  readonly code: string;
  /** Rule and value: two equal keys are a clash. */
  readonly key: string;
  readonly path: JsonPath;
  /** Field name, for the message. */
  readonly field: string;
}

const nestedLists = sections(defaultSpecVersion).filter(
  (section) => section.idField !== null && section.path.length === 2 && section.path[0] === 'social_care_episodes',
);

function fact(code: string, kind: string, value: unknown, path: JsonPath, field: string): FileFact[] {
  return typeof value === 'string' && value !== '' ? [{ code, key: `${kind}\u0000${value}`, path, field }] : [];
}

function episodeFacts(episode: JsonValue, index: number): FileFact[] {
  if (!isJsonObject(episode)) return [];
  const base = ['social_care_episodes', index];
  const id = 'social_care_episode_id';
  const facts = fact('FMT-09', id, episode[id], [...base, id], id);
  for (const { name, idField } of nestedLists) {
    const list = episode[name];
    if (idField === null || !Array.isArray(list)) continue;
    list.forEach((element, at) => {
      if (isJsonObject(element)) {
        facts.push(...fact('FMT-10', idField, element[idField], [...base, name, at, idField], idField));
      }
    });
  }
  return facts;
}

/** What the rules across children (FMT-08, FMT-09 for episodes, FMT-10, UPN-08) need to know of one child. */
export function fileFacts(child: JsonValue): readonly FileFact[] {
  if (!isJsonObject(child)) return [];
  const facts = fact('FMT-08', 'la_child_id', child.la_child_id, ['la_child_id'], 'la_child_id');
  const details = child.child_details;
  if (isJsonObject(details)) {
    const field = 'unique_pupil_number';
    facts.push(...fact('UPN-08', field, details[field], ['child_details', field], field));
  }
  if (Array.isArray(child.social_care_episodes)) {
    child.social_care_episodes.forEach((episode, index) => {
      facts.push(...episodeFacts(episode, index));
    });
  }
  return facts;
}
