import { describe, expect, it } from 'vitest';
import { locateChild, locateInPayload } from '../../../client/problems/locateInPayload.ts';

const text = '[{"la_child_id":"A","child_details":{"sex":"M"}},\n {"la_child_id":"B","plans":[{"id":"P1"}]}]';
const at = (place: { start: number; end: number } | null) => (place ? text.slice(place.start, place.end) : null);

describe('locating a rejected child in a payload', () => {
  it('finds the value that the DfE named', () => {
    expect(at(locateInPayload(text, 'A', ['child_details', 'sex']))).toBe('"M"');
  });

  it('marks an element by its opening', () => {
    expect(at(locateInPayload(text, 'B', ['plans', 0]))).toBe('{');
  });

  it('falls back to the nearest value above a path that is not there', () => {
    expect(at(locateInPayload(text, 'B', ['plans', 4, 'end']))).toBe('[');
  });

  it('marks the id when no path is known', () => {
    expect(at(locateInPayload(text, 'B', []))).toBe('"B"');
    expect(at(locateInPayload(text, 'B', ['nowhere']))).toBe('"B"');
  });

  it('knows children by their id alone', () => {
    expect(locateInPayload(text, 'C', [])).toBeNull();
    expect(locateInPayload('', 'A', [])).toBeNull();
    expect(locateInPayload('not json', 'A', [])).toBeNull();
  });

  it('reads one child and the form with Children', () => {
    expect(locateChild('{"la_child_id":"A"}', 'A')).toEqual({ start: 0, end: 19 });
    expect(locateChild('{"la_code":"926","Children":[{"la_child_id":"A"}]}', 'A')).toEqual({ start: 29, end: 48 });
  });
});
