import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { Message } from '../../../hub/core/message.ts';
import { type DashboardHub, openHub } from '../../../web/dashboard/hub.ts';
import { EarlySocket } from '../../../web/shared/early-socket.ts';
import { SAID_AHEAD } from '../../../web/shared/said-ahead.ts';
import { openSocketIoHub, type SocketIoHub } from '../../hub/gateways/socket-io/socket-io-hub.ts';

// Node 20 has no WebSocket; this one speaks the browser's interface. Socket.IO looks for it once, when it is imported.
await vi.hoisted(async () => {
  const { WebSocket } = await import('ws');
  vi.stubGlobal('WebSocket', WebSocket);
});

let hub: SocketIoHub;
let client: HubClient;
let dashboard: DashboardHub;

beforeEach(async () => {
  hub = await openSocketIoHub();
  const leave = (topic: string, text: string) => hub.hub.publish(new Message(topic, text, { retain: true }));
  leave('led/21/info', '{"kind":"led","gpio":21}');
  leave('led/21/status', 'online');
  leave('led/21/meta/name', 'Lamp');
});

afterEach(async () => {
  dashboard.handOver();
  await client.close();
  await hub.stop();
});

/** Opens what the dashboard opens, over a socket, and resolves to the names of its devices. */
async function open(socketFor: (address: string) => WebSocket | undefined): Promise<(string | undefined)[]> {
  client = createHubClient(hub.url, { socketFor });
  dashboard = openHub(client, {
    hold: () => Promise.resolve(),
    signOut: () => Promise.resolve(true),
    isOutdated: () => Promise.resolve(false),
    leave: () => {},
  });
  const known$ = dashboard.states$.pipe(filter(({ length }) => length > 0));
  return (await firstValueFrom(known$)).map(({ label }) => label.name);
}

/** Notes what is sent over a socket. */
function noted(socket: WebSocket, sent: unknown[]): WebSocket {
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    sent.push(data);
    send(data);
  };
  return socket;
}

it('what is said ahead is what the dashboard’s client says first', async () => {
  const sent: unknown[] = [];
  await open((address) => noted(new WebSocket(address), sent));
  const ahead = SAID_AHEAD.flat();
  expect(sent.slice(0, ahead.length)).toEqual(ahead);
});

it('the dashboard finds its devices by what was said ahead, over the same connection', async () => {
  const early = new EarlySocket(
    `${hub.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    SAID_AHEAD,
  );
  await vi.waitUntil(() => hub.hub.subscriptionCount === 16, 10_000);
  const taken: boolean[] = [];
  const names = await open((address) => {
    const socket = early.take(address);
    taken.push(socket !== undefined);
    return socket;
  });
  expect(names).toEqual(['Lamp']);
  expect([taken, await hub.countConnections()]).toEqual([[true], 1]);
});
