import { firstValueFrom, Subject, takeUntil, toArray } from 'rxjs';
import { filter, take, timeout } from 'rxjs/operators';
import { nearest } from '../../devices/pin-output.ts';
import type { Level, OutputPin, Pins, PwmPin, PwmState } from '../../devices/pins/pins.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor } from './suite.ts';

/** A driver to be tested, with control over the board behind it. */
export interface PinsUnderTest {
  readonly pins: Pins;
  /** Another program puts PWM on a pin: `steps` of the steps that it has at that frequency. Not needed without `seesOthers`. */
  setFromElsewhere?(gpio: number, frequencyHz: number, steps: number): void | Promise<void>;
  /** Connects a pin from outside: to ground, to 3.3 V, or to nothing. Not needed without inputs. */
  wire?(gpio: number, level: Level | undefined): void | Promise<void>;
  /** Closes the pins, and what is behind them. */
  dispose(): Promise<void>;
}

/** The pins of a board that the contract uses, by their BCM numbers, and what errors say about the rest. */
export interface ContractGpios {
  /** Two pins with PWM. */
  readonly light: number;
  readonly otherLight: number;
  /** An output. */
  readonly relay: number;
  /** Two inputs. */
  readonly button: number;
  readonly otherButton: number;
  /** All available pins, as errors list them, and the rest once `light` is taken. */
  readonly allowed: string;
  readonly freeBesideLight: string;
  /** Some pins that the board has, or could have, but gives to no program. */
  readonly reserved: readonly number[];
}

/** The pins of a Raspberry Pi with a 40-pin header. */
const PI_GPIOS: ContractGpios = {
  light: 21,
  otherLight: 18,
  relay: 17,
  button: 23,
  otherButton: 24,
  allowed: '2–27',
  freeBesideLight: '2–20, 22–27',
  reserved: [0, 1, 28, 31],
};

/** The allowed differences between drivers. */
export interface PinTraits {
  /** The pins of the board. Default: those of a Raspberry Pi with a 40-pin header. */
  readonly gpios?: ContractGpios;
  /** Whether the driver has inputs. Default true. */
  readonly hasInputs?: boolean;
  /** Whether another program can change a claimed pin, and the driver notices. Default true. */
  readonly seesOthers?: boolean;
  /** The limits of a driver that supports any frequency between them, Hz. Default: it lists its frequencies. */
  readonly limitsHz?: readonly [min: number, max: number];
}

/** How long a driver may take to notice a change, milliseconds. */
const PATIENCE_MS = 5_000;

