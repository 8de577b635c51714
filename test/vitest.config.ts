import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['test/**/*.test.ts'],
    // Browsers and other programs start slowly on a busy machine; no test measures time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Tests mostly wait for real programs, which need the processor too: with two workers, two cores are idle for nearly half of the time.
    maxWorkers: 3,
    restoreMocks: true,
    // Browsers, daemons and kernels on a shared machine fail now and then; a second failure is ours. The report names what was retried.
    retry: process.env.CI === 'true' ? 1 : 0,
  },
});
