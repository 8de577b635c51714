import { type Drives, measure, type PlacedElement } from '../electrics.ts';
import type { Netlist } from '../netlist.ts';
import { outputDrive } from '../pin-drive.ts';

/** The maxima over all trials, whichever of the pins is high. */
export interface Trials {
  /** The largest current through an element, amperes. */
  mostAmps(element: PlacedElement): number;
  /** The largest voltage by which the end of an element exceeds its beginning, volts. */
  mostReverseVolts(element: PlacedElement): number;
  /** The largest current into or out of a pin, amperes. */
  mostPinAmps(gpio: number): number;
}

/**
 * Tries possible pin levels: all low, and each one high alone. The currents in circuits of LEDs are largest in these cases. `variants` are the
 * elements for different positions of the controls.
 */
export function tryPins(
  netlist: Netlist,
  gpios: readonly number[],
  variants: readonly (readonly PlacedElement[])[],
): Trials {
  const amps = new Maxima<string>();
  const reverseVolts = new Maxima<string>();
  const ofPins = new Maxima<number>();
  for (const elements of variants)
    for (const drives of drivesToTry(gpios)) {
      const { volts, elementAmps, pinAmps } = measure(netlist, elements, drives);
      for (const [index, element] of elements.entries()) {
        amps.note(keyOf(element), Math.abs(elementAmps[index] ?? 0));
        reverseVolts.note(keyOf(element), (volts[element.to] ?? 0) - (volts[element.from] ?? 0));
      }
      for (const [gpio, given] of pinAmps) ofPins.note(gpio, Math.abs(given));
    }
  return {
    mostAmps: (element) => amps.of(keyOf(element)),
    mostReverseVolts: (element) => reverseVolts.of(keyOf(element)),
    mostPinAmps: (gpio) => ofPins.of(gpio),
  };
}

/** The largest number noted for each key, at least 0. */
class Maxima<K> {
  readonly #found = new Map<K, number>();

  note(key: K, value: number): void {
    this.#found.set(key, Math.max(this.of(key), value));
  }

  of(key: K): number {
    return this.#found.get(key) ?? 0;
  }
}

function keyOf({ part, element }: PlacedElement): string {
  return `${part} ${element.between.join(' ')}`;
}

function drivesToTry(gpios: readonly number[]): readonly Drives[] {
  const allBut = (high: number | undefined) =>
    new Map(gpios.map((gpio) => [gpio, outputDrive(gpio === high ? 1 : 0)]));
  return [allBut(undefined), ...gpios.map(allBut)];
}
