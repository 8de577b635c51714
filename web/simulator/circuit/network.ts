/** Something that current can flow through, between two nodes. */
export interface Branch {
  readonly from: number;
  readonly to: number;
  readonly ohms: number;
  /** Of a diode: current flows from `from` to `to` only, and only for what is above this voltage. Absent for a resistor. */
  readonly kneeVolts?: number;
}

/** Nodes 0 to `nodes` - 1, some of which are held at a voltage, and what is between them. */
export interface Network {
  readonly nodes: number;
  /** Volts by node. */
  readonly held: ReadonlyMap<number, number>;
  readonly branches: readonly Branch[];
}

/** What every node has to ground, as the air and the board have: so that a node that nothing holds has a voltage to reckon with. */
export const LEAK_OHMS = 1e9;

/** The current from `from` to `to`, amperes. */
export function ampsThrough({ from, to, ohms, kneeVolts }: Branch, volts: ArrayLike<number>): number {
  const across = (volts[from] ?? 0) - (volts[to] ?? 0);
  return kneeVolts === undefined ? across / ohms : Math.max(0, across - kneeVolts) / ohms;
}
