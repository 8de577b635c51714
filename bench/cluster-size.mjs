// Measures what a cluster uses on its NATS servers: bytes per session, subscription, queued and retained message, and a server's memory and disk.
// A single hub creates each kind of content in a data folder. Then a hub starts a cluster of its own with that folder on the same three servers,
// so every record is there once, as after a compaction. The last folder is a large one, to measure how long a hub needs to upload it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { findNatsServer, startServers } from './cluster/servers.mjs';
import { frame, openClient, publishPacket, subscribePacket } from './mqtt/wire.mjs';
import { startKeptHub } from './stage.mjs';

const PAYLOAD = Buffer.from('0123456789abcdef');
const SESSIONS = 1_000;
const FILTERS = 5;
const QUEUED = 200;
const RETAINED = 10_000;
const LARGE = { sessions: 10_000, retained: 100_000 };
const TOGETHER = 200;
const MIB = 2 ** 20;
const ATTEMPTS = 5;
/** The lengths of the answers to PUBLISH and to SUBSCRIBE. */
const PUBACK_BYTES = 4;
const SUBACK_BYTES = 5;
const ROOM = [
  'sessions=20000',
  'retainedMessages=200000',
  'queuedMessages=1000000',
  'queuedBytes=1000000000',
  'totalQueuedBytes=1000000000',
];

const program = findNatsServer();
if (program === undefined) throw new Error('needs nats-server 2.12 or newer');
const servers = await startServers(program);
const connection = await connect({ servers: servers.urls });
const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 5_000 });
try {
  await reportAll();
} finally {
  await connection.close();
  await servers.stop();
}

async function reportAll() {
  await untilElected();
  const idle = await takenByServers();
  const nothing = await sizeOf('nothing', () => undefined);
  report('an empty cluster', nothing.bytes, 'bytes');
  const sessions = await sizeOf('sessions', (target) => openSessions(target, { count: SESSIONS }));
  const session = (sessions.bytes - nothing.bytes) / SESSIONS;
  report('a session, with an identifier of 6 characters', session, 'bytes');
  const filters = await sizeOf('filters', (target) =>
    openSessions(target, { count: SESSIONS, filters: FILTERS }),
  );
  const filter = (filters.bytes - sessions.bytes) / (SESSIONS * FILTERS);
  report('a subscription, to 9 characters', filter, 'bytes');
  const queued = await sizeOf('queued', (target) => queueFor(target, 1));
  const message = (queued.bytes - nothing.bytes - session - filter) / QUEUED;
  report('a queued message, topic and payload of 25 bytes', message, 'bytes');
  const spread = await sizeOf('spread', (target) => queueFor(target, SESSIONS));
  const due = (spread.bytes - nothing.bytes - SESSIONS * (session + filter)) / QUEUED - message;
  report('  for each further session that it waits for', due / (SESSIONS - 1), 'bytes');
  const retained = await sizeOf('retained', (target) => retain(target, RETAINED));
  const title = 'a retained message, topic and payload of 25 bytes';
  report(title, (retained.bytes - nothing.bytes) / RETAINED, 'bytes');
  await reportLarge();
  await reportServers(idle);
}

async function reportLarge() {
  const large = await sizeOf('large', async (target) => {
    await openSessions(target, { count: LARGE.sessions, filters: 3 });
    await retain(target, LARGE.retained);
  });
  const title = `a folder: ${LARGE.sessions} sessions, ${LARGE.retained} retained`;
  report(title, large.seconds, 's until a hub has started a cluster with it');
  report('', large.bytes / MIB, 'MiB in the streams');
  report('', large.memory / MIB, 'MiB of peak memory of the hub');
}

async function reportServers(idle) {
  const full = await takenByServers();
  report('a NATS server, without streams', idle.memory / MIB, 'MiB of memory');
  const title = `  with ${full.streams} streams of ${(full.bytes / MIB).toFixed(0)} MiB in all`;
  report(title, full.memory / MIB, 'MiB of memory');
  report('', full.disk / MIB, 'MiB of disk');
}

function report(title, value, unit) {
  console.log(title.padEnd(52), value.toFixed(value < 100 ? 1 : 0).padStart(8), unit);
}

