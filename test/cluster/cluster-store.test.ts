import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { openClusterStore } from '../../hub/cluster/cluster-store.ts';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { storeContract } from '../contracts/store.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

const runner = { afterEach, beforeEach, describe, it };
const hub = { hub: 'main', instance: 'test', log: pino({ level: 'silent' }) };

storeContract(runner, 'the log of a hub, simulated', () => {
  const cluster = new SimulatedCluster({ time: asyncScheduler, random: () => 0 });
  return () => openClusterStore({ ...hub, engine: cluster.join() });
});

describeWithNats('three real nats-servers', (program) => {
  let servers: NatsServers;
  let clusters = 0;
  beforeAll(async () => {
    servers = await NatsServers.start(program, 3);
    await servers.ready();
  });
  afterAll(() => servers.stop());

  storeContract(runner, 'the log of a hub, on NATS', () => {
    const cluster = `c${++clusters}`;
    return async () => {
      const engine = await openNatsEngine({ servers: servers.urls, cluster, name: 'test' });
      const store = await openClusterStore({ ...hub, engine });
      const closed = store.close;
      let ending: Promise<void> | undefined;
      return Object.assign(store, {
        close: () => {
          ending ??= closed.call(store).finally(() => engine.close());
          return ending;
        },
      });
    };
  });
});
