import * as fc from 'fast-check';
import { filter, firstValueFrom, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createSysfsPins } from '../../../../devices/pins/linux/create-linux-pins.ts';
import { findPwmChannels } from '../../../../devices/pins/linux/pwm-channels.ts';
import type { SysfsSourceOptions } from '../../../../devices/pins/linux/sysfs-source.ts';
import type { Pins } from '../../../../devices/pins/pins.ts';
import { cells, createMemorySysfs, type MemorySysfs, type MemorySysfsOptions } from './memory-sysfs.ts';
import { BCM_CHIP, FAN_CHIP, PI_4, PI_5, pioChip, RP1_CHIP, timerChip } from './pi-trees.ts';

/** GPIO 18 and 19 by the chip's block, GPIO 21 by a timer. */
const OVERLAYS: MemorySysfsOptions = { ...PI_4, chips: [BCM_CHIP, timerChip(21, 'pwmchip1')] };

const CHANNEL = '/sys/class/pwm/pwmchip0/pwm0';

interface Opened {
  readonly files: MemorySysfs;
  readonly pins: Pins;
}

async function open(setting = OVERLAYS, options: SysfsSourceOptions = {}): Promise<Opened> {
  const files = createMemorySysfs(setting);
  return { files, pins: await createSysfsPins({ files, ...options }) };
}

/** Lets time pass, and asynchronous work happen after each tenth of a second. */
async function pass(scheduler: VirtualTimeScheduler, ms: number): Promise<void> {
  for (const end = scheduler.frame + ms; scheduler.frame < end; ) {
    scheduler.maxFrames = Math.min(scheduler.frame + 100, end);
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
    await new Promise(setImmediate);
  }
}

const lines = ({ writes }: MemorySysfs) => writes.map(({ line }) => line);

describe('the device tree', () => {
  test('of a Pi 4 shows two channels of the chip and one of a timer', async () => {
    expect((await findPwmChannels(createMemorySysfs(OVERLAYS))).channels).toMatchObject([
      { gpio: 18, kind: 'hardware', chip: '/sys/class/pwm/pwmchip0', number: 0, resolutionNs: 20 },
      { gpio: 19, kind: 'hardware', chip: '/sys/class/pwm/pwmchip0', number: 1, resolutionNs: 20 },
      { gpio: 21, kind: 'timer', chip: '/sys/class/pwm/pwmchip1', number: 0, resolutionNs: 1000 },
    ]);
  });

  test("of a Pi 5 shows them whatever the chips' numbers, and never that of the fan", async () => {
    const chips = [FAN_CHIP, RP1_CHIP, pioChip(21, 'pwmchip7')];
    expect((await findPwmChannels(createMemorySysfs({ ...PI_5, chips }))).channels).toMatchObject([
      { gpio: 18, kind: 'hardware', chip: '/sys/class/pwm/pwmchip2', number: 2 },
      { gpio: 19, kind: 'hardware', chip: '/sys/class/pwm/pwmchip2', number: 3 },
      { gpio: 21, kind: 'pio', chip: '/sys/class/pwm/pwmchip7', number: 0 },
    ]);
  });

  test('of a computer without any shows none', async () => {
    expect(await findPwmChannels(createMemorySysfs({ chips: [] }))).toEqual({ channels: [] });
  });
});

