import { type Signal, Square } from './signal.ts';

/** What a pin gives at an instant, as an oscilloscope would draw it. */
export interface Waveform {
  /** Percent of each period for which it is high, after quantisation; 0 or 100 where it does not alternate. */
  readonly dutyPercent: number;
  /** As pigpio calls it, Hz, rounded; 0 where the pin is in no kind of PWM. */
  readonly frequencyHz: number;
  /** Exact, microseconds; 0 where it does not alternate. */
  readonly periodUs: number;
  readonly onUs: number;
  /** When the present period began, microseconds of the board's clock. */
  readonly startUs: number;
}

/** How a signal looks at an instant, microseconds; the frequency is what pigpio calls it, Hz. */
export function waveformAt(signal: Signal, us: number, frequencyHz: number): Waveform {
  if (!(signal instanceof Square)) {
    return { dutyPercent: signal.levelAt(us) * 100, frequencyHz, periodUs: 0, onUs: 0, startUs: us };
  }
  const { periodUs, onUs } = signal;
  const dutyPercent = (onUs * 100) / periodUs;
  return { dutyPercent, frequencyHz, periodUs, onUs, startUs: signal.periodStart(us) };
}
