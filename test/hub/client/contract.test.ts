import * as vitest from 'vitest';
import { createHubClient } from '../../../hub/client/index.ts';
import { busContract, type ClosableBus } from '../../contracts/bus.ts';
import { openSocketIoHub } from '../gateways/socket-io/socket-io-hub.ts';

const WAYS = [
  ['A client over WebSocket', ['websocket']],
  ['A client over long-polling', ['polling']],
  ['A client that moves from long-polling to WebSocket', ['polling', 'websocket']],
] as const;

for (const [name, transports] of WAYS) {
  busContract(vitest, name, async () => {
    const hub = await openSocketIoHub();
    const buses: ClosableBus[] = [];
    return {
      createBus() {
        const bus = createHubClient(hub.url, { transports });
        buses.push(bus);
        return bus;
      },
      async stop() {
        await Promise.all(buses.map((bus) => bus.close()));
        await hub.stop();
      },
    };
  });
}
