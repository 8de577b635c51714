import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { engineContract } from '../contracts/engine.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

describeWithNats('three real nats-servers', (program) => {
  let servers: NatsServers;
  let clusters = 0;
  beforeAll(async () => {
    servers = await NatsServers.start(program, 3);
    await servers.ready();
  });
  afterAll(() => servers.stop());

  engineContract({ afterEach, beforeEach, describe, it }, 'NATS', async () => {
    const cluster = `c${++clusters}`;
    return {
      join: () => openNatsEngine({ servers: servers.urls, cluster, name: 'test' }),
      stop: async () => undefined,
    };
  });
});
