/** The level samples in one of pigpio's DMA cycles. */
const SAMPLES_PER_CYCLE = 25;

/** The cycles per period of pigpio's 18 frequencies, lowest frequency first. */
const CYCLES = [800, 400, 200, 160, 100, 80, 50, 40, 32, 25, 20, 16, 10, 8, 5, 4, 2, 1];

/** The sample rates that pigpio can run at (`pigpiod -s`), microseconds. */
const SAMPLE_RATES_US = [1, 2, 4, 5, 8, 10];

/** The 18 frequencies of pigpio at a sample rate, Hz, ascending, rounded as pigpio rounds them. */
export function pigpioFrequencies(sampleUs: number): number[] {
  return CYCLES.map((cycles) => Math.round(1e6 / (SAMPLES_PER_CYCLE * sampleUs * cycles)));
}

/**
 * The sample rate, microseconds, at which a pin has this frequency and this real range: a period has
 * `realRange` samples. `undefined` if the two do not match, as with hardware PWM.
 */
export function sampleRateOf(frequencyHz: number, realRange: number): number | undefined {
  return SAMPLE_RATES_US.find((sampleUs) =>
    CYCLES.some(
      (cycles) =>
        realRange === SAMPLES_PER_CYCLE * cycles && frequencyHz === Math.round(1e6 / (realRange * sampleUs)),
    ),
  );
}
