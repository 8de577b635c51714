import { map, merge } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type DeviceKind,
  drive,
  KINDS,
  parseDeviceAddress,
  parseGpio,
  runDevices,
  yesOrNo,
} from '../../devices/index.ts';
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

test.each(['54', 'x', '-1'])(
  'an id that is not a GPIO number is refused with what the header has: %s',
  (id) => {
    expect(() => parseGpio(id)).toThrow(
      `"${id}" is not a GPIO number; it must be one of the header's, 2–27, as in "led/21"`,
    );
  },
);

/** Everything that a new kind needs: what its topics mean for its pins. */
const relay: DeviceKind = {
  kind: 'relay',
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.pwm(gpio);
    const on = device.property({ name: 'on', initial: false, ...yesOrNo });
    const wish$ = on.desired$.pipe(map((isOn) => ({ dutyPercent: isOn ? 100 : 0, frequencyHz: 50 })));
    return {
      info$: pin.state$.pipe(map(() => ({ gpio }))),
      run$: merge(
        drive(pin, wish$, device),
        on.show(pin.state$.pipe(map(({ dutyPercent }) => dutyPercent > 50))),
      ),
    };
  },
};

test('a kind from outside has everything that the built-in kinds have: healing, actual state, status', async () => {
  const hub = new Hub({ now: Date.now });
  const pins = createMemoryPins();
  runDevices({
    devices: [parseDeviceAddress('relay/17')],
    kinds: [...KINDS, relay],
    pins,
    connect: () => createLocalBus(hub),
    log: { info: () => {}, warn: () => {} },
  });
  await pass(100);
  const user = createLocalBus(hub);
  await user.publish('relay/17/on', 'ON');
  await pass(500);
  await user.publish('relay/17/on', 'perhaps', { retain: true });
  await pass(500);
  const retained = Object.fromEntries([...hub.retained.match('#')].map(({ topic, text }) => [topic, text]));
  expect(retained).toMatchObject({
    'relay/17/on': 'true',
    'relay/17/on/actual': 'true',
    'relay/17/status': 'online',
  });
  expect(pins.state(17).value.dutyPercent).toBe(100);
});
