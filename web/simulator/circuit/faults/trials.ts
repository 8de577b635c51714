import { type Drives, measure, type PlacedElement } from '../electrics.ts';
import type { Netlist } from '../netlist.ts';
import { outputDrive } from '../pin-drive.ts';

/** The most that an element ever has, whichever of the pins around it is on. */
export interface Extremes {
  /** The current through it, amperes. */
  readonly amps: number;
  /** The voltage across it. */
  readonly volts: number;
}

export interface Trials {
  extremesOf(element: PlacedElement): Extremes;
  /** The most that ever flows into or out of a pin, amperes. */
  pinAmps(gpio: number): number;
}

/**
 * Tries what could be: all pins low, and each one high alone. Circuits of LEDs have their strongest currents then. `variants` are the elements
 * as hands may put them.
 */
export function tryPins(
  netlist: Netlist,
  gpios: readonly number[],
  variants: readonly (readonly PlacedElement[])[],
): Trials {
  const extremes = new Map<string, Extremes>();
  const pinAmps = new Map<number, number>();
  for (const elements of variants)
    for (const drives of drivesToTry(gpios)) {
      const { volts, elementAmps, pinAmps: amps } = measure(netlist, elements, drives);
      for (const [index, element] of elements.entries()) {
        const { amps: most, volts: highest } = extremes.get(keyOf(element)) ?? NOTHING;
        const across = (volts[element.from] ?? 0) - (volts[element.to] ?? 0);
        const found = {
          amps: Math.max(most, Math.abs(elementAmps[index] ?? 0)),
          volts: Math.max(highest, across),
        };
        extremes.set(keyOf(element), found);
      }
      for (const [gpio, amp] of amps) pinAmps.set(gpio, Math.max(pinAmps.get(gpio) ?? 0, Math.abs(amp)));
    }
  return {
    extremesOf: (element) => extremes.get(keyOf(element)) ?? NOTHING,
    pinAmps: (gpio) => pinAmps.get(gpio) ?? 0,
  };
}

const NOTHING: Extremes = { amps: 0, volts: 0 };

function keyOf({ part, element }: PlacedElement): string {
  return `${part} ${element.between.join(' ')}`;
}

function drivesToTry(gpios: readonly number[]): readonly Drives[] {
  const allBut = (high: number | undefined) =>
    new Map(gpios.map((gpio) => [gpio, outputDrive(gpio === high ? 1 : 0)]));
  return [allBut(undefined), ...gpios.map(allBut)];
}
