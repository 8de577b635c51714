import { defineConfig } from 'vitest/config';

/** Tests that share their modules with others of the same process: they start no other program, replace no module, and measure no memory. */
const TOGETHER = [
  'test/{devices,properties,simulator,web}/**/*.test.ts',
  'test/hub/{access,broker,classroom,core,files,gateways,history,home-assistant,limits,listeners,session,telemetry}/**/*.test.ts',
];

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    // Browsers and other programs start slowly on a busy machine; no test measures time.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // Tests mostly wait for real programs, which need the processor too: with two workers, two cores are idle for nearly half of the time.
    maxWorkers: 3,
    restoreMocks: true,
    // Browsers, daemons and kernels on a shared machine fail now and then; a second failure is ours. The report names what was retried.
    retry: process.env.CI === 'true' ? 1 : 0,
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: TOGETHER } },
      // Files share their modules: to load them again for each file takes both cores most of a minute.
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
    ],
  },
});
