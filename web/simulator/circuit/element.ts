/** What is between two legs of a part, as far as a direct current is concerned. */
export type Element = Resistor | Diode;

export interface Resistor {
  readonly is: 'resistor';
  /** The names of two legs. */
  readonly between: readonly [string, string];
  readonly ohms: number;
}

/** Lets current through from its first leg to its second only, and only what is left above its knee. */
export interface Diode {
  readonly is: 'diode';
  /** Anode and cathode, by the names of legs. */
  readonly between: readonly [string, string];
  /** Below this voltage there is no current to speak of. */
  readonly kneeVolts: number;
  /** How much each further volt gives: 1 V / ohms. */
  readonly ohms: number;
  /** The colour of its light. */
  readonly color: string;
  /** The mean current at which it is as bright as the page can draw it, milliamperes. */
  readonly fullMa: number;
}
