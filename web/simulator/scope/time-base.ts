import type { Wave } from './wave.ts';

/** Divisions across the screen. */
export const DIVISIONS = 10;

/** What the knob offers, microseconds a division: 1-2-5 as on every oscilloscope, 1 µs to 1 s. */
export const TIME_BASES_US: readonly number[] = [0, 1, 2, 3, 4, 5]
  .flatMap((decade) => [1, 2, 5].map((step) => step * 10 ** decade))
  .concat(1_000_000);

/** What the knob stands at: a step, or the one that shows the wave best. */
export type TimeBase = 'auto' | number;

/** Where nothing repeats, a time base that says so little as not to distract. */
const FLAT_US = 1_000;

/** Microseconds a division: the chosen step, or the shortest on which two whole periods fit. */
export function usPerDivision(timeBase: TimeBase, wave: Wave): number {
  if (timeBase !== 'auto') return timeBase;
  if (wave.kind !== 'pulse') return FLAT_US;
  const needed = (2 * wave.periodUs) / DIVISIONS;
  // A period of 1250 µs computed from 800 Hz may come out a hair too long.
  const fits = TIME_BASES_US.find((step) => step >= needed * (1 - 1e-9));
  return fits ?? 1_000_000;
}

/** The same for several waves on one screen: the slowest decides. */
export function usPerDivisionOfAll(timeBase: TimeBase, waves: readonly Wave[]): number {
  const pulses = waves.filter(({ kind }) => kind === 'pulse');
  const shown = pulses.length > 0 ? pulses : waves;
  return Math.max(...shown.map((wave) => usPerDivision(timeBase, wave)));
}
