import { once } from 'node:events';
import { createServer } from 'node:net';
import { pino } from 'pino';
import { VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { HubError } from '../../hub/core/error.ts';
import { openHubServer } from '../../hub/server.ts';
import type { Store } from '../../hub/session/store.ts';

const log = pino({ level: 'silent' });

/** A store with a message more than the limit allows, which fails to close. */
function createStore(): Store & { closed: number } {
  const store = {
    closed: 0,
    journal: { position: 0, isSafe: () => true, whenSafe: () => undefined, commit: () => undefined },
    get retained(): never {
      throw new HubError('limit/exceeded', 'the first error');
    },
    now: () => 0,
    failure: () => undefined,
    close: async () => {
      store.closed++;
      throw new HubError('store/unavailable', 'the second error');
    },
  };
  return store as unknown as Store & { closed: number };
}

it('a hub that cannot open says why, closes what it had opened, and leaves no timer', async () => {
  const scheduler = new VirtualTimeScheduler();
  const store = createStore();
  const options = { port: 0, pagesFolder: '/nowhere', log, scheduler, store };
  await expect(openHubServer(options)).rejects.toThrow('the first error');
  expect(store.closed).toBe(1);
  scheduler.maxFrames = 60_000;
  scheduler.flush();
  expect(scheduler.actions).toEqual([]);
});

it('a hub whose port is taken leaves nothing open', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const scheduler = new VirtualTimeScheduler();
  const opening = openHubServer({ port, pagesFolder: '/nowhere', log, scheduler });
  await expect(opening).rejects.toMatchObject({ code: 'port/in-use' });
  scheduler.maxFrames = 60_000;
  scheduler.flush();
  expect(scheduler.actions).toEqual([]);
  other.close();
});
