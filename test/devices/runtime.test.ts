import { BehaviorSubject, firstValueFrom, Subject, switchMap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KINDS } from '../../devices/kinds.ts';
import type { DeviceBus } from '../../devices/link.ts';
import { type DeviceWill, parseDeviceAddress, runDevices } from '../../devices/runtime.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus } from '../../hub/core/local-bus.ts';
import { Message } from '../../hub/core/message.ts';
import { createBench, pass } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const offline = { status: 'offline', reason: 'pigpiod went away' } as const;
const online = { status: 'online' } as const;

describe('status', () => {
  test('is online while the device runs, and offline once it is closed', async () => {
    const { run, retained } = createBench();
    const running = await run('led/21');
    expect(retained('led/21/status')).toBe('online');
    await running.close();
    expect(retained('led/21/status')).toBe('offline');
  });

  test('follows the driver', async () => {
    const { run, retained, pins } = createBench();
    await run('led/21');
    pins.health$.next(offline);
    await pass(50);
    expect(retained('led/21/status')).toBe('offline');
    pins.health$.next(online);
    await pass(50);
    expect(retained('led/21/status')).toBe('online');
  });

  test('is corrected when the last will of an older connection arrives late', async () => {
    const { run, set, retained } = createBench();
    await run('led/21');
    await set('led/21/status', 'offline');
    await pass(50);
    expect(retained('led/21/status')).toBe('online');
  });

  test('is corrected, with all else that the device says, when a second program that ran the same device leaves', async () => {
    const { run, set, retained } = createBench();
    await run('led/21');
    const info = retained('led/21/info');
    await set('led/21/info', '{"kind":"led","driver":"pigpiod"}');
    await set('led/21/duty/actual', '3');
    await set('led/21/status', 'offline');
    await pass(50);
    expect(retained('led/21/info')).toBe(info);
    expect(retained('led/21/duty/actual')).toBe('50');
  });

  test('is not fought over by an adapter whose driver is away', async () => {
    const { run, runElsewhere, retained, pins, seen } = createBench();
    await run('led/21');
    await runElsewhere('led/21');
    pins.health$.next(offline);
    await pass(1000);
    seen.length = 0;
    await pass(1000);
    expect(retained('led/21/status')).toBe('online');
    expect(seen).toEqual([]);
  });
});

describe('a driver that is away', () => {
  test('at the start is waited for', async () => {
    const { run, retained, pins } = createBench();
    pins.health$.next(offline);
    await run('led/21');
    expect(retained('led/21/status')).toBe('offline');
    expect(pins.writes).toEqual([]);
    pins.health$.next(online);
    await pass(50);
    expect(retained('led/21/status')).toBe('online');
    expect(pins.state(21).value.dutyPercent).toBe(50);
  });

  test('gets what was desired meanwhile once it is back, and nothing before', async () => {
    const { run, set, pins } = createBench();
    await run('led/21');
    pins.health$.next(offline);
    pins.writes.length = 0;
    await set('led/21/duty', '10');
    await set('led/21/duty', '20');
    await pass(100);
    expect(pins.writes).toEqual([]);
    pins.health$.next(online);
    await pass(50);
    expect(pins.writes).toEqual([{ gpio: 21, dutyPercent: 20 }]);
  });

  test('is news once, however many devices there are', async () => {
    const { run, pins, logged } = createBench();
    await run('led/21', 'led/20', 'led/16');
    pins.health$.next(offline);
    await pass(1000);
    expect(logged).toEqual(['memory: pigpiod went away']);
  });
});

