// Three nats-servers as one cluster, with a system account for the hubs; optionally with their own MQTT for comparison.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, connectPacket, openWebSocket } from '../mqtt/wire.mjs';
import { freePort } from '../stage.mjs';

const COUNT = 3;

/** The oldest version that hubs accept. The tests cache a newer one if Debian's is older. */
const LEAST = [2, 12];
const CACHED = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'pinhub-tests/nats-server/usr/sbin/nats-server',
);

/** The nats-server program; `undefined` if it is missing or too old. */
export function findNatsServer() {
  return ['nats-server', CACHED].find(isRecent);
}

function isRecent(program) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)/.exec(stdout ?? '') ?? []).map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** Starts the servers; resolves when all are ready. `targets` are their MQTT over WebSocket addresses, if enabled. `folder` has all their data. */
export async function startServers(program, options = {}) {
  for (;;) {
    const servers = await tryToStart(program, options);
    if (servers) return servers;
  }
}

/** Resolves to `undefined` if another program has taken one of the ports meanwhile. */
async function tryToStart(program, { withMqtt = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-nats-'));
  const ports = [];
  for (let n = 0; n < 4 * COUNT; n++) ports.push(await freePort());
  const routes = ports.slice(COUNT, 2 * COUNT).map((port) => `nats://127.0.0.1:${port}`);
  const targets = ports.slice(2 * COUNT, 3 * COUNT).map((port) => ({ port, path: '/mqtt' }));
  const children = await Promise.all(
    routes.map((route, index) => {
      const mqtt = withMqtt ? mqttOf(targets[index].port, ports[3 * COUNT + index]) : '';
      const file = join(folder, `${index}.conf`);
      writeFileSync(file, clusterOf({ folder, index, port: ports[index], route, routes }) + mqtt);
      return start(program, file);
    }),
  );
  const stop = async () => {
    await Promise.all(children.map((child) => child && kill(child)));
    rmSync(folder, { recursive: true, force: true });
  };
  if (children.includes(undefined)) return stop();
  if (withMqtt) for (const target of targets) await untilAnswered(target);
  const credentials = join(folder, 'system');
  writeFileSync(credentials, 'system:system');
  const urls = ports.slice(0, COUNT).map((port) => `nats://127.0.0.1:${port}`);
  return { urls, targets, credentials, folder, pids: children.map(({ pid }) => pid), stop };
}

function clusterOf({ folder, index, port, route, routes }) {
  return `
server_name: n${index}
listen: 127.0.0.1:${port}
jetstream { store_dir: "${join(folder, `${index}`)}" }
cluster { name: bench, listen: ${route.slice('nats://'.length)}, routes: [${routes.join(', ')}] }
accounts {
  SYSTEM { users: [{ user: system, password: system }] }
  HUBS { jetstream: enabled, users: [{ user: hub, password: hub }] }
}
system_account: SYSTEM
no_auth_user: hub
`;
}

function mqttOf(webSocketPort, port) {
  return `
mqtt { listen: 127.0.0.1:${port} }
websocket { listen: 127.0.0.1:${webSocketPort}, no_tls: true }
`;
}

/** Resolves to `undefined` if the server has exited. */
async function start(program, file) {
  const env = { ...process.env, GOMAXPROCS: '1' }; // Three servers share two cores with everything else, so more threads would only wake each other.
  const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'], env });
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.includes('Server is ready')) continue;
    child.stderr.resume();
    return child;
  }
  return undefined;
}

/** Waits for an answer: before the servers have elected a leader, connections get none. */
async function untilAnswered(target) {
  for (;;) {
    const client = await openWebSocket(target, 'mqtt');
    const answered = answerTo(client, connectPacket('first'));
    const answer = await Promise.race([answered, sleep(1_000, undefined, { ref: false })]);
    client.socket.destroy();
    if (answer) return;
  }
}

async function kill(child) {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
