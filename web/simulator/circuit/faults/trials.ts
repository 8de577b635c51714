import { type Drives, measure, type PlacedElement } from '../electrics.ts';
import type { Netlist } from '../netlist.ts';
import { outputDrive } from '../pin-drive.ts';

/** The most that ever flows, whichever of the pins around is on, amperes. */
export interface Trials {
  mostAmps(element: PlacedElement): number;
  /** Into or out of a pin. */
  mostPinAmps(gpio: number): number;
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
  const most = new Map<string | number, number>();
  const note = (key: string | number, amps: number) =>
    most.set(key, Math.max(most.get(key) ?? 0, Math.abs(amps)));
  for (const elements of variants)
    for (const drives of drivesToTry(gpios)) {
      const { elementAmps, pinAmps } = measure(netlist, elements, drives);
      for (const [index, element] of elements.entries()) note(keyOf(element), elementAmps[index] ?? 0);
      for (const [gpio, amps] of pinAmps) note(gpio, amps);
    }
  return {
    mostAmps: (element) => most.get(keyOf(element)) ?? 0,
    mostPinAmps: (gpio) => most.get(gpio) ?? 0,
  };
}

function keyOf({ part, element }: PlacedElement): string {
  return `${part} ${element.between.join(' ')}`;
}

function drivesToTry(gpios: readonly number[]): readonly Drives[] {
  const allBut = (high: number | undefined) =>
    new Map(gpios.map((gpio) => [gpio, outputDrive(gpio === high ? 1 : 0)]));
  return [allBut(undefined), ...gpios.map(allBut)];
}
