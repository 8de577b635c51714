// What others notice of an attack, and what memory it takes: twenty sliders, fifty messages a second each, to ten watchers, while somebody
// attacks on every way in that the broker has (MQTT over TCP; WebSocket, Socket.IO and REST on the hub alone).
// `node bench/attack.mjs [--seconds 10] [--only noise,connects]`
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BROKERS, isInstalled } from './mqtt/brokers.mjs';
import { percentile } from './stage.mjs';

/** By their names in `test/faults/attacks/index.ts`; the first is none. */
const ATTACKS = [
  'none',
  'neverReads',
  'byteASecond',
  'connects',
  'topics',
  'deepTopics',
  'hugePackets',
  'noise',
];

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, only: { type: 'string' } },
});
const seconds = Number(values.seconds);
const brokers = ['pinhub', 'mosquitto'].filter(isInstalled);
const attacks = values.only?.split(',') ?? ATTACKS;

const rows = {};
for (const attack of attacks) {
  rows[attack] = {};
  for (const name of brokers) {
    const { p50, p99, mostMib } = await measure(name, attack);
    rows[attack][`${name}: p50 / p99, ms`] = `${p50.toFixed(2)} / ${p99.toFixed(2)}`;
    rows[attack][`${name}: most MiB`] = Math.round(mostMib);
  }
}
console.log(`The others' messages under attack, and the broker's memory at most; ${seconds} s each`);
console.table(rows);

async function measure(name, attack) {
  const broker = await BROKERS[name]();
  try {
    const load = startLoad(broker);
    const stopAttack = attack === 'none' ? async () => {} : await startAttack(attack, broker, name);
    const delays = await load;
    const mostMib = peakMib(broker.pid);
    await stopAttack();
    return { p50: percentile(delays, 50), p99: percentile(delays, 99), mostMib };
  } finally {
    await broker.stop();
  }
}

/** Resolves to how long the others' messages were under way, milliseconds, ascending. */
async function startLoad({ port, path }) {
  const child = fork(join(import.meta.dirname, 'mqtt', 'load.mjs'));
  child.send({ workload: 'sliders', target: { port, path }, seconds });
  const [{ result }] = await once(child, 'message');
  return result.delays;
}

/** Begins an attack; resolves to what ends it. */
async function startAttack(attack, { tcpPort, port }, name) {
  const child = fork(join(import.meta.dirname, 'attack', 'attacker.mjs'));
  await once(child, 'message');
  const target = { mqtt: tcpPort, ...(name === 'pinhub' && { pages: port }) };
  child.send({ name: attack, target });
  return async () => {
    child.send('stop');
    await once(child, 'exit');
  };
}

/** VmHWM of proc(5): the most memory that a process has had. */
function peakMib(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
