import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { specVersions } from '../../../core/payload/spec.ts';
import { defaultSettings as pipelineDefaults } from '../../../pipeline/config/settings.ts';
import { withGeneratedParts } from '../../../scripts/manifestParts.ts';
import { defaultSettings as serverDefaults } from '../../../server/settings.ts';
import { manifest, manifestText, root, settings, texts } from './manifest.ts';

const { contributes } = manifest;
const declared = contributes.commands.map((command) => command.command);

describe('commands of the manifest', () => {
  it('are those of the command table', () => {
    const table = readFileSync(path.join(root, 'client', 'commands', 'table.ts'), 'utf8');
    const registered = [...table.matchAll(/^ {4}'(ssd\.[\w.]+)':/gm)].map((match) => match[1]);
    expect(registered.length).toBeGreaterThan(40);
    expect([...declared].sort()).toEqual(registered.sort());
  });

  it('all belong to the category SSD', () => {
    expect(new Set(contributes.commands.map((command) => command.category))).toEqual(new Set(['SSD']));
  });

  it('are the ones that menus, welcome views and walkthrough name', () => {
    const known = new Set(declared);
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map((item) => item.command));
    const links = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/\(command:(ssd\.[\w.]+)\)/g)].map((m) => m[1]),
    );
    const events = contributes.walkthroughs.flatMap((walkthrough) =>
      walkthrough.steps.flatMap((step) =>
        step.completionEvents.map((event) => /^onCommand:(ssd\..+)$/.exec(event)?.[1]),
      ),
    );
    const named = [...inMenus, ...links, ...events].filter((id) => id !== undefined);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('texts of the manifest', () => {
  const used = [...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? '');

  it('exist for every key', () => {
    expect(used.filter((key) => !(key in texts))).toEqual([]);
  });

  it('are all used', () => {
    expect(Object.keys(texts).filter((key) => !used.includes(key))).toEqual([]);
  });

  it('point to settings that exist', () => {
    const named = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/`#(ssd\.[\w.]+)#`/g)].map((m) => m[1] ?? ''),
    );
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  });
});

describe('settings', () => {
  it('all say what they do, where they may be set and in which order they stand', () => {
    for (const [name, setting] of settings) {
      expect(setting, name).toMatchObject({
        markdownDescription: expect.any(String),
        scope: expect.stringMatching(/^(machine|resource|window)$/),
        order: expect.any(Number),
      });
      expect(setting, name).toHaveProperty('default');
    }
  });

  it('hold no secret', () => {
    const secret = /password|pwd|secret|supplierKey|apiKey|token(?!Url)/i;
    expect([...settings.keys()].filter((name) => secret.test(name))).toEqual([]);
  });

  it('never let a workspace say where records go or as whom', () => {
    const guarded = [...settings].filter(([name]) => /^ssd\.(connections|laCode|endpoint\.|audit\.)/.test(name));
    expect(guarded.length).toBeGreaterThan(8);
    for (const [name, setting] of guarded) expect(setting.scope, name).toBe('machine');
  });

  it('that steer a connection, an extract or a submission are restricted in an untrusted folder', () => {
    const steering = [...settings].filter(
      ([name, { scope }]) =>
        scope !== 'machine' && /^ssd\.(connection|staging|submit|extract\.(pack|query))/.test(name),
    );
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    expect([...restrictedConfigurations].sort()).toEqual(steering.map(([name]) => name).sort());
  });

  it('have the defaults that language server and pipeline use', () => {
    const expected: Readonly<Record<string, unknown>> = {
      'ssd.validation.enable': serverDefaults.validation.enable,
      'ssd.validation.maxProblems': serverDefaults.validation.maxProblems,
      'ssd.validation.rules': serverDefaults.validation.rules,
      'ssd.validation.workspace': serverDefaults.validation.workspace,
      'ssd.payload.spec': serverDefaults.payload.spec,
      'ssd.payload.files': serverDefaults.payload.files,
      'ssd.extract.files': serverDefaults.extract.files,
      'ssd.submit.send': pipelineDefaults.send,
      'ssd.submit.batchSize': pipelineDefaults.batchSize,
      'ssd.submit.batchGapMilliseconds': pipelineDefaults.batchGapMs,
      'ssd.submit.timeoutSeconds': pipelineDefaults.timeoutSeconds,
      'ssd.submit.retries': pipelineDefaults.retries,
      'ssd.staging.store': pipelineDefaults.staging,
    };
    for (const [name, value] of Object.entries(expected)) expect(settings.get(name)?.default, name).toEqual(value);
  });

  it('offer every spec version', () => {
    expect(settings.get('ssd.payload.spec')?.enum).toEqual(specVersions);
  });

  it('explain each value of a list in words', () => {
    for (const [name, { enum: values, enumDescriptions }] of settings) {
      if (values === undefined || name === 'ssd.payload.spec') continue;
      expect(enumDescriptions, name).toHaveLength(values.length);
    }
  });
});

describe('pictures and views', () => {
  it('exist', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    const views = Object.values(contributes.views).flat();
    const files = [manifest.icon, ...views.map((view) => view.icon), ...steps.map((step) => step.media.image ?? '')];
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('every view that can be empty says what to do next', () => {
    const welcomed = new Set(contributes.viewsWelcome.map((welcome) => welcome.view));
    expect([...welcomed].sort()).toEqual(['ssd.views.changes', 'ssd.views.staging', 'ssd.views.submissions']);
  });
});

describe('generated parts of the manifest', () => {
  it('are those that the schemas give (npm run generate:manifest)', () => {
    expect(JSON.parse(manifestText)).toEqual(JSON.parse(withGeneratedParts(manifestText)));
  });
});
