import { codeset } from '../payload/codesets.ts';
import { isAtLeast, isUnder } from './ages.ts';
import { at, type ChildView, has, type Item, textOf } from './childView.ts';
import { dayOf, formatDay, yearOf } from './days.ts';
import type { Report } from './finding.ts';
import { each, type Picker, type Rule, related, removeField } from './rule.ts';
import { readUpn, type UpnFault, type UpnReading } from './upnForm.ts';
import { upnCheckLetter } from './upnLetter.ts';

const upnField = 'unique_pupil_number';
const formerField = 'former_unique_pupil_number';
const reasonField = 'unique_pupil_number_unknown_reason';

const details: Picker<Item> = (child) => (child.details === undefined ? [] : [child.details]);

/** The former number when it has 13 letters and digits; anything else breaks UPN-01 or UPN-09. */
function formerIn(item: Item): string | undefined {
  return readUpn(textOf(item, formerField))?.text;
}

/** A reason that is in its code set. */
function reasonIn(item: Item): string | undefined {
  const text = textOf(item, reasonField);
  return text !== undefined && Object.hasOwn(codeset('upn_unknown_reason').codes, text) ? text : undefined;
}

/** A rule on the form of the number. Only the fault that names it best is reported. */
function form(code: UpnFault): Rule {
  return each(code, details, (item, report, _, { upn }) => {
    if (upn === undefined || upn.fault !== code) return;
    const upper = upn.text.toUpperCase();
    const path = at(item, upnField);
    const repaired = upper !== upn.text && readUpn(upper)?.fault === undefined;
    report({
      code,
      path,
      fixes: repaired ? [{ kind: 'replace', title: 'Change to upper case', path, value: upper, safe: true }] : [],
    });
  });
}

function reportCheckLetter(item: Item, report: Report, upn: UpnReading | undefined): void {
  // An unknown authority is a fault of its own; other faults of form leave nothing to compute.
  if (upn === undefined || (upn.fault !== undefined && upn.fault !== 'UPN-05')) return;
  const letter = upnCheckLetter(upn.text);
  if (letter === undefined || letter === upn.text.charAt(0)) return;
  // The census checks do not judge the letter of a temporary number, so there it is advice.
  const temporary = /[A-Z]$/.test(upn.text);
  report({
    code: 'UPN-06',
    variant: temporary ? 'temporary' : 'default',
    path: at(item, upnField),
    ...(temporary ? { severity: 'warning' as const } : {}),
  });
}

/** Whether the child has neither a number nor a reason, malformed ones counted as present. */
function hasNeither(item: Item): boolean {
  return !has(item, upnField) && !has(item, reasonField);
}

function isServed(child: ChildView): boolean {
  return child.episodes.some((episode) => episode.noFurtherAction === false);
}

/** Rules about the unique pupil number (section 3). UPN-01 and UPN-09 are facts of the schema, UPN-08 is of the file. */
export const upnRules: readonly Rule[] = [
  form('UPN-02'),
  form('UPN-03'),
  form('UPN-04'),
  form('UPN-05'),
  each('UPN-06', details, (item, report, _, { upn }) => reportCheckLetter(item, report, upn)),
  each('UPN-07', details, (item, report) => {
    const former = formerIn(item);
    if (former === undefined || /^[A-HJ-NP-RT-Z][0-9]{12}$/.test(former)) return;
    report({ code: 'UPN-07', path: at(item, formerField) });
  }),
  each('UPN-10', details, (item, report, _, { upn }) => {
    if (upn === undefined || reasonIn(item) === undefined) return;
    report({
      code: 'UPN-10',
      path: at(item, reasonField),
      related: [related(at(item, upnField), 'The number is here.')],
      fixes: [removeField(item, reasonField)],
    });
  }),
  each('UPN-11', details, (item, report, _, { allPlacements }) => {
    if (allPlacements.length === 0 || !hasNeither(item)) return;
    report({ code: 'UPN-11', path: item.path, at: 'opening' });
  }),
  each('UPN-12', details, (item, report, { yearEnd }, child) => {
    if (child.birth === undefined || child.birth > dayOf(yearOf(yearEnd) - 6, 8, 31) || !isServed(child)) return;
    if (reasonIn(item) === 'UN1' && !has(item, upnField)) {
      report({ code: 'UPN-12', path: at(item, reasonField) });
    } else if (hasNeither(item) && child.allPlacements.length === 0) {
      // With a placement UPN-11 says so.
      report({ code: 'UPN-12', variant: 'missing', path: item.path, at: 'opening' });
    }
  }),
  each('UPN-13', details, (item, report, { yearStart }, { birth, placements }) => {
    if (birth === undefined || placements.length === 0 || reasonIn(item) !== 'UN1') return;
    if (!isAtLeast(birth, 4, dayOf(yearOf(yearStart) - 1, 8, 31))) return;
    report({ code: 'UPN-13', path: at(item, reasonField) });
  }),
  each(
    'UPN-14',
    details,
    (item, report, { yearEnd }, { placements }) => {
      const first = placements[0];
      if (first === undefined || reasonIn(item) !== 'UN4' || first.start > dayOf(yearOf(yearEnd), 3, 23)) return;
      report({
        code: 'UPN-14',
        path: at(item, reasonField),
        values: { date: formatDay(first.start) },
        related: [related(at(first, 'start_date'), 'The first placement starts here.')],
      });
    },
    true,
  ),
  each('UPN-15', details, (item, report, _, { episodes }) => {
    const served = episodes.find((episode) => episode.noFurtherAction === false);
    if (served === undefined || reasonIn(item) !== 'UN7') return;
    const places = [related(at(served, 'referral_no_further_action_flag'), 'This episode is not marked so.')];
    report({ code: 'UPN-15', path: at(item, reasonField), related: places });
  }),
  each('UPN-16', details, (item, report, _, { placements }) => {
    const reason = reasonIn(item);
    const nowhere = reason === 'UN8' || reason === 'UN9' || reason === 'UN10';
    const notInCare = (reason === 'UN6' || reason === 'UN7') && placements.length > 0;
    if (reason === undefined || !(nowhere || notInCare)) return;
    const variant = nowhere ? 'default' : 'placement';
    report({ code: 'UPN-16', variant, path: at(item, reasonField), values: { reason } });
  }),
  each('UPN-17', details, (item, report, _, { upn }) => {
    const former = formerIn(item);
    if (former === undefined || former !== upn?.text) return;
    report({
      code: 'UPN-17',
      path: at(item, formerField),
      related: [related(at(item, upnField), 'The current number is here.')],
      fixes: [removeField(item, formerField)],
    });
  }),
  each('UPN-18', details, (item, report, { asOf }, { birth, unborn, upn }) => {
    if (upn === undefined) return;
    if (!unborn && (birth === undefined || birth > asOf || !isUnder(birth, 2, asOf))) return;
    report({ code: 'UPN-18', path: at(item, upnField), variant: unborn ? 'unborn' : 'default' });
  }),
];