describe('a pin that cannot be claimed', () => {
  test('is published at the error topic of that device, and the others run', async () => {
    const { run, retained, seen, logged } = createBench();
    await run('led/21', 'rgb/21-20-16', 'led/26');
    expect(seen.find((line) => line.startsWith('rgb/21-20-16/error'))).toContain('in use by led/21');
    expect(logged[0]).toContain('in use by led/21');
    expect(retained('rgb/21-20-16/status')).toBe('offline');
    expect(retained('led/21/status')).toBe('online');
    expect(retained('led/26/status')).toBe('online');
  });

  test('does not keep the other pins of its device', async () => {
    const { run, retained } = createBench();
    await run('led/21', 'rgb/21-20-16');
    await run('led/20');
    expect(retained('led/20/status')).toBe('online');
  });

  test('is asked for again when the driver has been away', async () => {
    const { run, retained, pins } = createBench();
    const first = await run('led/21');
    await run('rgb/21-20-16');
    await first.close();
    pins.health$.next(offline);
    pins.health$.next(online);
    await pass(100);
    expect(retained('rgb/21-20-16/status')).toBe('online');
  });
});

describe('closing', () => {
  test('writes nothing more, even during a fade, an effect and requests', async () => {
    const { run, set, bus, pins, seen } = createBench();
    const running = await run('led/21');
    await set('led/21/effect', 'breathe');
    await set('led/21/duty', '{"duty":100,"transition":5}');
    await pass(500);
    await running.close();
    pins.writes.length = seen.length = 0;
    await bus.publish('led/21/duty', '3', { retain: true });
    await pass(5000);
    expect(pins.writes).toEqual([]);
    expect(seen).toEqual(['led/21/duty 3']);
  });

  test('between setting the frequency and the duty leaves the duty unset', async () => {
    const { run, pins } = createBench({ whenWritten: () => new Promise((done) => setTimeout(done, 500)) });
    const running = await run('led/21');
    await running.close();
    await pass(5000);
    expect(pins.writes).toEqual([{ gpio: 21, frequencyHz: 100, steps: 2000 }]);
  });

  test('makes the hub retain the last desired value, even if it has just changed', async () => {
    const { run, bus, retained } = createBench();
    const running = await run('led/21');
    await bus.publish('led/21/duty', '40');
    await running.close();
    expect(retained('led/21/duty')).toBe('40');
  });

  test('gives the pins back', async () => {
    const { run, retained } = createBench();
    const running = await run('led/21');
    await running.close();
    await run('rgb/21-20-16');
    expect(retained('rgb/21-20-16/status')).toBe('online');
  });

  test('does not wait forever for a hub that is away', async () => {
    const hub = new Hub({ now: Date.now });
    const local = createLocalBus(hub);
    const stuck: DeviceBus = { messages: local.messages, publish: () => new Promise(() => {}) };
    const running = start(stuck);
    await pass(100);
    const closed = running.close();
    await pass(2000);
    await closed;
  });
});

test('a request that crosses a correction on its way to the hub is not lost', async () => {
  const hub = new Hub({ now: Date.now });
  const local = createLocalBus(hub);
  const slow: DeviceBus = {
    messages: local.messages,
    publish: async (...message) => {
      await new Promise((done) => setTimeout(done, 30));
      await local.publish(...message);
    },
  };
  start(slow);
  await pass(100);
  const user = createLocalBus(hub);
  await user.publish('led/21/duty', '150', { retain: true });
  await pass(10);
  await user.publish('led/21/duty', '20', { retain: true });
  await pass(100);
  expect([...hub.retained.match('led/21/duty')][0]?.text).toBe('20');
});

describe('a hub that comes back', () => {
  test('without its memory gets everything again', async () => {
    const { bus, lose, find } = reconnectingBus();
    start(bus);
    await pass(100);
    lose();
    const hub = find();
    await pass(100);
    const retained = Object.fromEntries([...hub.retained.match('#')].map(({ topic, text }) => [topic, text]));
    expect(retained).toMatchObject({
      'led/21/duty': '50',
      'led/21/duty/actual': '50',
      'led/21/status': 'online',
      'led/21/frequency/actual': '100',
    });
    expect(retained).toHaveProperty('led/21/info');
  });

  test('with a new desired value is applied', async () => {
    const { bus, lose, find } = reconnectingBus();
    const { pins } = start(bus);
    await pass(100);
    lose();
    const hub = find(new Message('led/21/duty', '80', { retain: true }));
    await pass(100);
    expect(pins.state(21).value.dutyPercent).toBe(80);
    expect([...hub.retained.match('led/21/duty')][0]?.text).toBe('80');
  });
});

