// Shared by the benchmarks: a hub in its own process, ports, CPU time, percentiles, and imports from the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const main = join(import.meta.dirname, '..', 'dist', 'hub', 'main.js');

/** Clock ticks per second in /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Starts a hub with the virtual driver on a free port; resolves once it listens. */
export function startHub(...options) {
  return startHubOf(main, ...options);
}

/** The same with another build of the program, for example `dist/hub/main.js` of another checkout. */
export function startHubOf(program, ...options) {
  return start(program, ['--ephemeral', ...options]);
}

/** Starts a hub that stores its state where the options say. */
export function startKeptHub(...options) {
  return start(main, options);
}

async function start(program, options) {
  const common = ['--port', '0', '--driver', 'virtual', '--no-pigpiod', '--log-level', 'warn'];
  const args = [...common, ...options];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
    if (!url) continue;
    child.stdout.resume();
    return { url, pid: child.pid, stop: () => end(child, 'SIGTERM'), kill: () => end(child, 'SIGKILL') };
  }
  throw new Error('the hub ended before it was up');
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** A port that nobody uses now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once a server listens on a port; rejects after five seconds. */
export async function untilListening(port) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** Imports a module of the tests, by its path under `test`: it is TypeScript, and not part of the build. */
export async function importTest(path) {
  const { runnerImport } = await import('vite'); // This takes half a second, and few benchmarks need it.
  const source = join(import.meta.dirname, '..', 'test', path);
  return (await runnerImport(source, { configFile: false, logLevel: 'silent' })).module;
}

/** The CPU time that a process has used, user and system, seconds. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A percentile of ascending values, by the nearest-rank method. */
export function percentile(ascending, p) {
  return ascending[Math.min(ascending.length - 1, Math.ceil((p / 100) * ascending.length) - 1)] ?? Number.NaN;
}
