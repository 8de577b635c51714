import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KINDS } from '../../devices/kinds.ts';
import type { Meter } from '../../devices/meter.ts';
import { parseDeviceAddress, runDevices } from '../../devices/runtime.ts';
import { HubError } from '../../hub/core/error.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus } from '../../hub/core/local-bus.ts';
import { pass } from './bench.ts';
import { createMemoryPins } from './memory-pins.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A working LED, whose driver takes as long for each write as a test says. */
async function measured(whenWritten: () => Promise<void>) {
  const waits: number[] = [];
  const writes: [ms: number, outcome: string][] = [];
  const meter: Meter = {
    waited: (ms) => waits.push(ms),
    wrote: (ms, outcome) => writes.push([ms, outcome]),
  };
  const hub = new Hub({ now: Date.now });
  const bus = createLocalBus(hub);
  const silent = () => undefined;
  runDevices({
    devices: [parseDeviceAddress('led/21')],
    kinds: KINDS,
    pins: createMemoryPins({ whenWritten }),
    connect: () => createLocalBus(hub),
    log: { info: silent, warn: silent },
    meter,
  });
  await pass(1_000);
  waits.length = 0;
  writes.length = 0;
  const set = async (percent: number) => {
    await bus.publish('led/21/duty', `${percent}`, { retain: true });
    await pass(0);
  };
  return { waits, writes, set };
}

const atOnce = async () => {};

test('a value that is written at once has not waited; the next one waits for the interval to pass', async () => {
  const { waits, writes, set } = await measured(atOnce);
  await set(10);
  await pass(5);
  await set(20);
  await pass(5);
  await set(30);
  await pass(100);
  expect(waits).toEqual([0, 10]);
  expect(writes).toEqual([
    [0, 'done'],
    [0, 'done'],
  ]);
});

test('a driver that is slow is seen in its writes, and in how long the next value waits', async () => {
  const done = new Subject<void>();
  let isSlow = false;
  const { waits, writes, set } = await measured(() =>
    isSlow ? new Promise((resolve) => done.subscribe(() => resolve())) : atOnce(),
  );
  isSlow = true;
  await set(10);
  await set(20);
  await pass(70);
  expect(writes).toEqual([]);
  isSlow = false;
  done.next();
  await pass(100);
  expect(waits).toEqual([0, 70]);
  expect(writes).toEqual([
    [70, 'done'],
    [0, 'done'],
  ]);
});

test('a write that fails is counted as failed', async () => {
  let isBroken = false;
  const { writes, set } = await measured(async () => {
    if (isBroken) throw new HubError('driver/failed', 'the wire is loose');
  });
  isBroken = true;
  await set(10);
  await pass(100);
  expect(writes).toEqual([[0, 'failed']]);
});
