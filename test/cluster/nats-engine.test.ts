import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SharedLog } from '../../hub/cluster/engine.ts';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { engineContract } from '../contracts/engine.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

/** Appends an entry; resolves to nothing if there was no answer. */
async function appended(log: SharedLog): Promise<{ sequence: number } | undefined> {
  const outcome = await log.append(Uint8Array.of(1)).catch(() => undefined);
  return outcome?.kind === 'appended' ? outcome : undefined;
}

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

  it('answer both of two processes that create the same logs at once', async () => {
    const join = () => openNatsEngine({ servers: servers.urls, cluster: 'twice', name: 'test' });
    const engines = await Promise.all([join(), join()]);
    const names = Array.from({ length: 10 }, (_, n) => `log-${n}`);
    const logs = await Promise.all(engines.flatMap((engine) => names.map((name) => engine.log(name))));
    expect(logs).toHaveLength(20);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it('continue to follow a log while one after the other is killed', async () => {
    const engine = await openNatsEngine({ servers: servers.urls, cluster: 'deaths', name: 'test' });
    const log = await engine.log('a');
    const seen: number[] = [];
    const following = log.follow$(1).subscribe(({ sequence }) => seen.push(sequence));
    try {
      for (const index of [0, 1]) {
        await servers.during([index], async () => {
          const { sequence } = await vi.waitUntil(() => appended(log), { timeout: 60_000 });
          await vi.waitUntil(() => seen.at(-1) === sequence, { timeout: 60_000 });
        });
      }
      expect(seen).toEqual(seen.map((_, index) => index + 1));
    } finally {
      following.unsubscribe();
      await engine.close();
    }
  }, 300_000);
});
