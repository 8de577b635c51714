import { BehaviorSubject, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import type { Connection } from '../../../../hub/client/hub-client.ts';
import type { HubError } from '../../../../hub/core/index.ts';
import { watchPause } from '../../../../web/simulator/model/watch-pause.ts';

/** A page of somebody with a role, at a hub whose class the test pauses. */
function open(role: string) {
  const may = { read: [], publish: [], report: [] };
  const connection$ = new BehaviorSubject<Connection>({ status: 'online' });
  const client = { connection$, whoAmI: async () => ({ name: 'ana', role, how: 'login', may }) };
  const scheduler = new VirtualTimeScheduler();
  const hub = { isPaused: false, isAway: false, asked: 0 };
  const ask = async () => {
    hub.asked += 1;
    if (hub.isAway) throw new TypeError('no network');
    return hub;
  };
  const said: (string | undefined)[] = [];
  watchPause(client, { ask, isSeen: () => true, scheduler }).subscribe((error?: HubError) =>
    said.push(error?.code),
  );
  const pass = async () => {
    const settle = () => new Promise(setImmediate);
    await settle();
    scheduler.maxFrames = scheduler.frame + 5_000;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
    await settle();
  };
  return { hub, said, pass };
}

test('a student sees that the class is paused before they try anything, and that it goes on', async () => {
  const { hub, said, pass } = open('seat');
  await pass();
  expect([said, hub.asked > 0]).toEqual([[], true]);
  hub.isPaused = true;
  await pass();
  await pass();
  expect(said).toEqual(['class/paused']);
  hub.isAway = true;
  await pass();
  hub.isAway = false;
  hub.isPaused = false;
  await pass();
  expect(said).toEqual(['class/paused', undefined]);
});

test('nobody else asks for the class', async () => {
  const { hub, said, pass } = open('controller');
  hub.isPaused = true;
  await pass();
  await pass();
  expect([said, hub.asked]).toEqual([[], 0]);
});
