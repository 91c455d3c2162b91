import { describe, expect, it } from 'vitest';
import { placeAt, rangesOfPath } from '../../../core/payload/locate.ts';
import { propertiesOf, schemaAt } from '../../../core/payload/schemaAt.ts';

/** The text without its `|` and the offset where it stood. */
function marked(text: string): [string, number] {
  return [text.replace('|', ''), text.indexOf('|')];
}

describe('placeAt', () => {
  it('finds a value by its path and token', () => {
    const place = placeAt(...marked('{"child_details": {"sex": "F|", "ethnicity": "WBRI"}}'));
    expect(place).toMatchObject({
      path: ['child_details', 'sex'],
      role: 'value',
      tokenValue: 'F',
      container: 'object',
    });
    expect(place?.token).toEqual({ start: 26, end: 29 });
  });

  it('finds a property name that is being typed in unfinished text', () => {
    const place = placeAt(...marked('{"child_details": {"sex": "F", "eth|'));
    expect(place).toMatchObject({ role: 'key', keys: ['sex'], container: 'object' });
    expect(place?.path.slice(0, -1)).toEqual(['child_details']);
  });

  it('finds an element of a list', () => {
    const place = placeAt(...marked('{"child_details": {"disabilities": ["LD", "|"]}}'));
    expect(place).toMatchObject({ path: ['child_details', 'disabilities', 1], role: 'value', container: 'array' });
  });

  it('gives an empty token where a value is missing', () => {
    const [text, offset] = marked('{"child_details": {"sex": | }}');
    expect(placeAt(text, offset)).toMatchObject({
      path: ['child_details', 'sex'],
      token: { start: offset, end: offset },
    });
  });

  it('passes over text that nests too deep', () => {
    expect(placeAt('['.repeat(100_000), 5)).toBeUndefined();
  });
});

describe('rangesOfPath', () => {
  it('gives value and name of a property, also when a comma is missing before it', () => {
    const text = '{"a": 1 "child_details": {"sex": "F"}}';
    const ranges = rangesOfPath(text, ['child_details', 'sex']);
    expect(text.slice(ranges?.value.start, ranges?.value.end)).toBe('"F"');
    expect(text.slice(ranges?.key?.start, ranges?.key?.end)).toBe('"sex"');
  });

  it('gives nothing for a place that is not there', () => {
    expect(rangesOfPath('{"a": 1}', ['b', 0])).toBeUndefined();
  });
});

describe('schemaAt', () => {
  it('walks properties and elements with their annotations', () => {
    expect(schemaAt('0.9', ['social_care_episodes', 3, 'closure_reason'])).toMatchObject({
      schema: { 'x-codeset': 'closure_reason', 'x-item': 20 },
      required: false,
    });
    expect(schemaAt('0.9', ['la_child_id'])?.required).toBe(true);
  });

  it('gives nothing where the schema has nothing', () => {
    expect(schemaAt('0.9', ['child_details', 'shoe_size'])).toBeUndefined();
    expect(schemaAt('0.9', ['child_details', 0])).toBeUndefined();
  });

  it('lists the properties of an object in the order of the schema', () => {
    const details = schemaAt('0.9', ['child_details']);
    expect(propertiesOf(details?.schema ?? {}).map(([name]) => name)).toContain('uasc_flag');
  });
});
