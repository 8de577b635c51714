import type { PinState } from '../model/pin-state.ts';

/** The voltage of a pin over time. */
export type Wave =
  | { readonly kind: 'low' }
  | { readonly kind: 'high' }
  /** High for `onUs` at the start of every `periodUs`. */
  | { readonly kind: 'pulse'; readonly onUs: number; readonly periodUs: number };

/** The period of pigpio's servo pulses, microseconds. */
const SERVO_PERIOD_US = 20_000;

/** The wave of a pin in a given state. It is flat for an input, a constant level, or 0 or 100 %. */
export function waveOf(pin: PinState): Wave {
  if (pin.pulseUs) return { kind: 'pulse', onUs: pin.pulseUs, periodUs: SERVO_PERIOD_US };
  if (pin.frequencyHz <= 0) return { kind: pin.level === 1 ? 'high' : 'low' };
  if (pin.dutyPercent <= 0) return { kind: 'low' };
  if (pin.dutyPercent >= 100) return { kind: 'high' };
  const periodUs = 1e6 / pin.frequencyHz;
  return { kind: 'pulse', onUs: (periodUs * pin.dutyPercent) / 100, periodUs };
}

/** D = t_on / T, percent. */
export function dutyPercentOf(wave: Wave): number {
  if (wave.kind === 'pulse') return (100 * wave.onUs) / wave.periodUs;
  return wave.kind === 'high' ? 100 : 0;
}

/** A period of time in which the level does not change. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
  readonly level: 0 | 1;
}

/** The wave's spans between two instants, in order and without gaps; a rising edge is at 0. */
export function spansOf(wave: Wave, fromUs: number, toUs: number): readonly Span[] {
  if (toUs <= fromUs) return [];
  if (wave.kind !== 'pulse') return [{ fromUs, toUs, level: wave.kind === 'high' ? 1 : 0 }];
  const { onUs, periodUs } = wave;
  const spans: Span[] = [];
  const push = (start: number, end: number, level: 0 | 1) => {
    const span = { fromUs: Math.max(start, fromUs), toUs: Math.min(end, toUs), level };
    if (span.toUs > span.fromUs) spans.push(span);
  };
  const last = Math.ceil(toUs / periodUs);
  for (let period = Math.floor(fromUs / periodUs); period < last; period++) {
    // Each edge is computed from the number of its period, so that rounding errors do not accumulate.
    push(period * periodUs, period * periodUs + onUs, 1);
    push(period * periodUs + onUs, (period + 1) * periodUs, 0);
  }
  return spans;
}
