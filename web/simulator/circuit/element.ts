/** An electrical element between two legs of a part, for direct current. */
export type Element = Resistor | Diode;

export interface Resistor {
  readonly is: 'resistor';
  /** The names of two legs. */
  readonly between: readonly [string, string];
  readonly ohms: number;
}

/** Conducts only from its first leg to its second, and only above its knee voltage. */
export interface Diode {
  readonly is: 'diode';
  /** Anode and cathode, as leg names. */
  readonly between: readonly [string, string];
  /** Below this voltage the current is negligible. */
  readonly kneeVolts: number;
  /** The slope above the knee: each further volt adds 1 V / ohms. */
  readonly ohms: number;
  /** The color of its light. */
  readonly color: string;
  /** The mean current at which it reaches the full brightness that the page can draw, milliamperes. */
  readonly fullMa: number;
}
