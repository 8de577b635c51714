import { OUTPUT_OHMS } from '../electrics.ts';
import type { Fault, PartFault } from '../fault.ts';
import { isOutput, type PinStates, shareOf } from '../pin-drive.ts';
import { SUPPLY_VOLTS, type Supply } from '../supply.ts';
import type { Cluster } from './clusters.ts';

/**
 * The highest voltage that a GPIO tolerates, volts: its 3.3 V supply and a little more, because internal diodes conduct the excess to that supply.
 * The documentation of Raspberry Pi only says "3.3V-tolerant".
 */
export const PIN_LIMIT_VOLTS = 3.6;

const HIGH_VOLTS = SUPPLY_VOLTS['3v3'];

/** Supplies and outputs that are connected to something they must not be connected to, even if only through a pressed button. */
export function shortFaults(clusters: readonly Cluster[], pins: PinStates): readonly Fault[] {
  return clusters.flatMap((cluster) => {
    const outputs = cluster.gpios.flatMap((gpio) => {
      const state = pins.get(gpio);
      return isOutput(state) ? [{ gpio, share: shareOf(state) }] : [];
    });
    const found = [
      ...joinedSupplies(cluster),
      ...pinsOnFiveVolts(cluster),
      ...outputs.flatMap((output) => shortedOutput(output, cluster)),
      ...joinedOutputs(outputs),
    ];
    return found.map((fault) => ({ ...fault, parts: cluster.parts, wires: cluster.wires }));
  });
}

function joinedSupplies({ supplies }: Cluster): readonly PartFault[] {
  const has = (supply: Supply) => supplies.includes(supply);
  const shorts = (['5v', '3v3'] as const).filter((supply) => has('ground') && has(supply));
  return [
    ...shorts.map((supply) => ({
      code: 'supply/short' as const,
      severity: 'danger' as const,
      volts: SUPPLY_VOLTS[supply],
    })),
    ...(has('5v') && has('3v3') ? [{ code: 'supply/joined' as const, severity: 'danger' as const }] : []),
  ];
}

/** GPIOs that get 5 V. With ground in the cluster the short circuit is reported instead. */
function pinsOnFiveVolts({ supplies, gpios }: Cluster): readonly PartFault[] {
  if (!supplies.includes('5v') || supplies.includes('ground')) return [];
  return gpios.map((gpio) => tooMuchVoltage(gpio, SUPPLY_VOLTS['5v']));
}

export function tooMuchVoltage(gpio: number, volts: number): PartFault {
  return { code: 'pin/too-much-voltage', severity: 'danger', gpio, volts, limitVolts: PIN_LIMIT_VOLTS };
}

interface Output {
  readonly gpio: number;
  /** The share of time for which it is high. */
  readonly share: number;
}

function shortedOutput({ gpio, share }: Output, { supplies }: Cluster): readonly PartFault[] {
  const isAgainstGround = share > 0 && supplies.includes('ground');
  const isAgainstSupply = share < 1 && supplies.includes('3v3');
  if (!isAgainstGround && !isAgainstSupply) return [];
  const currentMa = (HIGH_VOLTS / OUTPUT_OHMS) * 1000;
  return [{ code: 'pin/short', severity: 'danger', gpio, currentMa }];
}

/** Outputs with different duty cycles cannot agree all the time. */
function joinedOutputs(outputs: readonly Output[]): readonly PartFault[] {
  const isInStep = new Set(outputs.map(({ share }) => share)).size <= 1;
  if (isInStep) return [];
  const gpios = outputs.map(({ gpio }) => gpio);
  const currentMa = (HIGH_VOLTS / (2 * OUTPUT_OHMS)) * 1000;
  return [{ code: 'pin/outputs-joined', severity: 'danger', gpios, currentMa }];
}
