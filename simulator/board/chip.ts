import { HubError } from '../../hub/core/error.ts';

/** The differences between Raspberry Pi models that affect their pins. */
export interface Chip {
  /** The board's revision code, without its warranty bits. */
  readonly revision: number;
  /** The frequency of the crystal, Hz. */
  readonly oscillatorHz: number;
  /** The frequency of PLLD, the source of hardware PWM and of the faster clocks, Hz. */
  readonly plldHz: number;
  /** The highest frequency of hardware PWM, Hz. */
  readonly maxPwmHz: number;
  /** The frequencies that a hardware clock can have, Hz. */
  readonly clockHz: readonly [lowest: number, highest: number];
}

const BCM2835 = {
  oscillatorHz: 19_200_000,
  plldHz: 500_000_000,
  maxPwmHz: 125_000_000,
  clockHz: [4689, 250_000_000],
} as const;

const BCM2711 = {
  oscillatorHz: 54_000_000,
  plldHz: 750_000_000,
  maxPwmHz: 187_500_000,
  clockHz: [13_184, 375_000_000],
} as const;

/** The RP1 of a Pi 5: its PWM counts at 50 MHz. It has no clocks that pigpio knows. */
const RP1 = {
  oscillatorHz: 50_000_000,
  plldHz: 100_000_000,
  maxPwmHz: 25_000_000,
  clockHz: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
} as const;

/** Indexed by the processor number in the revision code: BCM2835, BCM2836, BCM2837, BCM2711, BCM2712. */
const CHIPS = [BCM2835, BCM2835, BCM2835, BCM2711, RP1] as const;

/** A Raspberry Pi 4 Model B with 1 GB, revision 1.1. */
export const PI_4B = 0xa03111;

/**
 * The chip of a board by its revision code. Bits 12–15 name the processor, except in the first 21 codes (Raspberry Pi
 * documentation, "Revision codes"). Throws `option/invalid` for a code that was never published.
 */
export function chipOf(revision: number): Chip {
  const chip = CHIPS[processorOf(revision) ?? CHIPS.length];
  if (chip) return { revision, ...chip };
  const hex = revision.toString(16);
  throw new HubError(
    'option/invalid',
    `revision ${hex}; it must be that of a board up to the Pi 5, such as a03111`,
  );
}

function processorOf(revision: number): number | undefined {
  const isNewStyle = (revision & 0x800000) !== 0;
  if (isNewStyle) return (revision >> 12) & 0xf;
  return revision > 0 && revision < 0x16 ? 0 : undefined;
}

/** The real range of hardware PWM at a frequency: the number of steps in a period, each of two PLLD cycles. */
export function pwmRealRange(chip: Chip, frequencyHz: number): number {
  return Math.round(chip.plldHz / 2 / frequencyHz);
}

/**
 * The frequency nearest to the requested one that a clock's divider can give, Hz: it has 12 integer and 12 fractional
 * bits.
 */
export function nearestClockHz(chip: Chip, frequencyHz: number): number {
  const reachable = [chip.oscillatorHz, chip.plldHz]
    .map((sourceHz) => (sourceHz * 4096) / Math.round((sourceHz * 4096) / frequencyHz))
    .filter((hz, index) => divider([chip.oscillatorHz, chip.plldHz][index] ?? 0, hz) >= 1);
  const [best = frequencyHz] = reachable.sort(
    (a, b) => Math.abs(a - frequencyHz) - Math.abs(b - frequencyHz),
  );
  return Math.round(best);
}

function divider(sourceHz: number, hz: number): number {
  const ratio = sourceHz / hz;
  return ratio < 4096 ? ratio : 0;
}
