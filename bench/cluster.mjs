// Three hubs of a cluster on three nats-servers, compared with a single hub and with nats-server's own MQTT in the same kind of cluster.
// Measures the cost of a message from hub to hub, acknowledged messages per second, the delay of an acknowledgement, and how long other hubs
// need to take over the sessions of a killed hub. Hubs, servers and load share this machine's cores. Everything measured under load is warmed up
// first: code that V8 has not compiled costs several times as much. Each figure is printed with its limit. `ROWS=0,3` runs only some rows.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBareClients } from './cluster/bare-clients.mjs';
import { measureLane } from './cluster/lane.mjs';
import { findNatsServer, startServers } from './cluster/servers.mjs';
import { answerTo, connectPacket, frame, openClient, openWebSocket, subscribePacket } from './mqtt/wire.mjs';
import { cpuSeconds, percentile, startKeptHub } from './stage.mjs';

const SECONDS = Number(process.env.SECONDS ?? 3);
const WARM_UP_SECONDS = 5;
const SESSIONS = Number(process.env.SESSIONS ?? 10_000);
const NAMES = ['a', 'b', 'c'];
const ROOM = ['queuedMessages=1000000', 'queuedBytes=1000000000', 'totalQueuedBytes=1000000000'];

const ROWS = [
  [
    'QoS 0 from hub to hub, 100 per frame',
    ['µs of hubs above local delivery, ≤ 0.8', 'µs of NATS', 'messages/s'],
    fastLane,
  ],
  ['  of that, writing and reading frames', ['µs'], () => [measureLane(100)]],
  ['retained, QoS 1, at one hub', ['acknowledged/s, ≥ 60000', 'µs of hubs and NATS'], () => retainedAt(0)],
  [
    'retained, QoS 1, at three hubs',
    ['acknowledged/s, ≥ 60000', 'µs of hubs and NATS'],
    () => retainedAt(0, 1, 2),
  ],
  ['  single hub, data folder', ['acknowledged/s', 'µs'], () => withSingle(retainedBy)],
  ['  MQTT of nats-server', ['acknowledged/s', 'µs'], () => withNatsAlone(retainedBy)],
  [
    '100 pairs, QoS 1, 100 messages at a time',
    ['delivered/s by three hubs, ≥ 60000', 'µs of hubs and NATS, ≤ 12'],
    () => withWarmCluster((cluster) => pairsBy(cluster, { burst: 100 })),
  ],
  [
    '  10 messages at a time',
    ['delivered/s by three hubs', 'µs of hubs and NATS'],
    () => withWarmCluster(pairsBy),
  ],
  ['  the same, single hub, data folder', ['delivered/s', 'µs'], () => withSingle(pairsBy)],
  ['  the same, MQTT of nats-server', ['delivered/s', 'µs'], () => withNatsAlone(pairsBy)],
  [
    '1,000/s, QoS 1, to another hub',
    [
      'ms to PUBACK, p50, ≤ 2',
      'ms to PUBACK, p99',
      'ms to the subscriber, p50, ≤ 2',
      'ms to the subscriber, p99, ≤ 10',
    ],
    () => withWarmCluster(steadyBy),
  ],
  [
    '1,000/s, retained',
    ['ms to PUBACK, p50, ≤ 2', 'ms to PUBACK, p99'],
    () => withWarmCluster(steadyRetained),
  ],
  [
    '  single hub, data folder',
    ['ms to PUBACK, p50', 'ms to PUBACK, p99', 'ms to the subscriber, p50', 'p99'],
    () => withSingle(steadyBy),
  ],
  [
    '  bare NATS clients in place of hubs',
    ['ms to the stream and back, p50', 'ms to the stream and back, p99'],
    () => measureBareClients(program, { perSecond: 1_000, seconds: SECONDS }),
  ],
  [
    '  MQTT of nats-server',
    ['ms to PUBACK, p50', 'ms to PUBACK, p99', 'ms to the subscriber, p50', 'p99'],
    () => withNatsAlone(steadyBy),
  ],
  [
    `a hub with ${SESSIONS} sessions is killed`,
    ['s until the others notice, ≤ 2', 's until another has its sessions, ≤ 3'],
    () => takeOver([]),
  ],
  [
    '  with system credentials',
    ['s until the others notice, ≤ 0.1', 's until another has its sessions, ≤ 3'],
    () => takeOver(['--cluster-system-credentials']),
  ],
];

