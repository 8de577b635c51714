import { BehaviorSubject, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { watchPause } from '../../../web/shared/watch-pause.ts';

/** A page of somebody with a role, at a hub whose class the test pauses. */
function open(role: string) {
  const identity$ = new BehaviorSubject({ role });
  const scheduler = new VirtualTimeScheduler();
  const hub = { isPaused: false, isAway: false, asked: 0 };
  const ask = async () => {
    hub.asked += 1;
    if (hub.isAway) throw new TypeError('no network');
    return hub;
  };
  const said: boolean[] = [];
  watchPause(identity$, { ask, isSeen: () => true, scheduler }).subscribe((isPaused) => said.push(isPaused));
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
  expect(said).toEqual([true]);
  hub.isAway = true;
  await pass();
  hub.isAway = false;
  hub.isPaused = false;
  await pass();
  expect(said).toEqual([true, false]);
});

test('nobody else asks for the class', async () => {
  const { hub, said, pass } = open('controller');
  hub.isPaused = true;
  await pass();
  await pass();
  expect([said, hub.asked]).toEqual([[], 0]);
});
