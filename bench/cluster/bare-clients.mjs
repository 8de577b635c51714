// The lower limit of the delay of an acknowledgement: the time through the stream of three replicas with bare NATS clients in place of the hubs.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { percentile } from '../stage.mjs';
import { startServers } from './servers.mjs';

const STREAM = 'ledger';
const WARM_UP_MS = 3_000;
const ATTEMPTS = 100;
const PAUSE_MS = 200;

/** Three clients, each at its own server, post `perSecond` frames in all. Resolves to p50 and p99 of the time until a frame is back, milliseconds. */
export async function measureBareClients(program, { perSecond, seconds }) {
  const servers = await startServers(program);
  try {
    await createStream(servers.urls[0]);
    const rate = perSecond / servers.urls.length;
    const all = await Promise.all(
      servers.urls.map((url) => measureClient({ url, perSecond: rate, seconds })),
    );
    const delays = all.flat().sort((one, other) => one - other);
    return [50, 99].map((percent) => percentile(delays, percent));
  } finally {
    await servers.stop();
  }
}

async function measureClient(options) {
  const child = fork(join(import.meta.dirname, 'bare-client.mjs'));
  await once(child, 'message');
  child.send({ ...options, stream: STREAM, warmUpMs: WARM_UP_MS });
  const [delays] = await once(child, 'message');
  return delays;
}

/** Servers that have just started have no leader yet, and refuse. */
async function createStream(url) {
  const connection = await connect({ servers: url });
  for (let attempt = 1; ; attempt++) {
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 1_000 });
      await manager.streams.add({ name: STREAM, subjects: [STREAM], num_replicas: 3 });
      break;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
  await connection.close();
}
