import { EMPTY, map, merge, NEVER, of, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type DeviceKind, KINDS, parseDeviceAddress, runDevices, yesOrNo } from '../../devices/index.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus } from '../../hub/core/local-bus.ts';
import { pass } from './bench.ts';
import { createMemoryPins, type MemoryPins } from './memory-pins.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function fail(): never {
  throw new TypeError('oops');
}

/** Runs a device of a faulty kind beside an LED. */
async function runBeside(kind: DeviceKind, pins: MemoryPins = createMemoryPins()) {
  const hub = new Hub({ now: Date.now });
  const user = createLocalBus(hub);
  const seen: string[] = [];
  const logged: string[] = [];
  user.messages('#').subscribe(({ topic, text }) => seen.push(`${topic} ${text}`));
  const log = (_: object, message: string) => logged.push(message);
  const running = runDevices({
    devices: ['faulty/1', 'led/21'].map(parseDeviceAddress),
    kinds: [...KINDS, kind],
    pins,
    connect: () => createLocalBus(hub),
    log: { info: log, warn: log },
  });
  await pass(100);
  const retained = (topic: string) => [...hub.retained.match(topic)][0]?.text;
  return { user, seen, logged, running, retained };
}

const open = { info$: of({}), run$: NEVER };

describe('is reported, and leaves the other devices alone:', () => {
  test.each<[string, DeviceKind['open']]>([
    ['open that throws at once', fail],
    ['open that rejects', () => Promise.reject(new TypeError('oops'))],
    ['run$ that throws', async () => ({ ...open, run$: throwError(() => new TypeError('oops')) })],
    ['run$ that throws in an operator', async () => ({ ...open, run$: of(1).pipe(map(fail)) })],
    ['info$ that throws', async () => ({ ...open, info$: of(1).pipe(map(fail)) })],
  ])('%s', async (_title, faulty) => {
    const { seen, logged, retained } = await runBeside({ kind: 'faulty', open: faulty });
    expect(seen).toContain('faulty/1/error {"code":"internal","message":"oops"}');
    expect(logged).toContain('faulty/1: oops');
    expect(retained('faulty/1/status')).toBe('offline');
    expect(retained('led/21/duty/actual')).toBe('50');
  });

  test('open that returns nothing', async () => {
    const { seen, retained } = await runBeside({ kind: 'faulty', open: async () => Object(undefined) });
    expect(seen.some((line) => line.startsWith('faulty/1/error'))).toBe(true);
    expect(retained('led/21/status')).toBe('online');
  });

  test('health$ of a driver that errs', async () => {
    const pins = createMemoryPins();
    const { logged, running } = await runBeside({ kind: 'faulty', open: async () => open }, pins);
    pins.health$.error(new TypeError('oops'));
    await pass(100);
    expect(logged).toContain('memory: oops');
    const closed = running.close();
    await pass(2000);
    await closed;
  });
});

test.each(['parse', 'limit'] as const)(
  '%s that throws refuses the payload, and the device runs on',
  async (method) => {
    const kind: DeviceKind = {
      kind: 'faulty',
      async open(device) {
        const on = device.property({ name: 'on', initial: false, ...yesOrNo, [method]: fail });
        return { info$: of({}), run$: merge(on.show(on.desired$)) };
      },
    };
    const { user, seen, retained } = await runBeside(kind);
    await user.publish('faulty/1/on', 'true');
    await pass(100);
    expect(seen.find((line) => line.startsWith('faulty/1/error'))).toContain('payload/invalid');
    expect(retained('faulty/1/status')).toBe('online');
  },
);

test('what throws while it is closed keeps no other device from closing', async () => {
  const kind: DeviceKind = {
    kind: 'faulty',
    async open(device) {
      device.property({ name: 'on', initial: false, ...yesOrNo, format: fail });
      return { info$: of({}), run$: EMPTY };
    },
  };
  const { running, retained } = await runBeside(kind);
  const closed = running.close();
  await pass(2000);
  await closed;
  expect(retained('led/21/status')).toBe('offline');
});
