import { afterEach, describe, expect, test } from 'vitest';
import {
  builtInDrivers,
  type Choice,
  choosePins,
  type Driver,
  type PinSources,
} from '../../../devices/pins/choice.ts';
import { createPigpioPins } from '../../../devices/pins/library/library-pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createMemoryPins } from '../memory-pins.ts';
import { createMemoryGpio } from './chardev/memory-gpiochip.ts';
import { createBoardLibrary } from './library/board-library.ts';
import { createMemorySysfs } from './linux/memory-sysfs.ts';
import { PI_5, pioChip, RP1_CHIP } from './linux/pi-trees.ts';
import { type ScriptedDaemon, startScriptedDaemon } from './pigpiod/scripted-daemon.ts';
import { type StandInRgpiod, startStandInRgpiod } from './rgpiod/stand-in-rgpiod.ts';

let daemon: ScriptedDaemon | undefined;
let standIn: StandInRgpiod | undefined;
let choice: Choice | undefined;

afterEach(async () => {
  await choice?.pins.close();
  await daemon?.kill();
  await standIn?.kill();
  choice = daemon = standIn = undefined;
});

const laptop: PinSources = {
  virtual: () => createMemoryPins(),
  // Nothing listens on port 1, which is reserved.
  pigpiod: { hosts: ['127.0.0.1'], port: 1, timeoutMs: 500 },
  rgpiod: { hosts: ['127.0.0.1'], port: 1, timeoutMs: 500 },
  pigpio: async () => {
    throw new HubError('driver/unavailable', 'npm pigpio has no binding here');
  },
  linux: { files: createMemorySysfs({ chips: [] }) },
  // On a busy machine a stand-in may be slow to answer.
  probeTimeoutMs: 20_000,
};

const mine: Driver = { name: 'mine', open: async () => createMemoryPins() };

const library = () => createPigpioPins({ load: async () => createBoardLibrary(new Board()) });

describe('auto', () => {
  test('takes a pigpiod that answers', async () => {
    daemon = await startScriptedDaemon();
    choice = await choosePins(
      'auto',
      builtInDrivers({ ...laptop, pigpio: library, pigpiod: daemon.address }),
    );
    expect(choice.pins.driver).toBe('pigpiod');
    expect(choice.reasons).toEqual([`a pigpiod answers at 127.0.0.1:${daemon.address.port}.`]);
  });

  test('else npm pigpio, if it initializes', async () => {
    choice = await choosePins('auto', builtInDrivers({ ...laptop, pigpio: library }));
    expect(choice.pins.driver).toBe('pigpio');
    expect(choice.reasons).toEqual([
      'no pigpiod answers at 127.0.0.1:1; "sudo pigpiod" starts one on a Pi up to 4.',
      'pigpio has opened its pins.',
    ]);
  });

  test('else the kernel, if it gives any pin PWM, and says what each pin has', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [RP1_CHIP, pioChip(21, 'pwmchip3')] });
    const gpio = createMemoryGpio();
    choice = await choosePins('auto', builtInDrivers({ ...laptop, linux: { files, loadCalls: () => gpio } }));
    expect(choice.pins.driver).toBe('linux');
    expect(choice.reasons.at(-1)).toBe(
      'Raspberry Pi 5 Model B Rev 1.0: PWM by the kernel on GPIO 18–19 (hardware); ' +
        "by the kernel on GPIO 21 (the RP1's PIO); none on GPIO 2–17, 20, 22–27 " +
        '(no rgpiod answers at 127.0.0.1:1; on Raspberry Pi OS "sudo apt install rgpiod" installs it). ' +
        'Inputs by the GPIO character device.',
    );
    expect(gpio.openFiles).toBe(0);
  });

  test('else an rgpiod of this machine, also if the kernel has no PWM', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [] });
    standIn = await startStandInRgpiod();
    const { port } = standIn.address;
    const rgpiod = { ...standIn.address, hosts: ['198.51.100.1'] };
    choice = await choosePins('auto', builtInDrivers({ ...laptop, rgpiod, linux: { files } }));
    expect(choice.reasons.at(-1)).toBe(
      `Raspberry Pi 5 Model B Rev 1.0: PWM by rgpiod at 127.0.0.1:${port} on GPIO 2–27. ` +
        `Inputs by rgpiod at 127.0.0.1:${port}.`,
    );
    expect((await choice.pins.pwm(21, 'led/21')).gpio).toBe(21);
  });

  test('says why there are no inputs', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [pioChip(21, 'pwmchip3')] });
    const loadCalls = () => {
      throw new HubError('driver/unavailable', 'npm koffi is not installed');
    };
    choice = await choosePins('auto', builtInDrivers({ ...laptop, linux: { files, loadCalls } }));
    expect(choice.reasons.at(-1)).toMatch(/No inputs: npm koffi is not installed\.$/);
  });

  test('says which line a Pi lacks, and takes a virtual one', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [] });
    choice = await choosePins('auto', builtInDrivers({ ...laptop, linux: { files } }));
    expect(choice.pins.driver).toBe('memory');
    expect(choice.reasons).toContainEqual(
      expect.stringContaining('add the line dtoverlay=pwm-pio,gpio=21 to'),
    );
  });

  test('else a virtual Pi, and says why none of the others', async () => {
    choice = await choosePins('auto', builtInDrivers(laptop));
    expect(choice.pins.driver).toBe('memory');
    expect(choice.reasons).toEqual([
      'no pigpiod answers at 127.0.0.1:1; "sudo pigpiod" starts one on a Pi up to 4.',
      'npm pigpio has no binding here.',
      'this computer is not a Raspberry Pi.',
      'So the pins are those of a virtual Pi.',
    ]);
  });

  test('does not accept a program that answers but is not pigpiod', async () => {
    daemon = await startScriptedDaemon(() => 0);
    choice = await choosePins('auto', builtInDrivers({ ...laptop, pigpiod: daemon.address }));
    expect(choice.pins.driver).toBe('memory');
  });
});

