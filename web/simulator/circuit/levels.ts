import { type Moment, meanOf, momentsOf, wiredGpios } from './moments.ts';
import { isOutput, pullOf } from './pin-drive.ts';
import type { AtWork } from './readings.ts';

/**
 * The voltage ranges of low and high, volts: below 0.8 and from 2.0 on, on a Pi 4 (Raspberry Pi documentation, "GPIO voltage specifications",
 * BCM2711). In between, a real pin may read as either; here the middle is the threshold.
 */
export const LEVEL_VOLTS = { low: 0.8, high: 2.0, middle: 1.4 } as const;

/** The level that a circuit puts on a pin, or `open` if the pin's own pull decides. */
export type OutsideLevel = 0 | 1 | 'open';

/** A GPIO that is not an output, as the circuit sees it. */
export interface OutsidePin {
  readonly level: OutsideLevel;
  /** Its voltage, including the effect of its own pull; `undefined` if no path leads to a supply or an output. */
  readonly volts: number | undefined;
}

/** The level that each connected GPIO sees, unless it is an output, by BCM number. */
export function readLevels(work: AtWork): ReadonlyMap<number, OutsidePin> {
  const { netlist, pins } = work;
  const inputs = wiredGpios(netlist).filter((gpio) => !isOutput(pins.get(gpio)));
  const driven = inputs.filter((gpio) => isDriven(gpio, work));
  const nothing = inputs.map((gpio) => [gpio, { level: 'open', volts: undefined }] as const);
  return new Map<number, OutsidePin>([...nothing, ...readDriven(driven, work)]);
}

/** The level comes from the circuit if it is the same with either pull. So a program that changes the pull reads the right level at once. */
function readDriven(gpios: readonly number[], work: AtWork): readonly (readonly [number, OutsidePin])[] {
  if (gpios.length === 0) return [];
  const [up, down] = (['up', 'down'] as const).map((pull) => momentsWith(pull, gpios, work));
  return gpios.map((gpio) => {
    const volts = voltsOn(gpio, work, work.moments);
    const isAlone = pullOf(gpio, work.pins.get(gpio)) === 'none';
    const pulled = [up, down].map((moments = []) => levelAt(voltsOn(gpio, work, moments)));
    const [pulledUp = 0, pulledDown = 0] = isAlone ? [levelAt(volts), levelAt(volts)] : pulled;
    return [gpio, { level: pulledUp === pulledDown ? pulledUp : 'open', volts }];
  });
}

function momentsWith(pull: 'up' | 'down', gpios: readonly number[], work: AtWork): readonly Moment[] {
  const state = { mode: 'input', dutyPercent: 0, frequencyHz: 0, level: 0, pulseUs: 0, pull } as const;
  const pins = new Map([...work.pins, ...gpios.map((gpio) => [gpio, state] as const)]);
  return momentsOf(work.netlist, work.elements, pins);
}

function voltsOn(gpio: number, { netlist }: AtWork, moments: readonly Moment[]): number {
  const net = netlist.netOfGpio.get(gpio) ?? -1;
  return meanOf(moments, ({ volts }) => volts[net] ?? 0);
}

function levelAt(volts: number): 0 | 1 {
  return volts >= LEVEL_VOLTS.middle ? 1 : 0;
}

/** Whether a path leads to a supply or an output. The weak pulls of other inputs do not count. */
function isDriven(gpio: number, { netlist, reach, pins }: AtWork): boolean {
  return reach.leads(netlist.netOfGpio.get(gpio) ?? -1, (each) => {
    const { supplies = [], gpios = [] } = netlist.nets[each] ?? {};
    return supplies.length > 0 || gpios.some((other) => isOutput(pins.get(other)));
  });
}
