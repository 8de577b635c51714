import { createRequire } from 'node:module';
import { filter, firstValueFrom, NEVER, VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadDeviceCalls } from '../../../../devices/pins/chardev/device-calls.ts';
import { createLinuxPins, type LinuxOptions } from '../../../../devices/pins/linux/create-linux-pins.ts';
import type { Pins, PinsHealth } from '../../../../devices/pins/pins.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { createMemoryGpio } from '../chardev/memory-gpiochip.ts';
import { type StandInRgpiod, startStandInRgpiod } from '../rgpiod/stand-in-rgpiod.ts';
import { createMemorySysfs } from './memory-sysfs.ts';
import { PI_5, pioChip } from './pi-trees.ts';

let pins: Pins | undefined;
let daemon: StandInRgpiod | undefined;

afterEach(async () => {
  await pins?.close();
  await daemon?.kill();
  pins = daemon = undefined;
});

/** A Pi 5 with a channel for GPIO 18. */
async function open(options: LinuxOptions = {}) {
  const files = createMemorySysfs({ ...PI_5, chips: [pioChip(18, 'pwmchip0')] });
  const gpio = createMemoryGpio();
  pins = await createLinuxPins({ files, loadCalls: () => gpio, retryMs: 5, maxRetryMs: 20, ...options });
  return { files, gpio, pins };
}

async function openWithRgpiod() {
  daemon = await startStandInRgpiod();
  return { daemon, ...(await open({ rgpiod: daemon.address })) };
}

/** Whether the package koffi is there: the project does not install it, but the user may have. */
function isKoffiInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('koffi');
    return true;
  } catch {
    return false;
  }
}

test.each(['EACCES', 'EIO'])(
  'a device tree that cannot be read is reported as unreadable, and not as a missing Pi: %s',
  async (code) => {
    const fail = async () => {
      throw Object.assign(new Error(code), { code });
    };
    const files = { ...createMemorySysfs({ chips: [] }), read: fail, list: fail };
    await expect(createLinuxPins({ files })).rejects.toMatchObject({
      code: 'driver/unavailable',
      message: `/sys/firmware/devicetree/base/model cannot be read: ${code}`,
    });
  },
);

describe('with rgpiod', () => {
  test('a pin with a channel has the PWM of the kernel, the others that of rgpiod', async () => {
    const { files, daemon, gpio, pins } = await openWithRgpiod();
    await (await pins.pwm(18, 'led/18')).setDuty(50);
    await (await pins.pwm(21, 'led/21')).setDuty(40);
    await (await pins.output(17, 'relay/17')).write(1);
    expect(files.state('pwmchip0/0')).toMatchObject({ isEnabled: true });
    expect([18, 21, 17].map((each) => daemon.board.light(each))).toEqual([0, 40, 100]);
    expect(gpio.openFiles).toBe(0);
  });

  test('inputs are those of rgpiod, and need no koffi', async () => {
    const { daemon, gpio, pins } = await openWithRgpiod();
    daemon.board.wire(23, 1);
    const pin = await pins.input(23, 'button/23');
    expect(await firstValueFrom(pin.edges$)).toMatchObject({ level: 1 });
    expect(gpio.openFiles).toBe(0);
  });

  test('its loss takes those pins away that it drives, and no others', async () => {
    const { files, daemon, pins } = await openWithRgpiod();
    const health: PinsHealth['status'][] = [];
    pins.health$.subscribe(({ status }) => health.push(status));
    const byKernel = await pins.pwm(18, 'led/18');
    const byRgpiod = await pins.pwm(21, 'led/21');
    await daemon.kill();
    const isRefused = () =>
      byRgpiod.setDuty(50).then(
        () => false,
        (error) => error.code === 'driver/unavailable',
      );
    await vi.waitUntil(isRefused, { timeout: 30_000 });
    await byKernel.setDuty(50);
    expect(files.state('pwmchip0/0').isEnabled).toBe(true);
    expect(health).toEqual(['online']);
    await byKernel.release();
    expect(health).toEqual(['online', 'offline']);
    await daemon.start();
    await vi.waitUntil(() => health.length === 3, { timeout: 30_000 });
    expect(daemon.board.light(21)).toBe(50);
  });
});

