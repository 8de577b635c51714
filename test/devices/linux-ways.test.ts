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
import { createMemoryGpio } from './pins/chardev/memory-gpiochip.ts';
import { createMemorySysfs, type MemorySysfs } from './pins/linux/memory-sysfs.ts';
import { PI_5, pioChip } from './pins/linux/pi-trees.ts';
import { type StandInRgpiod, startStandInRgpiod } from './pins/rgpiod/stand-in-rgpiod.ts';

/** Generous: the tests are about whether something happens, not when. */
const PATIENCE_MS = 50_000;

let files: MemorySysfs;
let daemon: StandInRgpiod;
let hub: Hub;
let bus: LocalBus;
let pins: Pins;
let devices: RunningDevices;

beforeEach(async () => {
  daemon = await startStandInRgpiod();
  hub = new Hub({ now: Date.now });
  bus = createLocalBus(hub);
});
afterEach(async () => {
  await devices.close();
  await pins.close();
  await daemon.kill();
});

/** A Pi 5 with a PWM channel for GPIO 21. */
async function run(...topics: string[]): Promise<void> {
  files = createMemorySysfs({ ...PI_5, chips: [pioChip(21, 'pwmchip0')] });
  const loadCalls = () => createMemoryGpio();
  pins = await createLinuxPins({ files, loadCalls, rgpiod: daemon.address, retryMs: 5, maxRetryMs: 20 });
  devices = runDevices({
    devices: topics.map((topic) => parseDeviceAddress(topic)),
    kinds: KINDS,
    pins,
    connect: () => createLocalBus(hub),
    log: pino({ level: 'silent' }),
  });
}

function becomes(topic: string, wanted: string | RegExp): Promise<unknown> {
  return firstValueFrom(
    bus.messages(topic).pipe(
      map(({ text }) => text),
      filter((text) => (typeof wanted === 'string' ? text === wanted : wanted.test(text ?? ''))),
      timeout(PATIENCE_MS),
    ),
  );
}

test('an LED without a channel says which line it lacks, and lights once rgpiod runs', async () => {
  await daemon.kill();
  const refusal = becomes('led/17/error', /dtoverlay=pwm-pio,gpio=17.*or run rgpiod/);
  await run('led/17');
  await refusal;
  await becomes('led/17/status', 'offline');
  await bus.publish('led/17/duty', '40', { retain: true });
  await daemon.start();
  await becomes('led/17/status', 'online');
  await becomes('led/17/duty/actual', '40');
  expect(daemon.board.light(17)).toBe(40);
});

test('a button that rgpiod listens to is offline while that is away, and an LED of the kernel is not', async () => {
  await run('led/21', 'button/23');
  await becomes('button/23/status', 'online');
  await becomes('led/21/status', 'online');
  const reason = becomes('button/23/error', /driver\/unavailable/);
  await daemon.kill();
  await becomes('button/23/status', 'offline');
  await reason;
  await bus.publish('led/21/duty', '30', { retain: true });
  await becomes('led/21/duty/actual', '30');
  expect(files.state('pwmchip0/0').isEnabled).toBe(true);
  await becomes('led/21/status', 'online');
  await daemon.start();
  await becomes('button/23/status', 'online');
  daemon.board.wire(23, 0);
  await becomes('button/23/pressed/actual', 'true');
});