/** Fills a folder, and starts a cluster of this name with it. Resolves to the bytes in the cluster's streams, and the time that the start took. */
async function sizeOf(name, fill) {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-'));
  const data = ['--data', folder, '--no-devices', '--mqtt-port', '0', '--limit', ...ROOM];
  try {
    const single = await startKeptHub(...data);
    await fill(targetOf(single));
    await single.stop();
    const begun = performance.now();
    const hub = await begin(name, data);
    const seconds = (performance.now() - begun) / 1000;
    const memory = memoryOf(hub.pid, 'VmHWM');
    const bytes = (await streamsOf(`ph_${name}_`)).reduce((sum, { state }) => sum + state.bytes, 0);
    await hub.kill();
    return { bytes, seconds, memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A hub exits if it does not hear from the servers for two seconds, as on a shared machine. The next attempt continues where it stopped. */
async function begin(name, data) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startKeptHub(...data, '--cluster', ...servers.urls, '--cluster-name', name);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function targetOf({ url }) {
  return { port: Number(new URL(url).port), path: '/mqtt' };
}

async function streamsOf(prefix) {
  const streams = [];
  for await (const info of manager.streams.list())
    if (info.config.name.startsWith(prefix)) streams.push(info);
  return streams;
}

/** Waits for a leader: servers that have just started do not answer before. */
async function untilElected() {
  for (;;) {
    const isAnswered = await manager.getAccountInfo().then(
      () => true,
      () => false,
    );
    if (isAnswered) return;
  }
}

/** The average memory and disk of a server, and the total of all streams. */
async function takenByServers() {
  await sleep(2_000); // The servers free memory, and sync their files, after a while.
  const { pids, folder } = servers;
  const streams = await streamsOf('');
  return {
    streams: streams.length,
    bytes: streams.reduce((sum, { state }) => sum + state.bytes, 0),
    memory: pids.reduce((sum, pid) => sum + memoryOf(pid, 'VmRSS'), 0) / pids.length,
    disk: bytesIn(folder) / pids.length,
  };
}

function memoryOf(pid, name) {
  const [, kibibytes] =
    new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Creates persistent sessions of clients that disconnect, each with some filters. */
async function openSessions(target, { count, filters = 0 }) {
  for (let first = 0; first < count; first += TOGETHER) {
    const group = Array.from({ length: Math.min(TOGETHER, count - first) }, (_, index) => first + index);
    await Promise.all(group.map((index) => openSession(target, index, filters)));
  }
}

async function openSession(target, index, filters) {
  const client = await openClient(target, numbered('k', index), { isKept: true });
  const packets = Array.from({ length: filters }, (_, n) => subscribePacket(`q/${numbered('f', n)}/`, 1));
  await sendAll(client, packets, SUBACK_BYTES);
  client.socket.destroy();
}

function numbered(letter, index) {
  return letter + String(index).padStart(5, '0');
}

/** Queues messages that each wait for `count` sessions. */
async function queueFor(target, count) {
  await openSessions(target, { count, filters: 1 });
  await publish(target, QUEUED, () => `q/${numbered('f', 0)}/`, { retain: false });
}

function retain(target, count) {
  return publish(target, count, (n) => `q/${numbered('t', n)}/`, { retain: true });
}

async function publish(target, count, topicOf, options) {
  const client = await openClient(target, 'publisher');
  await sendAll(
    client,
    Array.from({ length: count }, (_, n) =>
      publishPacket(topicOf(n), PAYLOAD, 1, (n % TOGETHER) + 1, options),
    ),
    PUBACK_BYTES,
  );
  client.socket.destroy();
}

/** Sends packets in groups, and waits for the answers; each answer has `answerBytes` bytes. */
async function sendAll(client, packets, answerBytes) {
  for (let first = 0; first < packets.length; first += TOGETHER) {
    const some = packets.slice(first, first + TOGETHER);
    let missing = some.length * answerBytes;
    const answered = new Promise((resolve) => {
      client.onPayload = (_chunk, start, end) => {
        missing -= end - start;
        if (missing === 0) resolve();
      };
    });
    client.send(Buffer.concat(some.map(frame)));
    await answered;
  }
}
