import type { Change } from './changes.ts';

/** What it means that a date of an element is set, where the language has a word for it. */
const verbs: Readonly<Record<string, { readonly set: string; readonly cleared: string }>> = {
  end_date: { set: 'ended', cleared: 'is open again' },
  closure_date: { set: 'closed', cleared: 'is open again' },
  authorisation_date: { set: 'authorised', cleared: 'is no longer authorised' },
};

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

/** "a, b and c" */
function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function nameOf(change: Change): string {
  if (change.id === null) return change.label;
  // An SDQ assessment has no id: its date tells it from the others.
  return /^\d{4}-\d{2}-\d{2}$/.test(change.id) ? `${change.label} of ${change.id}` : `${change.label} ${change.id}`;
}

/**
 * The changes of one child in words, such as "child protection plan CP123 ended 2026-03-01" or "surname changed".
 * One line for each block or element. Names fields, ids and dates of plans; never a personal value.
 */
export function explain(changes: readonly Change[]): string[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.section, change.parentId, change.id]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()].flatMap(explainGroup);
}

function explainGroup(group: readonly Change[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const lines = group.filter((change) => change.field === null).map(explainWhole);
  const told: string[] = [];
  const others: string[] = [];
  for (const change of group) {
    if (change.field === null) continue;
    const verb = change.id === null ? undefined : verbs[change.field];
    if (verb !== undefined && change.fieldChange === 'set' && change.date !== null)
      told.push(`${verb.set} ${change.date}`);
    else if (verb !== undefined && change.fieldChange === 'cleared') told.push(verb.cleared);
    else others.push(words(change.field));
  }
  if (told.length > 0) lines.push(`${nameOf(first)} ${listed(told)}`);
  if (others.length > 0) lines.push(`${prefixOf(first)}${listed(others)} changed`);
  return lines;
}

/** Fields of the child and of its details speak for themselves. */
function prefixOf(change: Change): string {
  return change.section === 'child' || change.section === 'child_details' ? '' : `${nameOf(change)}: `;
}

function explainWhole(change: Change): string {
  if (change.section === 'child') return change.kind === 'added' ? 'new child' : 'child left';
  if (change.kind === 'moved') return `${nameOf(change)} moved to ${change.parentId}`;
  return `${nameOf(change)} ${change.kind}`;
}
