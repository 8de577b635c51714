import { firstValueFrom, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { KeptSession, type Losable } from '../../../devices/pins/kept-session.ts';

interface FakeSession extends Losable {
  readonly endings: string[];
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function fakeSession(): FakeSession {
  const { promise, resolve } = deferred<string>();
  const endings: string[] = [];
  return {
    closed: promise,
    endings,
    close(reason) {
      endings.push(reason);
      resolve(reason);
    },
  };
}

test('a session that opens after close() is closed at once, without a command', async () => {
  const opening = deferred<FakeSession>();
  let prepared = 0;
  const kept = new KeptSession({
    open: () => opening.promise,
    takeUp: async () => {
      prepared++;
    },
  });
  const connecting = kept.connect();
  kept.close();
  const session = fakeSession();
  opening.resolve(session);
  await connecting;
  expect(session.endings).toEqual(['the driver was closed']);
  expect(prepared).toBe(0);
});

test('a session that is being prepared ends with close(), and does not come online', async () => {
  const session = fakeSession();
  const preparing = deferred<void>();
  const kept = new KeptSession({ open: async () => session, takeUp: () => preparing.promise });
  const connecting = kept.connect();
  await Promise.resolve();
  kept.close();
  expect(session.endings).toEqual(['the driver was closed']);
  preparing.resolve();
  await connecting;
  expect(await firstValueFrom(kept.health$)).toMatchObject({ status: 'offline' });
  expect(kept.session).toBeUndefined();
});

test('new attempts wait by the given scheduler, twice as long each time, up to the limit', async () => {
  const scheduler = new VirtualTimeScheduler();
  const attempts: number[] = [];
  const kept = new KeptSession<FakeSession>(
    {
      open: async () => {
        attempts.push(scheduler.now());
        throw new Error('nobody there');
      },
      takeUp: async () => {},
    },
    { retryMs: 100, maxRetryMs: 300, scheduler },
  );
  await kept.connect();
  while (attempts.length < 5) {
    scheduler.flush();
    await new Promise(setImmediate);
  }
  kept.close();
  expect(attempts).toEqual([0, 100, 300, 600, 900]);
});