describe('without rgpiod', () => {
  test('a pin without a channel can be an output and an input, but has no PWM: the error says which line to add', async () => {
    const { gpio, pins } = await open({ rgpiod: { hosts: ['127.0.0.1'], port: 1, timeoutMs: 500 } });
    await (await pins.output(17, 'relay/17')).write(1);
    await pins.input(23, 'button/23', { pull: 'up' });
    expect([17, 23].map(gpio.describe)).toEqual(['output 1', 'input pull-up']);
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject({
      code: 'pin/unsupported',
      message:
        'GPIO 21 has no PWM channel on this Raspberry Pi 5 Model B Rev 1.0; add the line dtoverlay=pwm-pio,gpio=21 ' +
        'to /boot/firmware/config.txt and reboot, or run rgpiod, for PWM by software',
    });
  });

  test('it is asked for once, and then only if a pin has no other way: from then on until it answers', async () => {
    daemon = await startStandInRgpiod();
    await daemon.kill();
    const scheduler = new VirtualTimeScheduler();
    const { pins } = await open({ rgpiod: daemon.address, scheduler });
    await pins.output(17, 'relay/17');
    expect(scheduler.actions).toEqual([]);
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject({ code: 'pin/unsupported' });
    expect(scheduler.actions.length).toBe(1);
    await daemon.start();
    expect(await firstValueFrom(pins.healthOf?.(21) ?? NEVER)).toMatchObject({ status: 'offline' });
    const isBack = firstValueFrom(
      (pins.healthOf?.(21) ?? NEVER).pipe(filter(({ status }) => status === 'online')),
    );
    scheduler.flush();
    await isBack;
    await (await pins.pwm(21, 'led/21')).setDuty(40);
    expect(daemon.board.light(21)).toBe(40);
  });

  test('the search for it takes no other pin away', async () => {
    const { pins } = await open({ rgpiod: { hosts: ['127.0.0.1'], port: 1, timeoutMs: 500 } });
    const health: PinsHealth['status'][] = [];
    pins.healthOf?.(18).subscribe(({ status }) => health.push(status));
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject({ code: 'pin/unsupported' });
    expect(await firstValueFrom(pins.healthOf?.(21) ?? NEVER)).toMatchObject({ status: 'offline' });
    await (await pins.pwm(18, 'led/18')).release();
    expect(health).toEqual(['online']);
  });

  test('an input without koffi has it looked for, too', async () => {
    daemon = await startStandInRgpiod();
    await daemon.kill();
    const loadCalls = () => {
      throw new HubError('driver/unavailable', 'npm koffi is not installed');
    };
    const { pins } = await open({ rgpiod: daemon.address, loadCalls });
    await daemon.start();
    expect((await pins.input(23, 'button/23')).gpio).toBe(23);
  });

  test('and without koffi an input says how to get it, and outputs of the kernel work', async () => {
    const { pins } = await open({
      loadCalls: () => {
        throw new HubError('driver/unavailable', 'npm koffi is not installed');
      },
    });
    await expect(pins.input(23, 'button/23')).rejects.toMatchObject({ code: 'driver/unavailable' });
    expect((await pins.pwm(18, 'led/18')).gpio).toBe(18);
    expect((await pins.output(18, 'led/18').catch((error) => error)).code).toBe('pin/in-use');
  });

  test.skipIf(isKoffiInstalled())(
    'koffi is missed only when it is needed, with the command that brings it',
    () => {
      expect(() => loadDeviceCalls()).toThrow(/npm koffi, which is not installed; "npm install koffi"/);
    },
  );
});
