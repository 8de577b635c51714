#!/usr/bin/env node
// `npm run dev`: runs the hub and the pages from their sources, and again after each change. Words after `--` are options of `pinhub start`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = join(root, 'dist.dev');
const script = (path) => join(root, 'node_modules', path);

const { PINHUB_PORT = '5000', PINHUB_DATA = join(output, 'data') } = process.env;

const compile = [script('typescript/bin/tsc'), '-p', 'build/tsconfig.json', '--outDir', output];
const hub = [join(output, 'hub/main.js'), 'start', ...process.argv.slice(2)];
const pages = [script('vite/bin/vite.js'), '--config', 'build/vite.config.ts'];

// The first start needs compiled code. The compiler prints type errors, but they do not keep the hub from running.
if (!existsSync(hub[0])) spawnSync(process.execPath, compile, { cwd: root, stdio: 'inherit' });

// Each program gets a process group: the compiler starts a child process, which must end together with the compiler.
const hasGroups = process.platform !== 'win32';
const programs = [
  run([...compile, '--watch', '--preserveWatchOutput']),
  run(['--watch', '--watch-preserve-output', ...hub], { PINHUB_PORT, PINHUB_DATA }),
  run(pages, { PINHUB_URL: `http://localhost:${PINHUB_PORT}` }),
];

// If one program ends, for example because its port is taken, the others are of no use.
const ends = programs.map((program) => once(program, 'exit'));
process.on('SIGINT', stop).on('SIGTERM', stop);
const [code] = await Promise.race(ends);
stop();
await Promise.all(ends);
process.exitCode = code ?? 0;

function run(words, variables = {}) {
  const env = { ...process.env, ...variables };
  return spawn(process.execPath, words, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: hasGroups,
  });
}

function stop() {
  for (const program of programs) {
    if (program.exitCode !== null || program.signalCode !== null) continue;
    if (hasGroups) process.kill(-program.pid, 'SIGTERM');
    else program.kill();
  }
}
