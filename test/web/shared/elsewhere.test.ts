import { BehaviorSubject, concat, NEVER, of, throwError, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import type { Connection } from '../../../hub/client/hub-client.ts';
import type { BusMessage } from '../../../hub/core/bus.ts';
import { HubError } from '../../../hub/core/error.ts';
import { watchElsewhere } from '../../../web/shared/elsewhere.ts';

const OFFLINE = { status: 'offline', reason: 'transport close', final: false } as const;

const hubs = (...addresses: string[]) =>
  JSON.stringify([{ hub: 'b', addresses: ['mqtt://b:1883', ...addresses] }]);

/** A page whose hub has named these other hubs, some of which answer; and where the page goes. */
function open({ text, answering = [] }: { text: string; answering?: string[] }) {
  const href = 'http://a:5000/simulator?x=1#y';
  const connection$ = new BehaviorSubject<Connection>({ status: 'online' });
  const scheduler = new VirtualTimeScheduler();
  const visits: string[] = [];
  const told = { topic: '$SYS/cluster/hubs', text } as BusMessage;
  const client = { connection$, messages: () => concat(of(told), NEVER) };
  const isThere = async (hub: string) => answering.includes(hub);
  watchElsewhere(client, { page: { href }, isThere, scheduler }).subscribe((address) => visits.push(address));
  const pass = async (ms: number) => {
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  return { connection$, visits, pass };
}

test('a page whose hub stays away goes to another hub that answers, as the same page', async () => {
  const page = open({
    text: hubs('http://b:5000/', 'http://c:5000/pinhub/'),
    answering: ['http://c:5000/pinhub/'],
  });
  page.connection$.next(OFFLINE);
  await page.pass(4_000);
  expect(page.visits).toEqual([]);
  await page.pass(2_000);
  expect(page.visits).toEqual(['http://c:5000/pinhub/simulator?x=1#y']);
});

test('it stays if its hub is back soon, or has refused it', async () => {
  const page = open({ text: hubs('http://b:5000/'), answering: ['http://b:5000/'] });
  page.connection$.next(OFFLINE);
  await page.pass(4_000);
  page.connection$.next({ status: 'online' });
  await page.pass(60_000);
  page.connection$.next({ ...OFFLINE, final: true, code: 'auth/required' });
  await page.pass(60_000);
  expect(page.visits).toEqual([]);
});

test('it tries again until another hub answers', async () => {
  const answering: string[] = [];
  const page = open({ text: hubs('http://b:5000/'), answering });
  page.connection$.next(OFFLINE);
  await page.pass(20_000);
  expect(page.visits).toEqual([]);
  answering.push('http://b:5000/');
  await page.pass(6_000);
  expect(page.visits).toEqual(['http://b:5000/simulator?x=1#y']);
});

test.each([
  ['its own hub', 'http://a:5000/'],
  ['one without encryption or with', 'https://b:5000/'],
  ['one that is on the machine of the hub', 'http://localhost:5000/'],
])('it does not go to %s', async (_, address) => {
  const page = open({ text: hubs(address), answering: [address] });
  page.connection$.next(OFFLINE);
  await page.pass(60_000);
  expect(page.visits).toEqual([]);
});

test.each([['no JSON'], ['{}'], ['[1,{"addresses":[1,"?"]}]'], ['']])(
  'it stays if it gets %j',
  async (text) => {
    const page = open({ text });
    page.connection$.next(OFFLINE);
    await page.pass(60_000);
    expect(page.visits).toEqual([]);
  },
);

test('it stays if it may not know of other hubs', async () => {
  const connection$ = new BehaviorSubject<Connection>(OFFLINE);
  const messages = () => throwError(() => new HubError('auth/denied', 'no'));
  const options = { page: { href: 'http://a/' }, isThere: async () => true };
  const faults: unknown[] = [];
  const watching = watchElsewhere({ connection$, messages }, options).subscribe({
    error: (error) => faults.push(error),
  });
  watching.unsubscribe();
  expect(faults).toEqual([]);
});
