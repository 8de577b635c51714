import { pino } from 'pino';
import { filter, firstValueFrom, map, timeout } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLinuxPins } from '../../devices/drivers.ts';
import {
  KINDS,
  type Pins,
  parseDeviceAddress,
  type RunningDevices,
  runDevices,
} from '../../devices/index.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus, type LocalBus } from '../../hub/core/local-bus.ts';
import { createMemorySysfs, type MemorySysfs } from './pins/linux/memory-sysfs.ts';
import { PI_5, pioChip } from './pins/linux/pi-trees.ts';

/** Generous: the test is about whether the LED follows, not when. */
const PATIENCE_MS = 10_000;

let files: MemorySysfs;
let pins: Pins;
let bus: LocalBus;
let devices: RunningDevices;

beforeEach(async () => {
  files = createMemorySysfs({ ...PI_5, chips: [pioChip(21, 'pwmchip0')] });
  pins = await createLinuxPins({ files, pollMs: 20 });
  const hub = new Hub({ now: Date.now });
  bus = createLocalBus(hub);
  devices = runDevices({
    devices: [parseDeviceAddress('led/21')],
    kinds: KINDS,
    pins,
    connect: () => createLocalBus(hub),
    log: pino({ level: 'silent' }),
  });
  await becomes('led/21/status', 'online');
});
afterEach(async () => {
  await devices.close();
  await pins.close();
});

function becomes(topic: string, wanted: string): Promise<unknown> {
  const text$ = bus.messages(topic).pipe(map(({ text }) => text));
  return firstValueFrom(
    text$.pipe(
      filter((text) => text === wanted),
      timeout(PATIENCE_MS),
    ),
  );
}

test('an LED at 3 Hz, whose period is not a whole number of ns, is written only once', async () => {
  await bus.publish('led/21/frequency', '3', { retain: true });
  await becomes('led/21/frequency/actual', '3');
  await bus.publish('led/21/duty', '25', { retain: true });
  await becomes('led/21/duty/actual', '25');
  files.writes.length = 0;
  for (const duty of ['75', '0']) {
    await bus.publish('led/21/duty', duty, { retain: true });
    await becomes('led/21/duty/actual', duty);
  }
  // 75 % of 11,111,111 steps of 30 ns.
  expect(files.writes.map(({ line }) => line)).toEqual(['duty_cycle 249999992', 'duty_cycle 0']);
});
