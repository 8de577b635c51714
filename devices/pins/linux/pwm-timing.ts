import { HubError, quote } from '../../../hub/core/error.ts';
import type { PwmState } from '../pins.ts';
import { UNDRIVEN } from '../pwm-state.ts';
import type { PwmChannel } from './pwm-channels.ts';

/** The values of a channel's files, read or to be written. */
export interface PwmTiming {
  /** 0 if the channel has not been used since it was exported. */
  readonly periodNs: number;
  readonly dutyNs: number;
  readonly isEnabled: boolean;
}

/** Parses a number as the kernel prints it. Throws `driver/failed` for any other text. */
export function parseNs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new HubError('driver/failed', `the kernel answered ${quote(text)}, not a number of ns`);
}

type Limits = Pick<PwmChannel, 'resolutionNs' | 'minPeriodNs' | 'maxPeriodNs'>;

/** The period for a frequency, ns, within the limits of the channel. */
export function periodOf(frequencyHz: number, { minPeriodNs, maxPeriodNs }: Limits): number {
  const periodNs = frequencyHz > 0 ? Math.round(1e9 / frequencyHz) : maxPeriodNs;
  return Math.min(Math.max(periodNs, minPeriodNs), maxPeriodNs);
}

/** The number of different pulse lengths within a period. */
function stepsOf(periodNs: number, { resolutionNs }: Limits): number {
  return Math.max(1, Math.round(periodNs / resolutionNs));
}

/** The timing for a duty cycle, rounded to the channel's resolution. */
export function timingOf(dutyPercent: number, periodNs: number, limits: Limits): PwmTiming {
  const steps = stepsOf(periodNs, limits);
  const dutyNs = Math.round((Math.round((dutyPercent * steps) / 100) * periodNs) / steps);
  // Off is written as a duty of 0, because a disabled channel has no defined level (Documentation/driver-api/pwm.rst).
  return { periodNs, dutyNs, isEnabled: true };
}

/** The pin's state, from its channel's files. The files keep the written values, although the hardware rounds them. */
export function stateOf(
  { periodNs, dutyNs, isEnabled }: PwmTiming,
  limits: Limits,
  askedHz: number,
): PwmState {
  if (periodNs === 0) return UNDRIVEN;
  const steps = stepsOf(periodNs, limits);
  const lit = isEnabled ? Math.round((dutyNs * steps) / periodNs) : 0;
  return { dutyPercent: (100 * lit) / steps, frequencyHz: frequencyOf(periodNs, askedHz), steps };
}

/** 3 Hz has a period of 333333333 ns, which is 3.000000003 Hz. If 3 was requested, 3 is reported. */
function frequencyOf(periodNs: number, askedHz: number): number {
  const exactHz = 1e9 / periodNs;
  const isPeriodOf = (hz: number) => hz > 0 && Math.round(1e9 / hz) === periodNs;
  return [askedHz, Math.round(exactHz)].find(isPeriodOf) ?? exactHz;
}
