import { combineLatest, filter, map, merge } from 'rxjs';
import { type DeviceKind, parseGpio } from './kind.ts';
import { numberWithin } from './payload.ts';
import { drive } from './pin-output.ts';
import type { PwmState } from './pins/pins.ts';
import { clamp, type Range } from './pipeline/clamp.ts';

const ANGLE: Range = { min: -90, max: 90 };

/** What servos can take at most, microseconds; pigpio allows no other either. */
const PULSE: Range = { min: 500, max: 2500 };

/** A pulse every 20 ms, as hobby servos want it. */
const FREQUENCY_HZ = 50;

/**
 * A hobby servo: `servo/18/angle`, degrees from the middle. The pulses that mean -90 and 90 are 1000 and 2000
 * microseconds, as in gpiozero, which spares a servo's end stops; `pulse-min` and `pulse-max` set them.
 */
export const servo: DeviceKind = {
  kind: 'servo',
  async open(device) {
    const gpio = parseGpio(device.id);
    const pin = await device.pwm(gpio);
    const angle = device.property({ name: 'angle', initial: 0, ...numberWithin(ANGLE) });
    const shortest = device.property({ name: 'pulse-min', initial: 1000, ...numberWithin(PULSE) });
    const longest = device.property({ name: 'pulse-max', initial: 2000, ...numberWithin(PULSE) });

    const ends$ = combineLatest({ min: shortest.desired$, max: longest.desired$ });
    const wish$ = combineLatest([angle.desired$, ends$]).pipe(
      map(([degrees, ends]) => ({ dutyPercent: dutyOf(pulseFor(degrees, ends)), frequencyHz: FREQUENCY_HZ })),
    );
    // Without pulses a servo stays where it is.
    const pulseUs$ = pin.state$.pipe(
      map(pulseOf),
      filter((pulseUs) => pulseUs > 0),
    );
    const actual$ = combineLatest([pulseUs$, ends$]).pipe(map(([pulseUs, ends]) => angleOf(pulseUs, ends)));
    return {
      info$: pin.state$.pipe(map(({ steps }) => ({ gpio, steps, limits: LIMITS }))),
      run$: merge(drive(pin, wish$, device), angle.show(actual$)),
    };
  },
};

const LIMITS = { angle: ANGLE, 'pulse-min': PULSE, 'pulse-max': PULSE };

function pulseFor(degrees: number, { min, max }: Range): number {
  return min + ((max - min) * (degrees - ANGLE.min)) / (ANGLE.max - ANGLE.min);
}

/** Ends that lie upon each other leave only the middle. */
function angleOf(pulseUs: number, { min, max }: Range): number {
  if (min === max) return 0;
  return clamp(ANGLE, ANGLE.min + ((ANGLE.max - ANGLE.min) * (pulseUs - min)) / (max - min));
}

function dutyOf(pulseUs: number): number {
  return (pulseUs * FREQUENCY_HZ) / 10_000;
}

function pulseOf({ dutyPercent, frequencyHz }: PwmState): number {
  return frequencyHz === 0 ? 0 : (dutyPercent * 10_000) / frequencyHz;
}
