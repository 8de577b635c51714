/**
 * A fault of a circuit, with the facts needed to explain it. `danger` may destroy something, `fault` does not work, `hint` works but could be better,
 * or is good to know.
 */
export type Fault = FaultFacts & {
  readonly severity: Severity;
  /** The ids of the affected parts; the fault is shown at the first one. May be empty. */
  readonly parts: readonly string[];
  /** The ids of the wires that cause it, if only wires do. */
  readonly wires: readonly string[];
};

export type Severity = 'danger' | 'fault' | 'hint';

/** A fault of one part, as its kind sees it. */
export type PartFault = FaultFacts & { readonly severity: Severity };

export type FaultFacts =
  /** It would light if it were turned round. */
  | { readonly code: 'led/reversed' }
  /** No resistor limits its current, `currentMa`. `limitMa` is the most that an LED of this size tolerates. */
  | { readonly code: 'led/no-resistor'; readonly currentMa: number; readonly limitMa: number }
  /** There is a resistor, but the current is still too high. */
  | { readonly code: 'led/too-much-current'; readonly currentMa: number; readonly limitMa: number }
  /** It is hardly visible, even if its pin is always on: a resistor is too large. */
  | { readonly code: 'led/too-dim'; readonly currentMa: number }
  /** The available voltage is too low: below `neededVolts` the current is negligible. */
  | { readonly code: 'led/too-little-voltage'; readonly neededVolts: number }
  /** Current reaches the part but has no way on to ground. */
  | { readonly code: 'part/no-ground' }
  /** The part has a path to ground, but nothing supplies it: no GPIO, no 3.3 V, no 5 V. */
  | { readonly code: 'part/no-supply' }
  /** Two legs that belong in different nets are in the same one, so that current bypasses the part. */
  | { readonly code: 'part/legs-joined'; readonly legs: readonly string[] }
  /** The leg is not connected to anything. */
  | { readonly code: 'part/leg-loose'; readonly leg: string }
  /** A supply is connected to ground, or to the other supply. `volts` is 5 or 3.3. */
  | { readonly code: 'supply/short'; readonly volts: number }
  | { readonly code: 'supply/joined' }
  /** An output is connected to ground or to a supply. */
  | { readonly code: 'pin/short'; readonly gpio: number; readonly currentMa: number }
  /** Two outputs with different levels are connected. */
  | { readonly code: 'pin/outputs-joined'; readonly gpios: readonly number[]; readonly currentMa: number }
  /** The voltage on a GPIO is above 3.3 V. */
  | {
      readonly code: 'pin/too-much-voltage';
      readonly gpio: number;
      readonly volts: number;
      readonly limitVolts: number;
    }
  | {
      readonly code: 'pin/too-much-current';
      readonly gpio: number;
      readonly currentMa: number;
      readonly limitMa: number;
    }
  /** The total of all pins. */
  | { readonly code: 'pins/too-much-current'; readonly currentMa: number; readonly limitMa: number }
  /** Nothing drives the input, and no pull is on. */
  | { readonly code: 'pin/floating'; readonly gpio: number }
  /** The voltage is between the low and the high range. */
  | { readonly code: 'pin/between-levels'; readonly gpio: number; readonly volts: number }
  /** A Raspberry Pi has no analog input: it reads the wiper's voltage as 0 or 1. */
  | { readonly code: 'potentiometer/no-analog-input'; readonly gpio: number }
  /** It is connected to 3.3 V but needs 5 V. */
  | { readonly code: 'servo/on-3v3' }
  /** Ground and supply are swapped. */
  | { readonly code: 'servo/reversed' }
  /** A GPIO supplies it, which cannot give enough current. */
  | { readonly code: 'servo/from-pin'; readonly gpio: number }
  /** No GPIO is connected to its signal leg. */
  | { readonly code: 'servo/no-signal' }
  /** A constant voltage makes no sound: no GPIO is connected to it. */
  | { readonly code: 'buzzer/no-signal' };