describe.each(['6.1', '6.12'] as const)('with the rules of kernel %s', (generation) => {
  const setting: MemorySysfsOptions = { ...OVERLAYS, generation };

  test('a claim writes nothing; then the period is first, and enable last', async () => {
    const { files, pins } = await open(setting);
    const pin = await pins.pwm(18, 'led/18');
    expect(files.writes).toEqual([]);
    expect(await pin.setDuty(25)).toEqual({ dutyPercent: 25, frequencyHz: 800, steps: 62_500 });
    expect(lines(files)).toEqual(['period 1250000', 'duty_cycle 312500', 'enable 1']);
  });

  test('a growing period is written before the duty, a shrinking one after it; off stays enabled', async () => {
    const { files, pins } = await open(setting);
    const pin = await pins.pwm(18, 'led/18');
    await pin.setDuty(50);
    files.writes.length = 0;
    await pin.setFrequency(100);
    await pin.setFrequency(1000);
    await pin.setDuty(50);
    await pin.setDuty(0);
    expect(lines(files)).toEqual([
      'period 10000000',
      'duty_cycle 5000000',
      'duty_cycle 500000',
      'period 1000000',
      'duty_cycle 0',
    ]);
    expect(files.state('pwmchip0/0')).toEqual({ periodNs: 1_000_000, dutyNs: 0, isEnabled: true });
  });

  test('no write is refused, no light goes dark on its way to another, and the last value stays', async () => {
    const change = fc.oneof(
      fc.record({ frequencyHz: fc.double({ min: 0, max: 1e7, noNaN: true }) }),
      fc.record({ frequencyHz: fc.constantFrom(0, 1, 50, 100, 440, 8000, 25_000) }),
      fc.record({ dutyPercent: fc.double({ min: 0, max: 100, noNaN: true }) }),
      fc.record({ dutyPercent: fc.constantFrom(0, 0.001, 50, 99.999, 100) }),
    );
    const changes = fc.array(change, { minLength: 1, maxLength: 12 });
    const law = fc.asyncProperty(fc.constantFrom(18, 21), changes, async (gpio, all) => {
      const { files, pins } = await open(setting);
      const pin = await pins.pwm(gpio, 'led');
      for (const each of all) {
        const before = await firstValueFrom(pin.state$);
        files.writes.length = 0;
        const after =
          'dutyPercent' in each
            ? await pin.setDuty(each.dutyPercent)
            : await pin.setFrequency(each.frequencyHz);
        expect(files.writes.length).toBeLessThanOrEqual(3);
        const isDark = files.writes.some(({ state }) => !state.isEnabled || state.dutyNs === 0);
        if (before.dutyPercent > 0 && after.dutyPercent > 0) expect(isDark).toBe(false);
        const { periodNs, dutyNs, isEnabled } = files.state(gpio === 18 ? 'pwmchip0/0' : 'pwmchip1/0');
        expect(Math.abs((100 * dutyNs) / periodNs - after.dutyPercent)).toBeLessThanOrEqual(50 / after.steps);
        expect(isEnabled).toBe(true);
      }
      expect(files.refusals).toEqual([]);
    });
    await fc.assert(law, { numRuns: 100 });
  });
});

describe('another program', () => {
  test('may have exported the channel: its light is taken over, and nothing is written', async () => {
    const { files, pins } = await open();
    await files.write('/sys/class/pwm/pwmchip0/export', '0');
    await files.write(`${CHANNEL}/period`, '1000000');
    await files.write(`${CHANNEL}/duty_cycle`, '250000');
    await files.write(`${CHANNEL}/enable`, '1');
    files.writes.length = 0;
    const pin = await pins.pwm(18, 'led/18');
    expect(await firstValueFrom(pin.state$)).toEqual({ dutyPercent: 25, frequencyHz: 1000, steps: 50_000 });
    expect(files.writes).toEqual([]);
  });

  test('that disables the channel is seen, and the next value enables it', async () => {
    const { files, pins } = await open(OVERLAYS, { pollMs: 5 });
    const pin = await pins.pwm(18, 'led/18');
    await pin.setDuty(50);
    const dark = firstValueFrom(pin.state$.pipe(filter(({ dutyPercent }) => dutyPercent === 0)));
    await files.write(`${CHANNEL}/enable`, '0');
    expect(await dark).toMatchObject({ dutyPercent: 0, frequencyHz: 800 });
    await pin.setDuty(50);
    expect(files.state('pwmchip0/0').isEnabled).toBe(true);
  });

  test('that shortens the period between our reading and our writing costs one more attempt', async () => {
    const { files, pins } = await open();
    const pin = await pins.pwm(18, 'led/18');
    await pin.setFrequency(100);
    files.beforeNextWrite(() => files.write(`${CHANNEL}/period`, '1000000'));
    await pin.setDuty(90);
    expect(files.refusals).toEqual(['duty_cycle 9000000: Error: EINVAL']);
    expect(files.state('pwmchip0/0')).toEqual({ periodNs: 10_000_000, dutyNs: 9_000_000, isEnabled: true });
  });
});

