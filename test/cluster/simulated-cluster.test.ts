import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { engineContract } from '../contracts/engine.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

engineContract({ afterEach, beforeEach, describe, it }, 'simulated', async () => {
  const cluster = new SimulatedCluster({ time: asyncScheduler, random: () => 0 });
  return { join: async () => cluster.join(), stop: async () => undefined };
});
