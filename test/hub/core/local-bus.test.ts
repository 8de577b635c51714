import * as vitest from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus } from '../../../hub/core/local-bus.ts';
import { busContract } from '../../contracts/bus.ts';

busContract(vitest, 'A bus within the hub', async () => {
  const hub = new Hub({ now: () => 0 });
  return { createBus: () => createLocalBus(hub), stop: async () => undefined };
});