test('a kind that is unknown, or no device at all, is an error that says what there is', () => {
  expect(() => start(createLocalBus(new Hub({ now: Date.now })), 'lamp/21')).toThrow(
    /"lamp"; there are led, button/,
  );
  for (const text of ['led', '', 'led/', '/led/21', 'a//led/21']) {
    expect(() => parseDeviceAddress(text)).toThrow(/as in "led\/21"/);
  }
  expect(parseDeviceAddress('lab/ana/led/21')).toEqual({ prefix: 'lab/ana', kind: 'led', id: '21' });
});

test('every device gets a bus of its own, with its last will', () => {
  const wills: DeviceWill[] = [];
  const { pins } = createBench();
  runDevices({
    devices: ['led/21', 'lab/led/20'].map(parseDeviceAddress),
    kinds: KINDS,
    pins,
    connect: (will) => {
      wills.push(will);
      return createLocalBus(new Hub({ now: Date.now }));
    },
    log: { info: () => {}, warn: () => {} },
  });
  expect(wills).toEqual([
    { topic: 'led/21/status', payload: 'offline', retain: true },
    { topic: 'lab/led/20/status', payload: 'offline', retain: true },
  ]);
});

/** Runs one device on a bus of its own. */
function start(bus: DeviceBus, device = 'led/21') {
  const { pins } = createBench();
  const devices = runDevices({
    devices: [parseDeviceAddress(device)],
    kinds: KINDS,
    pins,
    connect: () => bus,
    log: { info: () => {}, warn: () => {} },
  });
  return { pins, close: devices.close };
}

/** A bus that loses its hub, and finds another; like the client of a hub it renews its subscriptions first. */
function reconnectingBus() {
  const local$ = new BehaviorSubject(createLocalBus(new Hub({ now: Date.now })));
  const connection$ = new BehaviorSubject({ status: 'online' });
  const bus: DeviceBus = {
    connection$,
    publish: (...message) => local$.value.publish(...message),
    messages: (...filter) => local$.pipe(switchMap((local) => local.messages(...filter))),
  };
  return {
    bus,
    lose: () => connection$.next({ status: 'offline' }),
    find: (...retained: Message[]) => {
      const hub = new Hub({ now: Date.now });
      for (const message of retained) hub.publish(message);
      local$.next(createLocalBus(hub));
      connection$.next({ status: 'online' });
      return hub;
    },
  };
}

describe('a device that must wait', () => {
  test('says nothing and touches no pin until it may run, and the others do not wait for it', async () => {
    const isOurs$ = new Subject<boolean>();
    const mayRun = async (topic: string) => (topic === 'led/21' ? firstValueFrom(isOurs$) : true);
    const { run, seen, retained, pins } = createBench({ mayRun });
    await run('led/21', 'led/20');
    expect(retained('led/20/status')).toBe('online');
    expect(seen.filter((line) => line.startsWith('led/21'))).toEqual([]);
    expect(pins.writes.filter(({ gpio }) => gpio === 21)).toEqual([]);
    isOurs$.next(true);
    await pass(100);
    expect(retained('led/21/status')).toBe('online');
  });

  test('never runs if it is closed first', async () => {
    const isOurs$ = new Subject<boolean>();
    const { run, seen } = createBench({ mayRun: () => firstValueFrom(isOurs$) });
    const running = await run('led/21');
    await running.close();
    isOurs$.next(true);
    await pass(100);
    expect(seen).toEqual([]);
  });
});
