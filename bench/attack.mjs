// The effect of an attack on other clients, and its memory cost: twenty sliders, each with fifty messages a second, to ten watchers, while somebody
// attacks every entry point of the broker: MQTT over TCP and WebSocket; Socket.IO and REST only on the hub. The hub's health endpoint
// (/healthz) is polled all the time.
// `node bench/attack.mjs [--seconds 10] [--brokers pinhub] [--only noise,connects]`
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BROKERS, isInstalled } from './mqtt/brokers.mjs';
import { importTest, percentile } from './stage.mjs';

/** The names from `test/faults/attacks/index.ts`, after `none`. */
const ATTACKS = ['none', ...Object.keys((await importTest('faults/attacks/index.ts')).ATTACKS)];

/** Attacks on entry points that mosquitto does not have. */
const ON_PAGES = new Set(['pongs', 'leavingPollers']);

const HEALTH_EVERY_MS = 100;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    brokers: { type: 'string', default: 'pinhub,mosquitto' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const brokers = values.brokers.split(',').filter(isInstalled);
const attacks = values.only?.split(',') ?? ATTACKS;

const rows = {};
for (const attack of attacks) {
  rows[attack] = {};
  for (const name of brokers) {
    if (name === 'mosquitto' && ON_PAGES.has(attack)) continue;
    const { p50, p99, max, mostMib, healthMs } = await measure(name, attack);
    rows[attack][`${name}: p50 / p99 / max, ms`] = [p50, p99, max].map((ms) => ms.toFixed(2)).join(' / ');
    rows[attack][`${name}: peak MiB`] = Math.round(mostMib);
    if (healthMs !== undefined) rows[attack][`${name}: /healthz worst, ms`] = Math.round(healthMs);
  }
}
console.log(
  `Delays of the other clients' messages under attack, and the broker's peak memory; ${seconds} s per attack`,
);
console.table(rows);

async function measure(name, attack) {
  const broker = await BROKERS[name]();
  try {
    const load = startLoad(broker);
    const stopAttack = attack === 'none' ? async () => {} : await startAttack(attack, broker, name);
    const stopAsking = name === 'pinhub' ? askHealth(broker.port) : async () => undefined;
    const delays = await load;
    const mostMib = peakMib(broker.pid);
    await stopAttack();
    const healthMs = await stopAsking(); // Stop last, so that the hub's cleanup counts too.
    const [p50, p99, max] = [50, 99, 100].map((percent) => percentile(delays, percent));
    return { p50, p99, max, mostMib, healthMs };
  } finally {
    await broker.stop();
  }
}

/** Starts the other clients' load; resolves to the delays of their messages, milliseconds, ascending. */
async function startLoad({ port, path }) {
  const child = fork(join(import.meta.dirname, 'mqtt', 'load.mjs'));
  child.send({ workload: 'sliders', target: { port, path }, seconds });
  const [{ result }] = await once(child, 'message');
  return result.delays;
}

/** Starts an attack; resolves to a function that ends it. */
async function startAttack(attack, { tcpPort, port }, name) {
  const child = fork(join(import.meta.dirname, 'attack', 'attacker.mjs'));
  await once(child, 'message');
  const target = { mqtt: tcpPort, webSocket: port, ...(name === 'pinhub' && { pages: port }) };
  child.send({ name: attack, target });
  return async () => {
    child.send('stop');
    await once(child, 'exit');
  };
}

/** Polls the hub's health endpoint; returns a function that stops polling and resolves to the longest response time, milliseconds. */
function askHealth(port) {
  let worstMs = 0;
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      const at = performance.now();
      const isThere = await fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
      worstMs = Math.max(worstMs, isThere ? performance.now() - at : Number.POSITIVE_INFINITY);
      await sleep(HEALTH_EVERY_MS);
    }
    return worstMs;
  };
  const asking = ask();
  return () => {
    isOver = true;
    return asking;
  };
}

/** VmHWM of proc(5): the peak memory of a process. */
function peakMib(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
