#!/usr/bin/env node
// The cost of storing what is acknowledged: retained QoS 1 messages in a closed loop, compared with a hub that stores nothing and mosquitto
// with persistence (which writes its state when it stops, or now and then, not before it acknowledges). Then the disk writes of a slider
// dragged for a minute, with ten clients watching the pin: every write and flush wears out an SD card.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { freePort, percentile, untilListening } from './stage.mjs';

const main = join(import.meta.dirname, '..', 'dist', 'hub', 'main.js');
const ROUNDS = 3;
const MESSAGES = 4_000;
const AT_A_TIME = 20;
const SLIDER_SECONDS = 60;
const WATCHERS = 10;
const counter = join(import.meta.dirname, 'storage', 'count-writes.mjs');

const hub =
  (...options) =>
  async (folder) => {
    const port = await freePort();
    const common = [
      '--port',
      '0',
      '--mqtt-port',
      `${port}`,
      '--driver',
      'virtual',
      '--no-pigpiod',
      '--log-level',
      'warn',
    ];
    const words = ['--import', counter, main, ...common, '--data', join(folder, 'data'), ...options];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, COUNTS: join(folder, 'counts.json') },
    });
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('Ctrl-C')) break;
    child.stdout.resume();
    return { port, child };
  };

const BROKERS = {
  'pinhub --ephemeral': hub('--ephemeral'),
  'pinhub --durability process': hub(),
  'pinhub --durability power': hub('--durability', 'power'),
  'mosquitto, persistence': async (folder) => {
    const port = await freePort();
    const file = join(folder, 'mosquitto.conf');
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'set_tcp_nodelay true',
      'log_type none',
    ];
    lines.push('user root', 'persistence true', `persistence_location ${folder}/`, 'autosave_interval 5');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
    await untilListening(port);
    return { port, child };
  },
};

const names = Object.keys(BROKERS).filter(
  (name) => !name.startsWith('mosquitto') || spawnSync('which', ['mosquitto']).status === 0,
);
const results = new Map(names.map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const name of names) results.get(name).push(await measure(BROKERS[name]));
}
console.log(
  'acknowledged publishes, retained, QoS 1, 20 at a time'.padEnd(34),
  '  per second   p50 ms   p99 ms',
);
for (const [name, rounds] of results) {
  const [middle] = rounds.sort((one, other) => one.perSecond - other.perSecond).slice(Math.floor(ROUNDS / 2));
  console.log(
    name.padEnd(53),
    `${Math.round(middle.perSecond)}`.padStart(8),
    middle.p50.toFixed(2).padStart(8),
    middle.p99.toFixed(2).padStart(8),
  );
}
await measureSlider();

async function measure(start) {
  return withBroker(start, async ({ port }) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
    await publishAll(client, MESSAGES / 4);
    const startedAt = performance.now();
    const latencies = await publishAll(client, MESSAGES);
    const seconds = (performance.now() - startedAt) / 1000;
    await client.endAsync();
    latencies.sort((one, other) => one - other);
    return { perSecond: MESSAGES / seconds, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
  });
}

async function publishAll(client, count) {
  const latencies = [];
  let left = count;
  const run = async () => {
    while (left-- > 0) {
      const startedAt = performance.now();
      await client.publishAsync(`bench/${left % 100}`, '0123456789abcdef', { qos: 1, retain: true });
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, run));
  return latencies;
}

async function measureSlider() {
  if (process.platform !== 'linux') return;
  console.log(
    `\na slider dragged for ${SLIDER_SECONDS} s at 50/s, ${WATCHERS} watching`.padEnd(54),
    '     writes    flushes        KiB   files, KiB',
  );
  for (const name of ['pinhub --durability process', 'pinhub --durability power'])
    await withBroker(BROKERS[name], (broker, folder) => drag(name, broker, folder));
}

async function drag(name, { port, child }, folder) {
  const watchers = await Promise.all(Array.from({ length: WATCHERS }, () => watch(port)));
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  await sleep(1_000);
  const before = { ...readCounts(folder), kib: writtenBytes(child.pid) / 1024 };
  for (let n = 0; n < SLIDER_SECONDS * 50; n++) {
    client.publish('led/21/duty', `${n % 100}`, { qos: 1, retain: true });
    await sleep(20);
  }
  await sleep(6_000);
  const after = { ...readCounts(folder), kib: writtenBytes(child.pid) / 1024 };
  const files = spawnSync('du', ['-sk', join(folder, 'data')]).stdout.toString();
  const columns = ['writes', 'flushes', 'kib'].map((key) => Math.round(after[key] - before[key]));
  console.log(
    name.padEnd(53),
    ...[...columns, Number.parseInt(files, 10)].map((one) => `${one}`.padStart(10)),
  );
  for (const one of [client, ...watchers]) await one.endAsync();
}

/** A client that watches the pin. */
async function watch(port) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  await client.subscribeAsync('led/21/duty/actual', { qos: 1 });
  return client;
}

function readCounts(folder) {
  return JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8'));
}

async function withBroker(start, work) {
  // The folder must be on a disk: set BENCH_FOLDER if /tmp is in memory.
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'pinhub-storage-'));
  const broker = await start(folder);
  try {
    return await work(broker, folder);
  } finally {
    broker.child.kill('SIGKILL');
    await once(broker.child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `write_bytes` of /proc/<pid>/io: the bytes that the process caused to be sent to the disk, in whole pages (proc(5)). */
function writtenBytes(pid) {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1]);
}
