import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobRunner } from '../../../client/jobs/jobRunner.ts';
import { DataflowError } from '../../../core/errors.ts';
import type { JobEnvironment } from '../../../jobs/contract.ts';
import type { ProgressStep } from '../../../pipeline/progress.ts';

const environment: JobEnvironment = {
  workspaceFolder: null,
  dataFolder: '/data',
  overrides: {},
  trustWorkspaceEndpoints: false,
};

describe('the job runner', () => {
  let runner: JobRunner;
  let ended: Error[];

  beforeEach(() => {
    ended = [];
    runner = new JobRunner(path.join(import.meta.dirname, 'protocolWorker.ts'), (error) => ended.push(error));
  });

  afterEach(async () => {
    await runner.dispose();
  });

  const run = (
    file: string,
    signal = new AbortController().signal,
    progress: (step: ProgressStep) => void = () => {},
  ) => runner.run('scramble', { file, out: '' }, environment, { signal, progress });

  it('returns the result of a job and gives it its environment', async () => {
    await expect(run('answer')).resolves.toEqual({ children: 3, out: '/data' });
  });

  it('passes progress on while the job runs, and none after it has ended', async () => {
    const steps: ProgressStep[] = [];
    await run('progress', undefined, (step) => steps.push(step));
    await run('answer');
    expect(steps).toEqual([{ phase: 'Counting', done: 1, total: 2 }]);
  });

  it('fails with the reason and the words of the job', async () => {
    const error = await run('fail').catch((caught: unknown) => caught);
    expect(DataflowError.is(error, 'locked')).toBe(true);
    expect((error as Error).message).toBe('Another submission runs.');
  });

  it('does not pass an unexpected failure off as an expected one', async () => {
    const error = await run('bug').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(DataflowError.is(error)).toBe(false);
  });

  it('cancels a running job', async () => {
    const controller = new AbortController();
    const running = run('hang', controller.signal);
    controller.abort();
    await expect(running).rejects.toSatisfy((error) => DataflowError.is(error, 'cancelled'));
  });

  it('does not start a job that was cancelled before', async () => {
    await expect(run('answer', AbortSignal.abort())).rejects.toSatisfy((error) => DataflowError.is(error, 'cancelled'));
  });

  it('runs jobs side by side', async () => {
    const controller = new AbortController();
    const hanging = run('hang', controller.signal);
    await expect(run('answer')).resolves.toMatchObject({ children: 3 });
    controller.abort();
    await expect(hanging).rejects.toThrow();
  });

  it('fails every running job when the thread dies, and starts a new thread for the next', async () => {
    const hanging = run('hang');
    const dying = run('die');
    await expect(dying).rejects.toThrow('ended unexpectedly');
    await expect(hanging).rejects.toThrow('ended unexpectedly');
    expect(ended).toHaveLength(1);
    await expect(run('answer')).resolves.toMatchObject({ children: 3 });
  });

  it('ends running jobs when it is disposed', async () => {
    const hanging = run('hang');
    await Promise.all([
      expect(hanging).rejects.toSatisfy((error) => DataflowError.is(error, 'cancelled')),
      runner.dispose(),
    ]);
    expect(ended).toHaveLength(0);
  });
});
