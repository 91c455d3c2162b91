import { monitorEventLoopDelay } from 'node:perf_hooks';
import { runCommand } from './support.ts';

/**
 * Measures the main commands with many children: how long each takes, and how long the extension host's event loop
 * stood still meanwhile. The numbers become part of the printed names; nothing is asserted.
 */
export function scaleMeasurements(children: number): void {
  describe(`with ${children} invented children`, () => {
    const measure = (what: string, work: () => Promise<unknown>) => {
      const test = it(what, async () => {
        const delay = monitorEventLoopDelay({ resolution: 5 });
        delay.enable();
        const started = performance.now();
        await work();
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        delay.disable();
        const longest = Math.round(delay.max / 1e6);
        const usual = Math.round(delay.percentile(99) / 1e6);
        test.title = `${what}: ${seconds} s; event loop delay at most ${longest} ms, 99% below ${usual} ms`;
      }).timeout(10 * 60_000);
    };
    measure('make the sandbox', () => runCommand('ssd.resetSandbox', { children, seed: 1 }));
    measure('extract', () => runCommand('ssd.extractPayload'));
    measure('extract, stage and list the changes', () => runCommand('ssd.previewDelta'));
    measure('list the changes again', () => runCommand('ssd.previewDelta', { stage: false }));
    measure('search the changes', () => runCommand('ssd.changes.search', { search: 'CH0000001' }));
    measure('submit everything to the receiver on this computer', () =>
      runCommand('ssd.submitPayload', { mode: 'test' }),
    );
  });
}