/** The contract of every driver of `Pins`. */
export function pinsContract(
  runner: Runner,
  name: string,
  create: () => Promise<PinsUnderTest>,
  { gpios = PI_GPIOS, hasInputs = true, seesOthers = true, limitsHz }: PinTraits = {},
): void {
  const { afterEach, beforeEach, describe, test } = suiteFor(runner);
  const { light, otherLight, relay, button, otherButton, allowed, freeBesideLight, reserved } = gpios;
  const testOthers = seesOthers ? test : () => undefined;
  const kinds = hasInputs ? (['pwm', 'output', 'input'] as const) : (['pwm', 'output'] as const);
  /** Frequencies that must be exact. */
  const exactHz = (pin: PwmPin) => (limitsHz ? [1, 3, 50, 440, 999.9, limitsHz[1]] : pin.frequenciesHz);
  const nearestHz = (pin: PwmPin, wanted: number) =>
    limitsHz ? Math.min(Math.max(wanted, limitsHz[0]), limitsHz[1]) : nearest(pin.frequenciesHz, wanted);

  describe(`${name}: the contract of pins`, () => {
    let board: PinsUnderTest;
    let pins: Pins;

    beforeEach(async () => {
      board = await create();
      pins = board.pins;
    });
    afterEach(() => board.dispose());

    test('health is online at once', async () => {
      expect(await firstValueFrom(pins.health$)).toEqual({ status: 'online' });
    });

    describe('claims', () => {
      test('a pin has one owner, and the error names pin, owner and what is free', async () => {
        await pins.pwm(light, 'led');
        const refusal = {
          code: 'pin/in-use',
          message: expect.stringMatching(new RegExp(`GPIO ${light} .*led.*free are ${freeBesideLight}`)),
        };
        await expect(pins.pwm(light, 'servo')).rejects.toMatchObject(refusal);
        await expect(pins.output(light, 'relay')).rejects.toMatchObject(refusal);
        await expect(pins.input(light, 'button')).rejects.toMatchObject(refusal);
      });

      if (hasInputs)
        test('an input has one owner too', async () => {
          await pins.input(button, 'button');
          await expect(pins.pwm(button, 'led')).rejects.toMatchObject({ code: 'pin/in-use' });
        });

      test('so has an output', async () => {
        await pins.output(relay, 'relay');
        const refusal = { code: 'pin/in-use', message: expect.stringContaining('relay') };
        await expect(pins.output(relay, 'buzzer')).rejects.toMatchObject(refusal);
        await expect(pins.pwm(relay, 'led')).rejects.toMatchObject(refusal);
      });

      test('two that ask at once do not both get the pin', async () => {
        const outcomes = await Promise.allSettled([pins.pwm(light, 'one'), pins.pwm(light, 'other')]);
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      });

      test.each([-1, 54, 99, 1.5, Number.NaN])(
        '%d is not a pin, and the error lists the pins',
        async (gpio) => {
          const refusal = { code: 'pin/invalid', message: expect.stringContaining(`allowed are ${allowed}`) };
          await expect(pins.pwm(gpio, 'led')).rejects.toMatchObject(refusal);
          await expect(pins.output(gpio, 'relay')).rejects.toMatchObject(refusal);
          await expect(pins.input(gpio, 'button')).rejects.toMatchObject(refusal);
        },
      );

      test.each(reserved)('GPIO %d is reserved, or not on the header', async (gpio) => {
        await expect(pins.pwm(gpio, 'led')).rejects.toMatchObject({ code: 'pin/invalid' });
        await expect(pins.input(gpio, 'button')).rejects.toMatchObject({ code: 'pin/invalid' });
      });

      test('a pin that was released may be claimed again, and its light has stayed', async () => {
        const first = await pins.pwm(light, 'led');
        await first.setFrequency(100);
        await first.setDuty(30);
        await first.release();
        const second = await pins.pwm(light, 'led');
        expect(await firstValueFrom(second.state$)).toMatchObject({ dutyPercent: 30, frequencyHz: 100 });
      });

      test.each(kinds)('a %s that is released twice leaves its next owner be', async (kind) => {
        const first = await pins[kind](light, 'first');
        await first.release();
        await pins[kind](light, 'next');
        await first.release();
        await expect(pins[kind](light, 'third')).rejects.toMatchObject({ code: 'pin/in-use' });
      });

      test('a released pin is no longer written to', async () => {
        const pin = await pins.pwm(light, 'led');
        await pin.release();
        await expect(pin.setDuty(50)).rejects.toMatchObject({ code: 'driver/unavailable' });
      });

      test('none can be made once the driver is closed', async () => {
        await pins.close();
        await expect(pins.pwm(light, 'led')).rejects.toMatchObject({ code: 'driver/unavailable' });
        await expect(pins.output(light, 'relay')).rejects.toMatchObject({ code: 'driver/unavailable' });
        await expect(pins.input(light, 'led')).rejects.toMatchObject({ code: 'driver/unavailable' });
      });
    });

    describe('duty', () => {
      let pin: PwmPin;

      beforeEach(async () => {
        pin = await pins.pwm(light, 'led');
        await pin.setFrequency(800);
      });

      test.each([0, 0.1, 1, 12.34, 33.3, 50, 66.6, 99.9, 100])(
        '%d is given within half a step',
        async (wanted) => {
          const { dutyPercent, steps } = await pin.setDuty(wanted);
          expect(Math.abs(dutyPercent - wanted)).toBeLessThanOrEqual(50 / steps + 1e-9);
          expect((dutyPercent * steps) / 100).toBeCloseTo(Math.round((dutyPercent * steps) / 100), 6);
        },
      );

      test('never becomes darkness for a light, or a light for darkness, at the ends', async () => {
        expect((await pin.setDuty(0)).dutyPercent).toBe(0);
        expect((await pin.setDuty(100)).dutyPercent).toBe(100);
      });

      test.each([-1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', async (dutyPercent) => {
        await expect(pin.setDuty(dutyPercent)).rejects.toMatchObject({ code: 'driver/failed' });
      });

      test('of many asked for at once, the last stays', async () => {
        await Promise.all([10, 20, 30, 40, 60].map((dutyPercent) => pin.setDuty(dutyPercent)));
        expect((await firstValueFrom(pin.state$)).dutyPercent).toBe(60);
      });
    });

    describe('frequency', () => {
      let pin: PwmPin;

      beforeEach(async () => {
        pin = await pins.pwm(light, 'led');
      });

      test('has its possible values listed, ascending, unless any is possible', () => {
        const { frequenciesHz } = pin;
        expect(frequenciesHz.length > 0).toBe(limitsHz === undefined);
        expect(frequenciesHz).toEqual([...new Set(frequenciesHz)].sort((one, other) => one - other));
      });

      test('is the one asked for if that is possible', async () => {
        for (const frequencyHz of exactHz(pin)) {
          expect((await pin.setFrequency(frequencyHz)).frequencyHz).toBe(frequencyHz);
        }
      });

      test.each([0, 1, 61, 440, 1e6])('%d becomes the nearest there is', async (wanted) => {
        expect((await pin.setFrequency(wanted)).frequencyHz).toBe(nearestHz(pin, wanted));
      });

      test.each([0, 50, 100])(
        'keeps the duty that was asked for, %d, as near as its steps allow',
        async (wanted) => {
          await pin.setDuty(wanted);
          for (const frequencyHz of [100, 8000, 800]) {
            const { dutyPercent, steps } = await pin.setFrequency(frequencyHz);
            expect(Math.abs(dutyPercent - wanted)).toBeLessThanOrEqual(50 / steps + 1e-9);
          }
        },
      );

      test('decides how many steps of light there are', async () => {
        const slow = await pin.setFrequency(100);
        const fast = await pin.setFrequency(1000);
        expect(slow.steps / fast.steps).toBe(10);
      });
    });

    describe('state$', () => {
      test('tells the present state at once, then every change, and nothing twice', async () => {
        const pin = await pins.pwm(light, 'led');
        await pin.setFrequency(100);
        await pin.setDuty(10);
        const enough$ = new Subject<void>();
        const duties = firstValueFrom(pin.state$.pipe(takeUntil(enough$), toArray()));
        await pin.setDuty(20);
        await pin.setDuty(20);
        await pin.setDuty(30);
        enough$.next();
        expect((await duties).map(({ dutyPercent }) => dutyPercent)).toEqual([10, 20, 30]);
      });

      testOthers('shows what another program does', async () => {
        const pin = await pins.pwm(light, 'led');
        const { steps } = await pin.setFrequency(400);
        const seen = stateOf(pin, ({ dutyPercent }) => dutyPercent > 0);
        await board.setFromElsewhere?.(light, 400, steps / 4);
        expect(await seen).toEqual({ dutyPercent: 25, frequencyHz: 400, steps });
      });
    });

    describe('outputs', () => {
      let pin: OutputPin;

      beforeEach(async () => {
        pin = await pins.output(relay, 'relay');
      });

      test('tell their level at once, then every change, and nothing twice', async () => {
        const enough$ = new Subject<void>();
        const levels = firstValueFrom(pin.level$.pipe(takeUntil(enough$), toArray()));
        expect(await pin.write(1)).toBe(1);
        expect(await pin.write(1)).toBe(1);
        expect(await pin.write(0)).toBe(0);
        enough$.next();
        expect(await levels).toEqual([0, 1, 0]);
        expect(await firstValueFrom(pin.level$)).toBe(0);
      });

      test('of many writes at once, the last stays', async () => {
        await Promise.all(([1, 0, 1, 0, 1] as const).map((level) => pin.write(level)));
        expect(await firstValueFrom(pin.level$)).toBe(1);
      });

      test('keep their level after their release, and are no longer written to', async () => {
        await pin.write(1);
        await pin.release();
        await expect(pin.write(0)).rejects.toMatchObject({ code: 'driver/unavailable' });
        const next = await pins.output(relay, 'buzzer');
        expect(await firstValueFrom(next.level$)).toBe(1);
      });

      testOthers('show what another program does', async () => {
        const { steps } = await (await pins.pwm(otherLight, 'led')).setFrequency(800);
        const seen = outputLevel(pin, 1);
        await board.setFromElsewhere?.(relay, 800, steps);
        expect(await seen).toBe(1);
        expect(await pin.write(0)).toBe(0);
      });
    });

    const describeInputs = hasInputs ? describe : () => undefined;
    describeInputs('inputs', () => {
      test.each([
        ['up', 1],
        ['down', 0],
      ] as const)('pulled %s and not connected read %d, at once', async (pull, level) => {
        const pin = await pins.input(button, 'button', { pull });
        expect(await firstValueFrom(pin.edges$)).toMatchObject({ level });
        expect(await firstValueFrom(pin.edges$)).toMatchObject({ level });
      });

      test('tell their edges in order, with ticks that go on', async () => {
        const pin = await pins.input(button, 'button', { pull: 'up' });
        const heard = firstValueFrom(pin.edges$.pipe(take(4), toArray(), timeout(PATIENCE_MS)));
        for (const level of [0, undefined, 0] as const) {
          const expected = levelOf(pin, level ?? 1);
          await board.wire?.(button, level);
          await expected;
        }
        const edges = await heard;
        expect(edges.map(({ level }) => level)).toEqual([1, 0, 1, 0]);
        const ticks = edges.map(({ tickUs }) => tickUs);
        expect(ticks).toEqual([...ticks].sort((one, other) => one - other));
      });

      test('tell only of their own edges', async () => {
        const pin = await pins.input(button, 'button', { pull: 'up' });
        const other = await pins.input(otherButton, 'button', { pull: 'up' });
        const enough$ = new Subject<void>();
        const heard = firstValueFrom(pin.edges$.pipe(takeUntil(enough$), toArray()));
        const fallen = levelOf(other, 0);
        await board.wire?.(otherButton, 0);
        await fallen;
        enough$.next();
        expect((await heard).map(({ level }) => level)).toEqual([1]);
      });

      test('may be claimed again once released', async () => {
        const first = await pins.input(button, 'button', { pull: 'up' });
        await first.release();
        const second = await pins.input(button, 'button', { pull: 'down' });
        expect(await firstValueFrom(second.edges$)).toMatchObject({ level: 0 });
      });
    });
  });
}

function stateOf(pin: PwmPin, isMeant: (state: PwmState) => boolean): Promise<PwmState> {
  return firstValueFrom(pin.state$.pipe(filter(isMeant), timeout(PATIENCE_MS)));
}

function outputLevel(pin: OutputPin, wanted: Level): Promise<Level> {
  return firstValueFrom(
    pin.level$.pipe(
      filter((level) => level === wanted),
      timeout(PATIENCE_MS),
    ),
  );
}

function levelOf(pin: Awaited<ReturnType<Pins['input']>>, wanted: Level): Promise<unknown> {
  return firstValueFrom(
    pin.edges$.pipe(
      filter(({ level }) => level === wanted),
      timeout(PATIENCE_MS),
    ),
  );
}
