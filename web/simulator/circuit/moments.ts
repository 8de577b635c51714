import { type Drive, type Measurement, measure, type PlacedElement } from './electrics.ts';
import type { Netlist } from './netlist.ts';
import { isOutput, outputDrive, type PinStates, pullDrive, shareOf } from './pin-drive.ts';

/** A part of the PWM period in which no pin changes. */
export interface Moment {
  /** Its share of the period, above 0 and at most 1. */
  readonly share: number;
  readonly measured: Measurement;
}

/** The GPIOs that are connected to anything. */
export function wiredGpios({ nets, netOfGpio }: Netlist): readonly number[] {
  return [...netOfGpio.keys()].filter((gpio) => {
    const net = nets[netOfGpio.get(gpio) ?? -1];
    return net !== undefined && net.legs.length + net.gpios.length + net.supplies.length > 1;
  });
}

/**
 * Measures a circuit in each part of a period. It assumes that all pins start their periods together and have the same frequency, as in pigpio's
 * default; for pins of different frequencies the result is nearly the long-term mean.
 */
export function momentsOf(
  netlist: Netlist,
  elements: readonly PlacedElement[],
  pins: PinStates,
): readonly Moment[] {
  const gpios = wiredGpios(netlist);
  const shares = gpios
    .map((gpio) => pins.get(gpio))
    .filter(isOutput)
    .map(shareOf);
  const marks = [...new Set([0, ...shares, 1])].sort((one, other) => one - other);
  return marks.slice(1).map((end, index) => {
    const start = marks[index] ?? 0;
    const drives = drivesAt(gpios, pins, (start + end) / 2);
    return { share: end - start, measured: measure(netlist, elements, drives) };
  });
}

/** The drives of the pins at a point of the period, 0–1: outputs are high until their share is over. */
function drivesAt(gpios: readonly number[], pins: PinStates, time: number): ReadonlyMap<number, Drive> {
  return new Map(
    gpios.flatMap((gpio) => {
      const state = pins.get(gpio);
      const drive = isOutput(state) ? outputDrive(time < shareOf(state) ? 1 : 0) : pullDrive(gpio, state);
      return drive ? [[gpio, drive] as const] : [];
    }),
  );
}

/** The mean over a period. */
export function meanOf(moments: readonly Moment[], of: (measured: Measurement) => number): number {
  return moments.reduce((sum, { share, measured }) => sum + share * of(measured), 0);
}

/** The maximum within a period. */
export function peakOf(moments: readonly Moment[], of: (measured: Measurement) => number): number {
  return Math.max(...moments.map(({ measured }) => of(measured)));
}