describe('a pin', () => {
  test('keeps its light, exported, with no file open, after its release and that of the driver', async () => {
    const { files, pins } = await open();
    const pin = await pins.pwm(18, 'led/18');
    await pin.setDuty(30);
    await pin.release();
    await pins.close();
    expect(files.exported).toEqual(['pwmchip0/0']);
    expect(files.state('pwmchip0/0')).toMatchObject({ dutyNs: 375_000, isEnabled: true });
    expect(files.openFiles).toBe(0);
  });

  test.each([3, 440, 999.9])('at %d Hz says so, although its period is a whole number of ns', async (hz) => {
    const { pins } = await open();
    const pin = await pins.pwm(18, 'led/18');
    expect((await pin.setFrequency(hz)).frequencyHz).toBe(hz);
    expect((await pin.setDuty(10)).frequencyHz).toBe(hz);
  });

  test.each([
    ['a Pi 4', PI_4, 20, /this Raspberry Pi 4 Model B Rev 1.4; add the line dtoverlay=pwm-gpio,gpio=20 to /],
    ['a Pi 4', PI_4, 18, /add the line dtoverlay=pwm-2chan to \/boot\/firmware\/config.txt and reboot/],
    ['a Pi 4', PI_4, 13, /add the line dtoverlay=pwm-2chan,pin=12,func=4,pin2=13,func2=4 to /],
    ['a Pi 5', PI_5, 21, /add the line dtoverlay=pwm-pio,gpio=21 to /],
  ])('of %s without a channel says which line to add', async (_, tree, gpio, message) => {
    const { pins } = await open({ ...tree, chips: [] });
    const refusal = { code: 'pin/unsupported', message: expect.stringMatching(message) };
    await expect(pins.pwm(gpio, 'led')).rejects.toMatchObject(refusal);
    await expect(pins.pwm(gpio, 'led')).rejects.toMatchObject(refusal);
  });

  test('without a channel names the older path of config.txt on systems that have that', async () => {
    const files = createMemorySysfs({ ...PI_4, chips: [] });
    const read: MemorySysfs['read'] = async (path) =>
      path === '/boot/config.txt' ? new Uint8Array() : files.read(path);
    const pins = await createSysfsPins({ files: { ...files, read } });
    await expect(pins.pwm(20, 'led')).rejects.toThrow(
      'dtoverlay=pwm-gpio,gpio=20 to /boot/config.txt and reboot',
    );
  });

  test.each(['/sys/class/pwm', '/sys/class/pwm/pwmchip0'])(
    'whose channel may be hidden from this user says so, and not that it has none: %s',
    async (folder) => {
      const files = createMemorySysfs(OVERLAYS);
      const denied = async () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
      };
      const read: MemorySysfs['read'] = (path) =>
        path.startsWith(`${folder}/`) ? denied() : files.read(path);
      const list: MemorySysfs['list'] = (path) => (path === folder ? denied() : files.list(path));
      const pins = await createSysfsPins({ files: { ...files, read, list } });
      const message = expect.stringMatching(`may not read ${folder}; "sudo usermod -aG gpio`);
      await expect(pins.pwm(18, 'led')).rejects.toMatchObject({ code: 'pin/unsupported', message });
    },
  );

  test('as an input says which driver has some, and stays free', async () => {
    const { pins } = await open({ ...PI_5, chips: [timerChip(23, 'pwmchip0')] });
    const message = 'GPIO 23 cannot be an input: PWM by sysfs has no inputs; use the driver linux';
    const refusal = { code: 'pin/unsupported', message };
    await expect(pins.input(23, 'button/23')).rejects.toMatchObject(refusal);
    expect((await pins.pwm(23, 'led/23')).gpio).toBe(23);
  });

  test('whose channel another GPIO uses is in use', async () => {
    const tree = {
      ...PI_4.tree,
      'soc/gpio@7e200000/pwm_pins/brcm,pins': new Uint8Array([0, 0, 0, 12, 0, 0, 0, 18]),
    };
    const { pins } = await open({ tree, chips: [BCM_CHIP] });
    await pins.pwm(12, 'led/12');
    await expect(pins.pwm(18, 'led/18')).rejects.toThrow('shares its PWM channel with GPIO 12');
  });
});

