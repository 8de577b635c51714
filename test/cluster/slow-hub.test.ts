import { expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

it('a hub that gets a processor only now and then serves on, as long as no other hub has taken over', async () => {
  const time = new SimulatedTime();
  const cluster = new SimulatedCluster({ time, random: createRandom(1) });
  const hub = new HubProcess(cluster, time, 'a');
  await time.settle(hub.serving);
  await time.run(1_000);
  for (const pauseMs of [2_300, 400, 400, 3_000, 300]) {
    hub.freeze();
    await time.run(pauseMs);
    hub.thaw(); // The thawed hub runs its timers first, and then reads the messages that have arrived.
    await time.run(0);
  }
  await time.run(10_000);
  expect(hub.lost).toBeUndefined();
  hub.engine.isReachable = false;
  await time.run(2_500);
  expect(hub.lost).toBe('the cluster was not reachable for 2 s');
});
