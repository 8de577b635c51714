import { HubError } from '../../hub/core/error.ts';

/** The sample periods that pigpiod can run at (`-s`), microseconds. */
export const SAMPLE_RATES_US = [1, 2, 4, 5, 8, 10] as const;
export type SampleUs = (typeof SAMPLE_RATES_US)[number];

/** Level samples per DMA cycle. */
const PULSES_PER_CYCLE = 25;

/** How many DMA cycles one period takes, for each of the 18 frequencies, highest first. */
const CYCLES = [1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50, 80, 100, 160, 200, 400, 800] as const;

/** The default frequency index of a GPIO: 800 Hz at 5 µs. */
export const DEFAULT_FREQUENCY_INDEX = 5;

/** The period of servo pulses, microseconds. */
export const SERVO_PERIOD_US = 20_000;

/** The timing of pigpio's DMA at one sample period: 18 frequencies, and the number of steps per period at each. */
export class Frequencies {
  readonly sampleUs: SampleUs;
  /** Hz, highest first, rounded as pigpio rounds: 1 000 000 / (25 × sample × cycles). */
  readonly hz: readonly number[];

  /** Throws `option/invalid` for a sample period that pigpiod does not have. */
  constructor(sampleUs: number) {
    const known = SAMPLE_RATES_US.find((rate) => rate === sampleUs);
    if (known === undefined) {
      throw new HubError('option/invalid', `sample rate ${sampleUs} µs: it is one of ${SAMPLE_RATES_US}`);
    }
    this.sampleUs = known;
    this.hz = CYCLES.map((cycles) => Math.round(1e6 / (PULSES_PER_CYCLE * known * cycles)));
  }

  /** The frequency at an index, Hz. */
  at(index: number): number {
    return this.hz[index] ?? 0;
  }

  /** The number of steps in a period at an index: pigpio's real range. */
  realRange(index: number): number {
    return (CYCLES[index] ?? 0) * PULSES_PER_CYCLE;
  }

  /** The length of a period at an index, microseconds. It is exact, while `hz` is rounded. */
  periodUs(index: number): number {
    return this.realRange(index) * this.sampleUs;
  }

  /** The index of the frequency nearest to the requested one, Hz. If two are equally near, the higher one. */
  nearest(frequencyHz: number): number {
    let best = 0;
    for (const [index, hz] of this.hz.entries()) {
      if (Math.abs(hz - frequencyHz) < Math.abs(this.at(best) - frequencyHz)) best = index;
    }
    return best;
  }

  /** The number of steps in a servo's period, 20 ms. */
  get servoRange(): number {
    return SERVO_PERIOD_US / this.sampleUs;
  }
}
