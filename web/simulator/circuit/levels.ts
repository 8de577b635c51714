import { meanOf, wiredGpios } from './moments.ts';
import { isOutput } from './pin-drive.ts';
import type { AtWork } from './readings.ts';

/**
 * What counts as low and as high, volts: below 0.8 and from 2.0 on, on a Pi 4 (Raspberry Pi documentation, "GPIO voltage specifications",
 * BCM2711). Between them a real pin may say either. Here the middle decides.
 */
export const LEVEL_VOLTS = { low: 0.8, high: 2.0, middle: 1.4 } as const;

/** What a circuit puts on a pin: a level, or nothing, so that the pin's own pull decides. */
export type OutsideLevel = 0 | 1 | 'open';

/** A GPIO that is no output, as a circuit sees it. */
export interface OutsidePin {
  readonly level: OutsideLevel;
  /** The voltage on it, its own pull included; `undefined` if its level is `open`. */
  readonly volts: number | undefined;
}

/** What each GPIO that is connected to something and is no output sees, by BCM number. */
export function readLevels(work: AtWork): ReadonlyMap<number, OutsidePin> {
  const { netlist, pins } = work;
  const inputs = wiredGpios(netlist).filter((gpio) => !isOutput(pins.get(gpio)));
  return new Map(inputs.map((gpio) => [gpio, readLevel(gpio, work)]));
}

function readLevel(gpio: number, work: AtWork): OutsidePin {
  const net = work.netlist.netOfGpio.get(gpio);
  if (net === undefined || !isDriven(net, work)) return { level: 'open', volts: undefined };
  const volts = meanOf(work.moments, ({ volts }) => volts[net] ?? 0);
  return { level: volts >= LEVEL_VOLTS.middle ? 1 : 0, volts };
}

/** Whether a way leads to a supply or to an output. The weak pulls of other inputs do not count. */
function isDriven(net: number, { netlist, reach, pins }: AtWork): boolean {
  return reach.leads(net, (each) => {
    const { supplies = [], gpios = [] } = netlist.nets[each] ?? {};
    return supplies.length > 0 || gpios.some((gpio) => isOutput(pins.get(gpio)));
  });
}
