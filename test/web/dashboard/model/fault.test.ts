import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLocalBus, Hub, HubError } from '../../../../hub/core/index.ts';
import { createFaults, type Fault } from '../../../../web/dashboard/model/fault.ts';
import { createDeviceFeed } from '../../../../web/shared/device-feed.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createBench() {
  const hub = new Hub({ now: () => 0 });
  const adapter = createLocalBus(hub);
  const refused$ = new Subject<HubError>();
  const faults = createFaults(createDeviceFeed(createLocalBus(hub), 'led/21'), refused$);
  const seen: (Fault | undefined)[] = [];
  faults.fault$.subscribe((fault) => seen.push(fault));
  return { adapter, refused$, faults, seen };
}

const banana = { code: 'payload/invalid', message: 'no number', payload: 'banana' };

it('shows what the device says went wrong, for a while', async () => {
  const { adapter, seen } = createBench();
  await adapter.publish('led/21/error', JSON.stringify(banana));
  expect(seen).toEqual([undefined, banana]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(seen.at(-1)).toBeUndefined();
});

it('shows what the hub refuses, until it is dismissed', () => {
  const { refused$, faults, seen } = createBench();
  refused$.next(new HubError('auth/denied', 'viewers only watch'));
  expect(seen.at(-1)).toMatchObject({ code: 'auth/denied', message: 'viewers only watch' });
  faults.dismiss();
  expect(seen.at(-1)).toBeUndefined();
});

it('shows why the hub refused an action of the card itself', () => {
  const { faults, seen } = createBench();
  faults.tell(new HubError('auth/denied', 'viewers only watch'));
  expect(seen.at(-1)).toMatchObject({ code: 'auth/denied', message: 'viewers only watch' });
});

it('gives a new fault its full time', async () => {
  const { adapter, seen } = createBench();
  await adapter.publish('led/21/error', JSON.stringify(banana));
  await vi.advanceTimersByTimeAsync(14_000);
  await adapter.publish('led/21/error', JSON.stringify({ ...banana, payload: 'apple' }));
  await vi.advanceTimersByTimeAsync(14_000);
  expect(seen.at(-1)?.payload).toBe('apple');
});

it('ignores payloads that are no errors', async () => {
  const { adapter, seen } = createBench();
  for (const text of ['', 'oh no', '{}', '{"code":5}']) await adapter.publish('led/21/error', text);
  expect(seen).toEqual([undefined]);
});
