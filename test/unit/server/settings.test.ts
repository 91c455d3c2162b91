import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { defaultSettings, readSettings } from '../../../server/settings.ts';

describe('readSettings', () => {
  it('gives the defaults, without warnings, for nothing at all', () => {
    for (const nothing of [undefined, null, {}, { submit: { batchSize: 7 }, connections: [] }]) {
      expect(readSettings(nothing)).toEqual({ settings: defaultSettings, warnings: [] });
    }
  });

  it('never throws, whatever an editor sends, and gives values of the right kind', () => {
    const shaped = fc.record({ validation: fc.jsonValue(), payload: fc.jsonValue(), extract: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shaped), (section) => {
        const { settings } = readSettings(section);
        expect(settings.validation.maxProblems).toBeGreaterThan(0);
        expect(typeof settings.validation.enable).toBe('boolean');
        expect(['0.8', '0.9']).toContain(settings.payload.spec);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('reads every value', () => {
    const section = {
      validation: {
        enable: false,
        maxProblems: 5,
        rules: { 'EPI-05': 'off', 'FMT-01': 'hint' },
        asOf: '2024-02-29',
        workspace: true,
      },
      payload: { spec: '0.8', files: ['out/*.json'] },
      extract: { files: ['sql/**'], dialect: 'tsql', compatibilityLevel: 130 },
    };
    expect(readSettings(section)).toEqual({ settings: section, warnings: [] });
  });

  it('falls back to the default and says so for a value that cannot be used', () => {
    const section = { validation: { maxProblems: '5', rules: { A: 'loud' } }, payload: { spec: '1.0' }, extract: 3 };
    const { settings, warnings } = readSettings(section);
    expect(settings).toEqual(defaultSettings);
    expect(warnings.map((w) => /ssd\.[\w.]+/.exec(w)?.[0])).toEqual([
      'ssd.extract',
      'ssd.validation.maxProblems',
      'ssd.validation.rules',
      'ssd.payload.spec',
    ]);
  });

  it('has the defaults that the manifest declares', () => {
    const declared = new Map<string, unknown>();
    const groups: unknown = manifest.contributes.configuration;
    for (const group of Array.isArray(groups) ? groups : [groups]) {
      for (const [name, setting] of Object.entries(group.properties)) {
        declared.set(name, (setting as { default?: unknown }).default);
      }
    }
    const { validation, payload, extract } = defaultSettings;
    for (const [name, value] of Object.entries({
      'ssd.validation.enable': validation.enable,
      'ssd.validation.maxProblems': validation.maxProblems,
      'ssd.validation.rules': validation.rules,
      'ssd.validation.asOf': validation.asOf ?? '',
      'ssd.validation.workspace': validation.workspace,
      'ssd.payload.spec': payload.spec,
      'ssd.payload.files': payload.files,
      'ssd.extract.files': extract.files,
    })) {
      expect([name, declared.get(name)]).toEqual([name, value]);
    }
  });
});
