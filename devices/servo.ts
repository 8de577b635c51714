import { combineLatest, filter, map, merge } from 'rxjs';
import { clamp, type Range, SERVO_DEGREES, SERVO_PULSE_US } from './facts/range.ts';
import { type DeviceKind, parseGpio } from './kind.ts';
import { numberWithin } from './payload.ts';
import { createPinOutput, OVERRIDDEN } from './pin-output.ts';
import type { PwmState } from './pins/pins.ts';

/** One pulse every 20 ms, as hobby servos expect. */
const FREQUENCY_HZ = 50;

/**
 * A hobby servo: `servo/18/angle`, degrees from the center. By default -90 and 90 degrees are pulses of 1000 and 2000
 * microseconds, as in gpiozero, which keeps a servo off its end stops; `pulse-min` and `pulse-max` change them.
 */
export const servo: DeviceKind = {
  kind: 'servo',
  gpios: (id) => [parseGpio(id)],
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.pwm(gpio);
    const output = createPinOutput(pin, device);
    const angle = device.property({
      name: 'angle',
      initial: 0,
      ...numberWithin(SERVO_DEGREES, { unit: '°' }),
    });
    const shortest = device.property({
      name: 'pulse-min',
      initial: 1000,
      ...numberWithin(SERVO_PULSE_US, { unit: 'µs' }),
    });
    const longest = device.property({
      name: 'pulse-max',
      initial: 2000,
      ...numberWithin(SERVO_PULSE_US, { unit: 'µs' }),
    });

    const ends$ = combineLatest({ min: shortest.desired$, max: longest.desired$ });
    const desired$ = combineLatest([angle.desired$, ends$]).pipe(
      map(([degrees, ends]) => ({ dutyPercent: dutyOf(pulseFor(degrees, ends)), frequencyHz: FREQUENCY_HZ })),
    );
    // Without pulses a servo stays in its position.
    const pulseUs$ = pin.state$.pipe(
      map(pulseOf),
      filter((pulseUs) => pulseUs > 0),
    );
    const actual$ = combineLatest([pulseUs$, ends$]).pipe(map(([pulseUs, ends]) => angleOf(pulseUs, ends)));
    return {
      info$: pin.state$.pipe(map(({ steps }) => ({ gpio, steps, limits: LIMITS }))),
      run$: merge(
        output.follow(desired$),
        device.reading(OVERRIDDEN, output.isOverridden$),
        angle.show(actual$),
      ),
    };
  },
};

const LIMITS = { angle: SERVO_DEGREES, 'pulse-min': SERVO_PULSE_US, 'pulse-max': SERVO_PULSE_US };

function pulseFor(degrees: number, { min, max }: Range): number {
  return min + ((max - min) * (degrees - SERVO_DEGREES.min)) / (SERVO_DEGREES.max - SERVO_DEGREES.min);
}

/** If both ends are equal, only the center is left. */
function angleOf(pulseUs: number, { min, max }: Range): number {
  if (min === max) return 0;
  return clamp(
    SERVO_DEGREES,
    SERVO_DEGREES.min + ((SERVO_DEGREES.max - SERVO_DEGREES.min) * (pulseUs - min)) / (max - min),
  );
}

function dutyOf(pulseUs: number): number {
  return (pulseUs * FREQUENCY_HZ) / 10_000;
}

function pulseOf({ dutyPercent, frequencyHz }: PwmState): number {
  return frequencyHz === 0 ? 0 : (dutyPercent * 10_000) / frequencyHz;
}
