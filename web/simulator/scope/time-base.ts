import type { Wave } from './wave.ts';

/** Divisions across the screen. */
export const DIVISIONS = 10;

/** The positions of the knob, microseconds per division: 1-2-5 as on every oscilloscope, 1 µs to 1 s. */
export const TIME_BASES_US: readonly number[] = [0, 1, 2, 3, 4, 5]
  .flatMap((decade) => [1, 2, 5].map((step) => step * 10 ** decade))
  .concat(1_000_000);

/** The setting of the knob: a position, or automatic. */
export type TimeBase = 'auto' | number;

/** The time base for a signal that does not repeat: an ordinary one that does not distract. */
const FLAT_US = 1_000;

/** Microseconds per division: the chosen step, or the shortest one at which two whole periods fit. */
export function usPerDivision(timeBase: TimeBase, wave: Wave): number {
  if (timeBase !== 'auto') return timeBase;
  if (wave.kind !== 'pulse') return FLAT_US;
  const needed = (2 * wave.periodUs) / DIVISIONS;
  // Allow for rounding: a period of 1250 µs computed from 800 Hz may be slightly too long.
  const fits = TIME_BASES_US.find((step) => step >= needed * (1 - 1e-9));
  return fits ?? 1_000_000;
}

/** The same for several waves on one screen: the slowest one decides. */
export function usPerDivisionOfAll(timeBase: TimeBase, waves: readonly Wave[]): number {
  const pulses = waves.filter(({ kind }) => kind === 'pulse');
  const shown = pulses.length > 0 ? pulses : waves;
  return Math.max(...shown.map((wave) => usPerDivision(timeBase, wave)));
}