const program = findNatsServer();
if (program === undefined) throw new Error('needs nats-server 2.12 or newer');
const wanted = process.env.ROWS?.split(',').map(Number);
for (const [index, [title, demands, measure]] of ROWS.entries()) {
  if (wanted && !wanted.includes(index)) continue;
  const values = await measure();
  for (const [at, demand] of demands.entries()) report(title, demand, values[at]);
}

function report(title, demand, value) {
  const [, comparison, limit] = /([≤≥]) ([\d.]+)$/.exec(demand) ?? [];
  const isKept = comparison === undefined || (comparison === '≤' ? value <= limit : value >= limit);
  if (!isKept) process.exitCode = 1;
  const digits = value < 100 ? 2 : 0;
  console.log(title.padEnd(38), value.toFixed(digits).padStart(8), demand, isKept ? '' : '— MISSED');
}

/** Runs `work` on brokers that have been warmed up with load. */
async function whenWarm(brokers, work) {
  const { targets } = brokers;
  await startLoad({ ...pairsOf(targets), burst: 100, seconds: WARM_UP_SECONDS }).result;
  return work(brokers);
}

/** If there are several hubs, each publisher uses a different hub than its subscriber. */
function pairsOf(targets) {
  const to = [...targets.slice(1), ...targets.slice(0, 1)];
  return { workload: 'pairs', qos: 1, burst: 10, target: targets, to };
}

/** Two hubs share the work on a message: the CPU time of both, minus that of one hub that delivers the message locally. */
async function fastLane() {
  return withWarmCluster(async ({ targets: [here, there], hubPids, natsPids }) => {
    const options = { workload: 'pairs', qos: 0, count: 1, burst: 100 };
    const local = await measureCpu({ ...options, target: here }, { hubPids, natsPids });
    const remote = await measureCpu({ ...options, target: here, to: there }, { hubPids, natsPids });
    return [remote.hubs - local.hubs, remote.nats, remote.perSecond];
  });
}

function retainedAt(...hubs) {
  return withWarmCluster((cluster) =>
    retainedBy({ ...cluster, targets: hubs.map((n) => cluster.targets[n]) }),
  );
}

async function retainedBy({ targets, ...pids }) {
  const { perSecond, hubs, nats } = await measureCpu({ workload: 'retained', target: targets }, pids);
  return [perSecond, hubs + nats];
}

async function pairsBy({ targets, ...pids }, more = {}) {
  const { perSecond, hubs, nats } = await measureCpu({ ...pairsOf(targets), ...more }, pids);
  return [perSecond, hubs + nats];
}

async function steadyBy({ targets }) {
  const { acknowledged, delays } = await resultOf({
    workload: 'steady',
    target: targets,
    to: targets.at(-1),
  });
  return [acknowledged, delays].flatMap((times) => [50, 99].map((p) => percentile(times, p)));
}

async function steadyRetained({ targets }) {
  const { acknowledged } = await resultOf({
    workload: 'steady',
    retain: true,
    target: targets,
    to: targets.at(-1),
  });
  return [50, 99].map((p) => percentile(acknowledged, p));
}

