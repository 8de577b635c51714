/** A branch between two nodes through which current can flow. */
export interface Branch {
  readonly from: number;
  readonly to: number;
  readonly ohms: number;
  /** For a diode: current flows only from `from` to `to`, and only for the voltage above this. Absent for a resistor. */
  readonly kneeVolts?: number;
}

/** Nodes 0 to `nodes` - 1, some of them held at a voltage, and the branches between them. */
export interface Network {
  readonly nodes: number;
  /** The held voltages, by node. */
  readonly held: ReadonlyMap<number, number>;
  readonly branches: readonly Branch[];
}

/** The leakage resistance of every node to ground, like that of air and board: it gives a defined voltage to a node that nothing drives. */
export const LEAK_OHMS = 1e9;

/** The current from `from` to `to`, amperes. */
export function ampsThrough({ from, to, ohms, kneeVolts }: Branch, volts: ArrayLike<number>): number {
  const across = (volts[from] ?? 0) - (volts[to] ?? 0);
  return kneeVolts === undefined ? across / ohms : Math.max(0, across - kneeVolts) / ohms;
}
