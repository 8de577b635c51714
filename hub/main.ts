#!/usr/bin/env node
import { limitYoungGeneration } from './cli/young-generation.ts';

limitYoungGeneration(); // Called before the other modules are loaded: loading them alone makes the young generation grow past the limit.
const { run } = await import('./cli/run.ts');
await run(process.argv.slice(2));
