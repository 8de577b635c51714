import { pino } from 'pino';
import { filter, firstValueFrom, map, type Observable, timeout } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KINDS, parseDeviceAddress, type RunningDevices, runDevices } from '../../devices/index.ts';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { type HubServer, openHubServer } from '../../hub/server.ts';
import { createMemoryPins, type MemoryPins } from './memory-pins.ts';

/** Generous: the test is about whether the state is reached, not when. */
const PATIENCE_MS = 10_000;

const log = pino({ level: 'silent' });
const clients: HubClient[] = [];
let server: HubServer;
let pins: MemoryPins;
let devices: RunningDevices;
let user: HubClient;

beforeEach(async () => {
  server = await openHub(0);
  pins = createMemoryPins();
  devices = runDevices({
    devices: [parseDeviceAddress('led/21')],
    kinds: KINDS,
    pins,
    connect: (will) => connect({ will }),
    log,
  });
  user = connect();
  await becomes('led/21/status', 'online');
});
afterEach(async () => {
  await devices.close();
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
});

function openHub(port: number): Promise<HubServer> {
  return openHubServer({ port, pagesFolder: '.', log });
}

function connect(options: Parameters<typeof createHubClient>[1] = {}): HubClient {
  const client = createHubClient(`http://127.0.0.1:${server.port}`, options);
  clients.push(client);
  return client;
}

function becomes(topic: string, text: string): Promise<unknown> {
  return soon(user.messages(topic).pipe(map((message) => message.text)), text);
}

function soon<T>(value$: Observable<T>, wanted: T): Promise<T> {
  return firstValueFrom(
    value$.pipe(
      filter((value) => value === wanted),
      timeout(PATIENCE_MS),
    ),
  );
}

describe('a device on another machine', () => {
  test('starts with half of its light, and follows what users want', async () => {
    await becomes('led/21/duty', '50');
    await user.publish('led/21/duty', '30', { retain: true });
    await becomes('led/21/duty/actual', '30');
    expect(pins.state(21).value.dutyPercent).toBe(30);
  });

  test('takes up what its hub retains, and not its own beginnings', async () => {
    await user.publish('led/21/duty', '30', { retain: true });
    await becomes('led/21/duty/actual', '30');
    await devices.close();
    pins = createMemoryPins();
    const duties: number[] = [];
    pins.state(21).subscribe(({ dutyPercent }) => duties.push(dutyPercent));
    devices = runDevices({
      devices: [parseDeviceAddress('led/21')],
      kinds: KINDS,
      pins,
      connect: (will) => connect({ will }),
      log,
    });
    await soon(pins.state(21).pipe(map(({ dutyPercent }) => dutyPercent)), 30);
    expect(duties).not.toContain(50);
  });

  test('keeps its light without its hub, and sends everything to another hub at the same address', async () => {
    await user.publish('led/21/duty', '30', { retain: true });
    await becomes('led/21/duty/actual', '30');
    const { port } = server;
    await server.close();
    expect(pins.state(21).value.dutyPercent).toBe(30);
    server = await openHub(port);
    await becomes('led/21/status', 'online');
    await becomes('led/21/duty', '30');
    await becomes('led/21/duty/actual', '30');
    expect(pins.writes.at(-1)).toEqual({ gpio: 21, dutyPercent: 30 });
  });
});
