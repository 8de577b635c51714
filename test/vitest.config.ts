import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: ['test/**/*.test.ts'],
    // Browsers and other programs start slowly on a busy machine; no test measures time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Real programs want the processor too.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
