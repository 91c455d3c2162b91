import { lastBirthday } from './ages.ts';
import { at, dayIn, flagOf, has, type Item } from './childView.ts';
import { addYears, formatDay } from './days.ts';
import { each, insertField, type Picker, type Rule, related, removeField } from './rule.ts';

const details: Picker<Item> = (child) => (child.details === undefined ? [] : [child.details]);

/** Rules about unaccompanied asylum-seeking children (section 13). */
export const asylumRules: readonly Rule[] = [
  each('UAS-01', details, (item, report) => {
    const flag = item.value.uasc_flag;
    if (!has(item, 'uasc_end_date') || (flag !== undefined && flag !== false)) return;
    const fixes = [removeField(item, 'uasc_end_date')];
    if (flag === undefined) fixes.push(insertField(item, 'uasc_flag', true));
    report({
      code: 'UAS-01',
      path: at(item, 'uasc_end_date'),
      related: flag === undefined ? [] : [related(at(item, 'uasc_flag'), 'The flag is here.')],
      fixes,
    });
  }),
  each('UAS-02', details, (item, report, _, { birth }) => {
    const day = dayIn(item, 'uasc_end_date');
    if (day === undefined || birth === undefined || day <= lastBirthday(birth, 18)) return;
    report({ code: 'UAS-02', path: at(item, 'uasc_end_date'), values: { date: formatDay(day) } });
  }),
  each('UAS-03', details, (item, report, { yearEnd }, { birth }) => {
    if (flagOf(item, 'uasc_flag') !== true || birth === undefined || yearEnd > addYears(birth, 11)) return;
    report({ code: 'UAS-03', path: at(item, 'uasc_flag') });
  }),
  {
    code: 'UAS-04',
    check({ details: item, assessments }, report) {
      if (item === undefined || flagOf(item, 'uasc_flag') !== false) return;
      for (const assessment of assessments) {
        const index = assessment.factors.indexOf('9A');
        if (index === -1) continue;
        const places = [related(at(assessment, 'factors', index), 'Factor 9A is here.')];
        report({ code: 'UAS-04', path: at(item, 'uasc_flag'), related: places });
        return;
      }
    },
  },
  each('UAS-05', details, (item, report, _, { unborn }) => {
    if (unborn && flagOf(item, 'uasc_flag') === true) report({ code: 'UAS-05', path: at(item, 'uasc_flag') });
  }),
];