describe('asked for by name', () => {
  test('a pigpiod that does not answer yet is waited for', async () => {
    choice = await choosePins('pigpiod', builtInDrivers(laptop));
    expect(choice.pins.driver).toBe('pigpiod');
  });

  test('npm pigpio that does not initialize is an error', async () => {
    await expect(choosePins('pigpio', builtInDrivers(laptop))).rejects.toMatchObject({
      code: 'driver/unavailable',
    });
  });

  test('the kernel of a computer that is not a Pi is an error', async () => {
    await expect(choosePins('linux', builtInDrivers(laptop))).rejects.toThrow(
      'this computer is not a Raspberry Pi',
    );
  });

  test('sysfs has only the PWM of the kernel', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [pioChip(21, 'pwmchip3')] });
    choice = await choosePins('sysfs', builtInDrivers({ ...laptop, linux: { files } }));
    expect(choice.pins.driver).toBe('sysfs');
    await expect(choice.pins.input(23, 'button/23')).rejects.toMatchObject({ code: 'pin/unsupported' });
  });

  test('an rgpiod that does not answer yet is waited for, wherever it is', async () => {
    choice = await choosePins('rgpiod', builtInDrivers(laptop));
    expect(choice.pins.driver).toBe('rgpiod');
    await expect(choice.pins.pwm(21, 'led/21')).rejects.toMatchObject({ code: 'driver/unavailable' });
  });

  test('a driver that does not exist is an error that names those that do', async () => {
    await expect(choosePins('gpiod', [mine, ...builtInDrivers(laptop)])).rejects.toThrow(
      'there is no driver "gpiod"; there are auto, mine, pigpiod, pigpio, linux, sysfs, rgpiod, virtual',
    );
  });
});

describe("a plug-in's driver", () => {
  test('is taken by its name', async () => {
    choice = await choosePins('mine', [mine, ...builtInDrivers(laptop)]);
    expect(choice.reasons).toEqual(['the driver "mine" was asked for.']);
  });

  test('is asked by auto in its turn, and its answer is reported', async () => {
    const absent: Driver = {
      ...mine,
      name: 'absent',
      probe: () => Promise.reject(new Error('no such chip')),
    };
    const found: Driver = { ...mine, probe: async () => 'a chip answers at 0x20.' };
    choice = await choosePins('auto', [absent, found, ...builtInDrivers(laptop)]);
    expect(choice.reasons).toEqual(['no such chip.', 'a chip answers at 0x20.']);
  });

  test('that throws at once is passed over by auto, and an error that names it if it was asked for', async () => {
    const broken: Driver = {
      name: 'broken',
      open() {
        throw new TypeError('x is not a function');
      },
    };
    choice = await choosePins('auto', [broken, mine]);
    expect(choice.reasons[0]).toBe('the driver "broken" failed: x is not a function.');
    await expect(choosePins('broken', [broken])).rejects.toMatchObject({
      code: 'driver/failed',
      message: 'the driver "broken" failed: x is not a function',
    });
  });
});
