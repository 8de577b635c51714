import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { TurnBudget } from '../../../hub/limits/turn-budget.ts';
import type { Share } from '../../../hub/limits/turn-share.ts';

/** The clock of one test: work that a test leaves behind continues during the next test. */
let clock: { elapsedMs: number };
let budget: TurnBudget;
/** The work done so far, by number. */
let done: number[];
beforeEach(() => {
  const own = { elapsedMs: 0 };
  clock = own;
  budget = new TurnBudget({ elapsedMs: () => own.elapsedMs });
  done = [];
});

function work(id: number, ms: number): () => void {
  const [ownClock, ownDone] = [clock, done];
  return () => {
    ownClock.elapsedMs += ms;
    ownDone.push(id);
  };
}

function createShare() {
  const share = budget.createShare();
  share.isLetIn = true;
  return share;
}

describe('connections that are not accepted yet', () => {
  it('are accepted at once if there are few', () => {
    budget.admit(work(1, 3));
    expect(done).toEqual([1]);
  });

  it('wait for later turns if many come at once, in the order in which they came', async () => {
    for (let id = 1; id <= 5; id++) budget.admit(work(id, 3));
    expect(done, 'the second uses up the time').toEqual([1, 2]);
    await nextTurn();
    expect(done.length, 'others are served in between').toBeLessThan(5);
    while (done.length < 5) await nextTurn();
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it('wait no longer once the hub is closing', async () => {
    for (let id = 1; id <= 9; id++) budget.release('', work(id, 3));
    budget.lift();
    budget.release('', work(10, 3));
    expect(done).toEqual([1, 2, 10]);
    await nextTurn();
    await nextTurn();
    expect(done).toHaveLength(10);
  });

  it('are accepted even if clients use up every turn', async () => {
    const share = createShare();
    let isFlooding = true;
    const flood = () => {
      share.run(() => {
        clock.elapsedMs += 50;
      });
      if (isFlooding) setImmediate(flood);
    };
    flood();
    for (let id = 1; id <= 5; id++) budget.admit(work(id, 3));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    isFlooding = false;
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });
});

it('lets networks take turns, however many connections one of them has', async () => {
  budget.admit(work(0, 4));
  for (let id = 1; id <= 20; id++) budget.admit(work(id, 2), '192.0.2.1');
  await nextTurn();
  budget.admit(work(100, 2), '192.0.2.2');
  const late = budget.createShare('192.0.2.3');
  late.later(work(200, 2));
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  expect(done).toEqual(expect.arrayContaining([100, 200]));
  expect(done.length).toBeLessThan(12);
});

describe('a share', () => {
  it('is used up after 2 ms; the client then waits in line, and is served in a later turn', async () => {
    const share = createShare();
    share.run(work(1, 2));
    expect(share.mustWait()).toBe(false);
    share.run(work(2, 1));
    expect(share.mustWait()).toBe(true);
    const mustWait = await new Promise((resolve) => share.later(() => resolve(share.mustWait())));
    expect(mustWait).toBe(false);
  });

  it('counts the work that is under way', () => {
    const share = createShare();
    share.run(() => {
      clock.elapsedMs += 6;
      expect(share.mustWait()).toBe(true);
    });
  });

  it('is used up in a turn that others have used up, however many they are', async () => {
    for (let id = 1; id <= 5; id++) createShare().run(work(id, 5));
    const late = createShare();
    expect(late.mustWait()).toBe(true);
    await nextTurn();
    await nextTurn();
    expect(late.mustWait()).toBe(false);
  });

  it('looks at the clock after each costly step', () => {
    const share = createShare();
    share.run(() => {
      clock.elapsedMs += 6;
      expect(share.check(0), 'not with every step').toBe(false);
      expect(share.check(1)).toBe(true);
    });
  });

  it('of an unauthenticated connection is used up by all of them together, and not by clients', () => {
    const [one, other] = [budget.createShare(), budget.createShare()];
    createShare().run(work(1, 10));
    expect(one.mustWait()).toBe(false);
    one.run(work(2, 4));
    expect(other.mustWait()).toBe(true);
    expect(createShare().mustWait()).toBe(false);
  });

  it.each([
    ['the next tick', false, (late: () => void) => process.nextTick(late)],
    ['promises', true, (late: () => void) => void Promise.resolve().then().then(late)],
    ['a tick after a promise', true, (late: () => void) => queueMicrotask(() => process.nextTick(late))],
  ])('is charged for what is put off to %s', async (_title, isAsync, putOff) => {
    const share = createShare();
    const isUsedUp = new Promise((resolve) => {
      share.runWithTick(
        () => putOff(work(1, 6)),
        () => resolve(share.mustWait()),
        isAsync,
      );
    });
    expect(await isUsedUp).toBe(true);
  });

  it('is not charged for work of others that it has caused to run within its own', () => {
    const [outer, inner] = [createShare(), createShare()];
    outer.run(() => {
      clock.elapsedMs += 1;
      inner.run(work(1, 6));
      clock.elapsedMs += 1;
    });
    expect([outer.mustWait(), inner.mustWait()]).toEqual([false, true]);
  });
});

it('puts work that waits once more off to another turn', async () => {
  const share = createShare();
  const turns = new Set<number>();
  const again = () => {
    turns.add(budget.turn);
    if (turns.size < 3) share.later(again);
  };
  share.later(again);
  while (turns.size < 3) await nextTurn();
});

it('serves clients that want little before busy ones, and of the busy ones one in each turn', async () => {
  const order: string[] = [];
  const wait = (share: Share, name: string) => share.later(() => share.run(() => void order.push(name)));
  const busy = Array.from({ length: 3 }, createShare);
  for (const share of busy) share.run(work(0, 3));
  for (const [index, share] of busy.entries()) {
    share.later(() => share.run(work(index, 3)));
    wait(share, `busy ${index}`);
  }
  wait(createShare(), 'modest');
  await nextTurn();
  expect(order).toEqual(['modest']);
  while (order.length < 4) await nextTurn();
  expect(order).toEqual(['modest', 'busy 0', 'busy 1', 'busy 2']);
});

it('serves busy clients in turns that the others use up', async () => {
  const busy = createShare();
  busy.run(work(0, 3));
  const served = new Promise<boolean>((resolve) => busy.later(() => resolve(busy.mustWait())));
  let isServed = false;
  void served.then(() => {
    isServed = true;
  });
  while (!isServed) {
    for (let id = 0; id < 20; id++) createShare().later(() => createShare().run(work(id, 3)));
    await nextTurn();
  }
  expect(await served, 'it has waited, and is served').toBe(false);
});

it('forgets with time that a client was busy', async () => {
  const share = createShare();
  share.run(work(1, 3));
  await nextTurn();
  clock.elapsedMs += 30;
  share.run(work(2, 0));
  await nextTurn();
  await nextTurn();
  expect([share.isBusy, share.mustWait()]).toEqual([false, false]);
});

it('serves waiting clients in order, as many in a turn as there is time for', async () => {
  const shares = Array.from({ length: 10 }, createShare);
  for (const [id, share] of shares.entries()) share.later(() => share.run(work(id, 5)));
  await nextTurn();
  expect(done).toEqual([0, 1, 2, 3]);
  while (done.length < 10) await nextTurn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
