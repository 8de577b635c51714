import { filter, firstValueFrom } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { type Connection, createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { EarlySocket } from '../../../web/shared/early-socket.ts';
import { openSocketIoHub, type SocketIoHub } from '../gateways/socket-io/socket-io-hub.ts';

// Node 20 has no WebSocket; this one speaks the browser's interface. Socket.IO looks for it once, when it is imported.
await vi.hoisted(async () => {
  const { WebSocket } = await import('ws');
  vi.stubGlobal('WebSocket', WebSocket);
});

let hub: SocketIoHub;
let client: HubClient;

afterEach(async () => {
  await client.close();
  await hub.stop();
});

const become = (wanted: Connection['status']) =>
  firstValueFrom(client.connection$.pipe(filter(({ status }) => status === wanted)));

it('a WebSocket that is open already is used, and another one is opened once that is gone', async () => {
  hub = await openSocketIoHub();
  const { port } = hub;
  const early = new EarlySocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  const taken: boolean[] = [];
  client = createHubClient(`http://127.0.0.1:${port}`, {
    socketFor(address) {
      const socket = early.take(address);
      taken.push(socket !== undefined);
      return socket;
    },
  });
  await become('online');
  expect([taken, await hub.countConnections()]).toEqual([[true], 1]);
  const isAway = become('offline');
  await hub.kill();
  await isAway;
  hub = await openSocketIoHub({ port });
  await become('online');
  expect(taken.at(-1)).toBe(false);
  await client.publish('a', 'again', { retain: true });
  expect(hub.hub.retained.get('a')?.text).toBe('again');
});

it('if there is none, one is opened', async () => {
  hub = await openSocketIoHub();
  client = createHubClient(hub.url, { socketFor: () => undefined });
  await become('online');
  expect(await hub.countConnections()).toBe(1);
});
