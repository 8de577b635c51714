#!/usr/bin/env node
import { limitYoungGeneration } from './cli/young-generation.ts';

limitYoungGeneration(); // Before the rest is loaded, which alone makes it grow past the limit.
const { run } = await import('./cli/run.ts');
await run(process.argv.slice(2));