describe('a channel', () => {
  test('that udev has not handed over yet is waited for', async () => {
    const { pins } = await open({ ...OVERLAYS, deniedOpens: 2 });
    const pin = await pins.pwm(18, 'led/18');
    expect(await pin.setDuty(10)).toMatchObject({ dutyPercent: 10 });
  });

  test('that udev never hands over is refused after ten seconds, naming the group', async () => {
    const scheduler = new VirtualTimeScheduler();
    const { pins } = await open({ ...OVERLAYS, deniedOpens: Number.POSITIVE_INFINITY }, { scheduler });
    let outcome: unknown;
    pins.pwm(18, 'led/18').catch((error) => {
      outcome = error;
    });
    while (outcome === undefined) {
      await new Promise(setImmediate);
      scheduler.flush();
    }
    expect(scheduler.now()).toBe(10_000);
    const message = expect.stringContaining('usermod -aG gpio');
    expect(outcome).toMatchObject({ code: 'driver/unavailable', message });
  });

  test.each([
    ['EACCES', 'driver/unavailable', /may not write .*usermod -aG gpio/],
    ['EROFS', 'driver/unavailable', /read-only/],
    ['ENODEV', 'driver/failed', /ENODEV/],
  ])('whose export fails with %s is refused with the reason', async (exportError, code, message) => {
    const { pins } = await open({ ...OVERLAYS, exportError });
    const refusal = { code, message: expect.stringMatching(message) };
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject(refusal);
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject(refusal);
  });

  test('that cannot be opened whole keeps no file open, and may be asked for again', async () => {
    const files = createMemorySysfs(OVERLAYS);
    let isBroken = true;
    const open: MemorySysfs['open'] = async (path) => {
      if (isBroken && path.endsWith('/enable')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return files.open(path);
    };
    const pins = await createSysfsPins({ files: { ...files, open } });
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject({ code: 'driver/unavailable' });
    expect(files.openFiles).toBe(0);
    isBroken = false;
    expect(await (await pins.pwm(18, 'led/18')).setDuty(10)).toMatchObject({ dutyPercent: 10 });
  });

  test('that the kernel has is in use', async () => {
    const { pins } = await open({ ...PI_4, chips: [{ ...BCM_CHIP, taken: [0] }] });
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject({ code: 'pin/in-use' });
  });

  test('leaves no file open if one of its files cannot be opened', async () => {
    const { files, pins } = await open({ ...OVERLAYS, openErrors: { enable: 'EIO' } });
    const message = 'cannot open /sys/class/pwm/pwmchip0/pwm0/enable: EIO';
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject({ code: 'driver/unavailable', message });
    expect(files.openFiles).toBe(0);
  });

  test.each(['banana', '-5', 'NaN', '1e9000'])(
    'whose period is %j is refused, and stays free',
    async (text) => {
      const { files, pins } = await open();
      files.corrupt('period', { text });
      const refusal = { code: 'driver/failed', message: expect.stringContaining(`"${text}"`) };
      await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject(refusal);
      files.corrupt('period', {});
      expect(await (await pins.pwm(18, 'led/18')).setDuty(10)).toMatchObject({ dutyPercent: 10 });
    },
  );

  test('that cannot be read is refused with the reason', async () => {
    const { files, pins } = await open();
    files.corrupt('duty_cycle', { errno: 'EIO' });
    const message = 'the kernel refused PWM on GPIO 18: EIO';
    await expect(pins.pwm(18, 'led/18')).rejects.toMatchObject({ code: 'driver/failed', message });
  });

  test('that another program unexports is exported again with the next change, as it was', async () => {
    const { files, pins } = await open();
    const pin = await pins.pwm(18, 'led/18');
    await pin.setFrequency(100);
    await pin.setDuty(30);
    files.remove('pwmchip0/0');
    expect(await pin.setFrequency(200)).toMatchObject({ dutyPercent: 30, frequencyHz: 200 });
    files.remove('pwmchip0/0');
    expect(await pin.setDuty(40)).toMatchObject({ dutyPercent: 40, frequencyHz: 200 });
    expect(files.state('pwmchip0/0')).toEqual({ periodNs: 5_000_000, dutyNs: 2_000_000, isEnabled: true });
    expect(files.openFiles).toBe(3);
    files.remove('pwmchip0/0');
    await pin.release();
    expect(await (await pins.pwm(18, 'led/18')).setDuty(50)).toMatchObject({ dutyPercent: 50 });
    await pins.close();
    expect(files.openFiles).toBe(0);
  });

  test('whose overlay is gone says so with each change, until it is back', async () => {
    let exportError: string | undefined;
    const { files, pins } = await open({ ...OVERLAYS, exportFault: () => exportError });
    const pin = await pins.pwm(18, 'led/18');
    await pin.setDuty(30);
    exportError = 'ENOENT';
    files.remove('pwmchip0/0');
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(pin.setDuty(40)).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') });
    exportError = undefined;
    expect(await pin.setDuty(50)).toMatchObject({ dutyPercent: 50 });
    expect(files.openFiles).toBe(3);
  });

  test('whose overlay returns under another number is found there with the next change, as it was', async () => {
    const { files, pins } = await open();
    const pin = await pins.pwm(21, 'led/21');
    await pin.setFrequency(100);
    await pin.setDuty(30);
    files.unplug('pwmchip1');
    const message = 'GPIO 21 no longer has a PWM channel; its overlay was removed';
    await expect(pin.setDuty(40)).rejects.toMatchObject({ code: 'driver/unavailable', message });
    files.plug(timerChip(21, 'pwmchip5'));
    expect(await pin.setFrequency(200)).toMatchObject({ dutyPercent: 30, frequencyHz: 200 });
    expect(files.state('pwmchip5/0')).toEqual({ periodNs: 5_000_000, dutyNs: 1_500_000, isEnabled: true });
    await pins.close();
    expect(files.openFiles).toBe(0);
  });

  test('whose overlay returns under another number lights again by itself, if its pin is observed', async () => {
    const scheduler = new VirtualTimeScheduler();
    const { files, pins } = await open(OVERLAYS, { pollMs: 250, scheduler });
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(30);
    const health: string[] = [];
    pins.healthOf?.(21).subscribe(({ status }) => health.push(status));
    pin.state$.subscribe();
    files.unplug('pwmchip1');
    await pass(scheduler, 250);
    expect(health).toEqual(['online', 'offline']);
    files.plug(timerChip(21, 'pwmchip5'));
    await pass(scheduler, 2500);
    expect(files.state('pwmchip5/0')).toMatchObject({ dutyNs: 375_000, isEnabled: true });
    expect(health).toEqual(['online', 'offline', 'online']);
  });

  test('that is added while the driver runs is found when its pin is asked for', async () => {
    const { files, pins } = await open();
    await expect(pins.pwm(20, 'led/20')).rejects.toMatchObject({ code: 'pin/unsupported' });
    files.plug(timerChip(20, 'pwmchip5'));
    expect(await (await pins.pwm(20, 'led/20')).setDuty(10)).toMatchObject({ dutyPercent: 10 });
  });

  test('that is added after its pin was requested is reported by the health of that pin', async () => {
    const scheduler = new VirtualTimeScheduler();
    const { files, pins } = await open(OVERLAYS, { scheduler });
    await expect(pins.pwm(20, 'led/20')).rejects.toMatchObject({ code: 'pin/unsupported' });
    const health: string[] = [];
    pins.healthOf?.(20).subscribe(({ status }) => health.push(status));
    await pass(scheduler, 2500);
    files.plug(timerChip(20, 'pwmchip5'));
    await pass(scheduler, 2500);
    expect(health).toEqual(['offline', 'online']);
    expect(await (await pins.pwm(20, 'led/20')).setDuty(10)).toMatchObject({ dutyPercent: 10 });
  });

  test('whose clock has no rate in the device tree has the usual one', async () => {
    const chip = { ...BCM_CHIP, node: { ...BCM_CHIP.node, 'assigned-clock-rates': cells(0) } };
    const { pins } = await open({ ...PI_4, chips: [chip] });
    expect(await (await pins.pwm(18, 'led/18')).setDuty(25)).toEqual({
      dutyPercent: 25,
      frequencyHz: 800,
      steps: 12_500,
    });
  });
});
