// What the benchmarks share: a hub in a process of its own, its CPU time, and percentiles.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '..', 'dist', 'hub', 'main.js');

/** Clock ticks a second in /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Starts a hub with the virtual driver on a free port; resolves when it answers. */
export async function startHub(...options) {
  const args = [
    '--port',
    '0',
    '--driver',
    'virtual',
    '--no-pigpiod',
    '--log-level',
    'warn',
    '--ephemeral',
    ...options,
  ];
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
    if (url) return { url, pid: child.pid, stop: () => stop(child) };
  }
  throw new Error('the hub ended before it was up');
}

function stop(child) {
  child.kill('SIGTERM');
  return new Promise((resolve) => child.once('exit', resolve));
}

/** CPU time that a process has used, user and system, seconds. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** A percentile of ascending values, by the nearest rank. */
export function percentile(ascending, p) {
  return ascending[Math.min(ascending.length - 1, Math.ceil((p / 100) * ascending.length) - 1)] ?? Number.NaN;
}