/** The time from the kill until another hub's list no longer has the dead hub, and from then until a client there has its session again. */
async function takeOver(options) {
  return withCluster(
    async ({ targets: [here, there], hubs: [dying] }) => {
      await resultOf({ workload: 'sessions', target: here, count: SESSIONS });
      const until = await followHubs(there);
      await until((names) => names.length === NAMES.length);
      const isKnown = until((names) => !names.includes('a'));
      const killedAt = performance.now();
      await dying.kill();
      const client = await openWebSocket(there, 'mqtt');
      const connecting = answerTo(client, connectPacket(`k${SESSIONS / 2}`, { isKept: true }));
      await isKnown;
      const knownAt = performance.now();
      const [, , isPresent] = await connecting;
      const servedAt = performance.now();
      if (isPresent !== 1) throw new Error('the session is lost');
      return [(knownAt - killedAt) / 1000, (servedAt - knownAt) / 1000];
    },
    { options },
  );
}

/** Follows a hub's list of the live hubs; returns a function that waits until the list is as wanted. */
async function followHubs(target) {
  const client = await openClient(target, 'watcher');
  let names = [];
  let onList = () => undefined;
  client.onPayload = (chunk, start, end) => {
    const [json] = /\[\{.*\]/.exec(chunk.toString('utf8', start, end)) ?? [];
    if (json === undefined) return;
    names = JSON.parse(json).map(({ hub }) => hub);
    onList();
  };
  client.send(frame(subscribePacket('$SYS/cluster/hubs', 0)));
  return async (isWanted) => {
    while (!isWanted(names))
      await new Promise((resolve) => {
        onList = resolve;
      });
  };
}

async function measureCpu(options, { hubPids, natsPids }) {
  const load = startLoad({ ...options, seconds: SECONDS });
  const used = () => [hubPids, natsPids].map((pids) => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0));
  await load.told('started');
  const before = used();
  await load.told('stopped');
  const after = used();
  const { delivered, seconds } = await load.result;
  const [hubs, nats] = after.map((value, index) => ((value - before[index]) / delivered) * 1e6);
  return { hubs, nats, perSecond: delivered / seconds };
}

function resultOf(options) {
  return startLoad({ ...options, seconds: SECONDS }).result;
}

function startLoad(options) {
  const child = fork(join(import.meta.dirname, 'mqtt', 'load.mjs'));
  child.send(options);
  const result = new Promise((resolve, reject) => {
    child.on('message', (message) => message.result && resolve(message.result));
    child.on('exit', (code) => code !== 0 && reject(new Error(`the load generator ended with ${code}`)));
  });
  const told = (word) => {
    const isTold = new Promise((resolve) => {
      child.on('message', (message) => message === word && resolve());
    });
    return Promise.race([isTold, result]);
  };
  return { told, result };
}

function withWarmCluster(work) {
  return withCluster((cluster) => whenWarm(cluster, work));
}

async function withCluster(work, { options = [] } = {}) {
  const servers = await startServers(program);
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-'));
  const more = options.flatMap((option) => [option, servers.credentials]);
  const hubs = [];
  try {
    for (const name of NAMES) {
      const state = ['--cluster', ...servers.urls, '--hub-name', name, '--data', join(folder, name)];
      hubs.push(await startHub(...state, ...more));
    }
    const hubPids = hubs.map(({ pid }) => pid);
    return await work({ hubs, hubPids, natsPids: servers.pids, targets: hubs.map(targetOf) });
  } finally {
    await Promise.all(hubs.map((hub) => hub.kill()));
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withSingle(work) {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-'));
  const hub = await startHub('--data', folder);
  try {
    return await whenWarm({ hubPids: [hub.pid], natsPids: [], targets: [targetOf(hub)] }, work);
  } finally {
    await hub.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withNatsAlone(work) {
  const servers = await startServers(program, { withMqtt: true });
  try {
    return await whenWarm({ hubPids: [], natsPids: servers.pids, targets: servers.targets }, work);
  } finally {
    await servers.stop();
  }
}

function startHub(...options) {
  return startKeptHub(...options, '--no-devices', '--mqtt-port', '0', '--limit', ...ROOM);
}

function targetOf({ url }) {
  return { port: Number(new URL(url).port), path: '/mqtt' };
}
