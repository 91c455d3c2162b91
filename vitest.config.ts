import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/lsp/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/db/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Much of a test's time is waiting for a process, a socket or a disk, so every core gets a worker.
    maxWorkers: '100%',
    globalSetup: ['test/support/bundles.ts'],
  },
});
