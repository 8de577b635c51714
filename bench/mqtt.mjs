// Compares brokers over WebSocket, with 16-byte payloads and a hundred clients: the CPU time per delivered
// message, the delay of a slider's message, and the memory of an idle client. The loop is closed, so no broker drops messages.
// With BENCH_BASELINE=/other/checkout/dist/hub/main.js, that build is measured too.
// `node bench/mqtt.mjs [--rounds 3] [--seconds 3] [--brokers pinhub,mosquitto] [--only fan-out,pairs]`
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BROKERS, isInstalled } from './mqtt/brokers.mjs';
import { cpuSeconds, percentile } from './stage.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    brokers: { type: 'string', default: Object.keys(BROKERS).join(',') },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const wanted = values.brokers.split(',');
const names = wanted.filter(isInstalled);
for (const name of wanted)
  if (!names.includes(name) && name !== 'baseline') console.log(`${name} is not installed: left out`);

/** The workloads, each with the hub's limit. */
const ROWS = [
  { title: 'fan-out, 1 → 100, QoS 0', workload: 'fan-out', qos: 0, burst: 100, goal: 0.5 },
  { title: '100 pairs, QoS 0', workload: 'pairs', qos: 0, burst: 10, goal: 2 },
  { title: 'fan-in, 100 → 1, QoS 0', workload: 'fan-in', qos: 0, burst: 10, goal: 1.8 },
  { title: 'fan-out, 1 → 100, QoS 1', workload: 'fan-out', qos: 1, burst: 20, goal: 2.5 },
  { title: '100 pairs, QoS 1', workload: 'pairs', qos: 1, burst: 10, goal: 5 },
];
const IDLE_CLIENTS = 5000;

const rows = ROWS.filter(({ workload, qos }) => isWanted(workload) || isWanted(`${workload}-${qos}`));
if (rows.length > 0) print('Processor time per delivered message, µs', await measureRows(rows));
if (isWanted('sliders')) print('20 sliders × 50/s → 10 watchers, ms', [await measureDelays()]);
if (isWanted('idle')) print('Memory per idle client, KiB', [await measureMemory()]);

function isWanted(name) {
  return values.only === undefined || values.only.split(',').includes(name);
}

/** The median of several rounds; within a round the brokers take turns. */
async function measureRows(rows) {
  const found = new Map();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const row of rows) {
      for (const name of names) {
        const key = `${row.title} ${name}`;
        found.set(key, [...(found.get(key) ?? []), await measureCpu(name, row)]);
      }
    }
  }
  return rows.map(({ title, goal }) => ({
    title,
    goal,
    cells: names.map((name) => median(found.get(`${title} ${name}`)).toFixed(2)),
  }));
}

async function measureCpu(name, { workload, qos, burst }) {
  return withBroker(name, async (broker) => {
    const load = startLoad({ workload, target: broker, qos, burst, seconds });
    await load.told('started');
    const before = cpuSeconds(broker.pid);
    await load.told('stopped');
    const used = cpuSeconds(broker.pid) - before;
    const { delivered } = await load.result;
    if (values.rounds === '1')
      console.log(`${name} ${workload} ${qos}: ${Math.round(delivered / seconds)} messages a second`);
    return (used / delivered) * 1e6;
  });
}

async function measureDelays() {
  const found = names.map(() => []);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, name] of names.entries()) found[index].push(await measureDelay(name));
  }
  const cells = found.map((delays) =>
    [50, 99].map((p) => median(delays.map((of) => of[p])).toFixed(2)).join(' / '),
  );
  return { title: 'p50 / p99', goal: 'p99 0.8', cells };
}

async function measureDelay(name) {
  const { delays } = await withBroker(
    name,
    (broker) => startLoad({ workload: 'sliders', target: broker, seconds }).result,
  );
  return { 50: percentile(delays, 50), 99: percentile(delays, 99) };
}

async function measureMemory() {
  const cells = [];
  for (const name of names) {
    const perClient = await withBroker(name, async (broker) => {
      await sleep(1_000);
      const before = residentKiB(broker.pid);
      const load = startLoad({ workload: 'idle', target: broker, count: IDLE_CLIENTS });
      await load.told('connected');
      await sleep(3_000);
      const perClient = (residentKiB(broker.pid) - before) / IDLE_CLIENTS;
      load.release();
      await load.result;
      return perClient;
    });
    cells.push(perClient.toFixed(1));
  }
  return { title: `${IDLE_CLIENTS} clients`, goal: 8, cells };
}

async function withBroker(name, work) {
  const broker = await BROKERS[name]();
  try {
    return await work(broker);
  } finally {
    await broker.stop();
  }
}

function startLoad({ target: { port, path }, ...options }) {
  const child = fork(join(import.meta.dirname, 'mqtt', 'load.mjs'));
  child.send({ ...options, target: { port, path } });
  const told = async (word) => {
    for (;;) {
      const [message] = await once(child, 'message');
      if (message === word) return;
    }
  };
  const result = new Promise((resolve, reject) => {
    child.on('message', (message) => message.result && resolve(message.result));
    child.on('exit', (code) => code !== 0 && reject(new Error(`the load generator ended with ${code}`)));
  });
  return { told, result, release: () => child.send({}) };
}

function residentKiB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function median(numbers) {
  const ascending = [...numbers].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)];
}

function print(title, rows) {
  console.log(`\n${title}`);
  console.table(
    Object.fromEntries(
      rows.map(({ title, goal, cells }) => [
        title,
        {
          ...Object.fromEntries(names.map((name, index) => [name, cells[index]])),
          'limit for pinhub': goal,
        },
      ]),
    ),
  );
}
