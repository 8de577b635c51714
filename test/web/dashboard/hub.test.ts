import { filter, firstValueFrom, type Observable } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { type DashboardHub, openHub } from '../../../web/dashboard/hub.ts';
import { FEW } from '../../../web/dashboard/model/few.ts';
import { openSocketIoHub, type SocketIoHub } from '../../hub/gateways/socket-io/socket-io-hub.ts';

let hub: SocketIoHub;
let adapter: HubClient;
let page: DashboardHub;

beforeEach(async () => {
  hub = await openSocketIoHub();
  adapter = createHubClient(hub.url);
});
afterEach(async () => {
  page.handOver();
  await Promise.all([adapter, page.client].map((client) => client.close()));
  await hub.stop();
});

function openPage(): DashboardHub {
  const client = createHubClient(hub.url);
  page = openHub(client, {
    hold: () => Promise.resolve(),
    signOut: () => Promise.resolve(true),
    isOutdated: () => Promise.resolve(false),
    leave: () => {},
  });
  return page;
}

async function describeDevice(topic: string): Promise<void> {
  const info = JSON.stringify({ kind: 'led', gpio: 21 });
  for (const [property, text] of Object.entries({ duty: '40', 'duty/actual': '40', status: 'online', info }))
    await adapter.publish(`${topic}/${property}`, text, { retain: true });
}

/** The value that an observable emits synchronously. */
function now<T>(source$: Observable<T>): T | undefined {
  let value: T | undefined;
  source$.subscribe((each) => (value = each)).unsubscribe();
  return value;
}

function topicsOf({ states$ }: DashboardHub): readonly string[] | undefined {
  return now(states$)?.map(({ device }) => device.topic);
}

it('a few devices come with their values, even without a subscription to these', async () => {
  await describeDevice('led/21');
  const { states$, isKnown$ } = openPage();
  expect(now(isKnown$)).toBe(false);
  const [first] = await firstValueFrom(states$.pipe(filter(({ length }) => length > 0)));
  expect(first?.device.topic).toBe('led/21');
  expect(now(first?.device.feed.text$('duty/actual') as Observable<string>)).toBe('40');
  expect(now(isKnown$)).toBe(true);
});

it('many devices come without their values', async () => {
  const topics = Array.from({ length: FEW + 1 }, (_, index) => `led/${index + 1}`);
  for (const topic of topics) await describeDevice(topic);
  const opened = openPage();
  await firstValueFrom(opened.isKnown$.pipe(filter(Boolean)));
  await expect.poll(() => topicsOf(opened)).toEqual(topics);
});

it('devices that other programs announce come after our own', async () => {
  await describeDevice('led/21');
  const announced = { name: 'Fan', unique_id: 'fan', command_topic: 'fan/set', state_topic: 'fan/state' };
  await adapter.publish('homeassistant/switch/fan/config', JSON.stringify(announced), { retain: true });
  const opened = openPage();
  await expect.poll(() => topicsOf(opened)).toHaveLength(2);
  expect(topicsOf(opened)?.[0]).toBe('led/21');
});

it('the session is known before the view asks for it, and devices stay known to a view that subscribes after the handover', async () => {
  await describeDevice('led/21');
  const opened = openPage();
  await firstValueFrom(opened.isKnown$.pipe(filter(Boolean)));
  await opened.client.ping();
  expect(now(opened.session.identity$)?.name).toBe('anyone');
  const view = opened.states$.subscribe();
  opened.handOver();
  expect(topicsOf(opened)).toEqual(['led/21']);
  view.unsubscribe();
});
