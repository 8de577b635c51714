import { firstValueFrom } from 'rxjs';
import * as vitest from 'vitest';
import { createPigpiodPins } from '../../../devices/drivers.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { Mirror } from '../../../simulator/mirror/mirror.ts';
import { createMirrorPins } from '../../../simulator/mirror/mirror-pins.ts';
import { createPigpiodServer } from '../../../simulator/pigpiod/server.ts';
import { pinsContract } from '../../contracts/pins.ts';

const { describe, expect, it } = vitest;

/** A driver with its own board, and the board that mirrors it. */
function createBench() {
  const real = new Board();
  const driver = createVirtualPins(real);
  const board = new Board();
  const mirror = new Mirror({ board, pins: driver });
  return { real, driver, board, mirror, pins: createMirrorPins(mirror) };
}

/** The actions of a script on the board, and of another program on the driver's pins. */
function setLight(board: Board, gpio: number, frequencyHz: number, steps: number): void {
  board.setFrequency(gpio, frequencyHz);
  board.setRange(gpio, board.realRange(gpio));
  board.setDutycycle(gpio, steps);
}

pinsContract(vitest, 'a mirror of the pins of a second virtual board', async () => {
  const { real, driver, pins } = createBench();
  return {
    pins,
    setFromElsewhere: (gpio, frequencyHz, steps) => setLight(real, gpio, frequencyHz, steps),
    wire: (gpio, level) => real.wire(gpio, level),
    async dispose() {
      await pins.close();
      await driver.close();
    },
  };
});

pinsContract(
  vitest,
  'pigpiod, against the daemon in front of the pins of a second virtual board',
  async () => {
    const { real, driver, board, mirror } = createBench();
    const daemon = createPigpiodServer({ board, mirror, port: 0 });
    const { port } = await daemon.listen();
    const address = { hosts: ['127.0.0.1'], port, timeoutMs: 20_000 };
    const pins = await createPigpiodPins({ address, pollMs: 20 });
    return {
      pins,
      setFromElsewhere: (gpio, frequencyHz, steps) => setLight(board, gpio, frequencyHz, steps),
      wire: (gpio, level) => real.wire(gpio, level),
      async dispose() {
        await pins.close();
        await daemon.close();
        await mirror.close();
        await driver.close();
      },
    };
  },
);

describe('a device on a mirror', () => {
  it('has its light on the real pin by the time that a write resolves', async () => {
    const { real, pins } = createBench();
    const led = await pins.pwm(21, 'led/21');
    await led.setFrequency(100);
    await led.setDuty(42);
    expect(real.state(21)).toMatchObject({ dutyPercent: 42, frequencyHz: 100 });
    await (await pins.output(17, 'relay/17')).write(1);
    expect(real.level(17)).toBe(1);
  });

  it('finds the light that the pin had before, and does not darken it', async () => {
    const { real, pins } = createBench();
    real.setLight(21, 42, 100);
    const seen: number[] = [];
    real.changes$.subscribe(() => seen.push(real.state(21).dutyPercent));
    const led = await pins.pwm(21, 'led/21');
    const { dutyPercent, frequencyHz } = await firstValueFrom(led.state$);
    expect([dutyPercent, frequencyHz]).toEqual([42, 100]);
    await pins.close();
    expect(real.state(21)).toMatchObject({ dutyPercent: 42, frequencyHz: 100 });
    expect(new Set(seen)).toEqual(new Set([42]));
  });

  it('shows a light when the real pin gives it, and not before', async () => {
    const { real, pins } = createBench();
    const led = await pins.pwm(21, 'led/21');
    const pairs: [shown: number, given: number][] = [];
    led.state$.subscribe(({ dutyPercent }) => pairs.push([dutyPercent, real.waveform(21).dutyPercent]));
    for (const dutyPercent of [30, 60, 0]) await led.setDuty(dutyPercent);
    expect(pairs.map(([shown]) => shown)).toEqual([0, 30, 60, 0]);
    expect(pairs.map(([, given]) => given)).toEqual(pairs.map(([shown]) => shown));
  });

  it('is refused by the driver with its own words', async () => {
    const { driver, pins } = createBench();
    await driver.pwm(21, 'gpioset');
    const refusal = { code: 'pin/in-use', message: expect.stringContaining('gpioset') };
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject(refusal);
    await expect(pins.output(21, 'relay/21')).rejects.toMatchObject(refusal);
    await expect(pins.input(21, 'button/21')).rejects.toMatchObject(refusal);
  });

  it('may ask for a pin again once the driver has it free', async () => {
    const { driver, pins } = createBench();
    const other = await driver.pwm(21, 'gpioset');
    await expect(pins.input(21, 'button/21')).rejects.toMatchObject({ code: 'pin/in-use' });
    await other.release();
    await pins.input(21, 'button/21');
  });

  it('frees an input of the driver with its own, unless a script watches it', async () => {
    const { driver, board, pins } = createBench();
    const button = await pins.input(23, 'button/23');
    const watch = board.monitor.watch(() => undefined);
    watch.bits = 1 << 23;
    await button.release();
    await expect(driver.input(23, 'other')).rejects.toMatchObject({ code: 'pin/in-use' });
    watch.close();
    await (await pins.input(23, 'button/23')).release();
    await driver.input(23, 'other');
  });

  it('cannot press a button that is real', async () => {
    const { pins } = createBench();
    expect(await pins.input(23, 'button/23')).not.toHaveProperty('drive');
  });
});
