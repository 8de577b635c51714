import { type Signal, Square } from './signal.ts';

/** The signal of a pin at an instant, as an oscilloscope would draw it. */
export interface Waveform {
  /** The percentage of each period for which it is high, after quantization; 0 or 100 if it does not alternate. */
  readonly dutyPercent: number;
  /** The frequency that pigpio reports, Hz, rounded; 0 if the pin is in no kind of PWM. */
  readonly frequencyHz: number;
  /** Exact, microseconds; 0 if it does not alternate. */
  readonly periodUs: number;
  readonly onUs: number;
  /** The start of the current period, microseconds of the board's clock. */
  readonly startUs: number;
}

/** The shape of a signal at an instant, microseconds; the frequency is the one that pigpio reports, Hz. */
export function waveformAt(signal: Signal, us: number, frequencyHz: number): Waveform {
  if (!(signal instanceof Square)) {
    return { dutyPercent: signal.levelAt(us) * 100, frequencyHz, periodUs: 0, onUs: 0, startUs: us };
  }
  const { periodUs, onUs } = signal;
  const dutyPercent = (onUs * 100) / periodUs;
  return { dutyPercent, frequencyHz, periodUs, onUs, startUs: signal.periodStart(us) };
}
