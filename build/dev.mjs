#!/usr/bin/env node
// `npm run dev`: the hub and the pages from their sources, and again after each change. What is behind `--` are options of `pinhub start`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(root, 'dist.dev');
const script = (path) => join(root, 'node_modules', path);

const { PINHUB_PORT = '5000', PINHUB_DATA = join(output, 'data') } = process.env;
const env = { ...process.env, PINHUB_PORT, PINHUB_DATA, PINHUB_URL: `http://localhost:${PINHUB_PORT}` };

const compile = [script('typescript/bin/tsc'), '-p', 'build/tsconfig.json', '--outDir', output];
const hub = [join(output, 'hub/main.js'), 'start', ...process.argv.slice(2)];
const pages = [script('vite/bin/vite.js'), '--config', 'build/vite.config.ts'];

// A mistake in a type is printed, and does not keep the hub from running.
spawnSync(process.execPath, compile, { cwd: root, stdio: 'inherit' });

const programs = [
  [...compile, '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', ...hub],
  pages,
].map((words) => spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }));

/** Ctrl-C reaches all programs of the terminal, `kill` only this one. */
function stop() {
  for (const program of programs) program.kill('SIGTERM');
}
process.on('SIGINT', stop).on('SIGTERM', stop);

// If one ends, as when its port is taken, the others are of no use.
const ends = programs.map((program) => once(program, 'exit'));
const [code] = await Promise.race(ends);
stop();
await Promise.all(ends);
process.exitCode = code ?? 0;
