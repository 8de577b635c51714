/**
 * What is wrong with a circuit, with the facts that words need to explain it. `danger` may break something, `fault` does not work, `hint` works
 * and could be better, or needs to be known.
 */
export type Fault = FaultFacts & {
  readonly severity: Severity;
  /** The ids of the parts that it is about; the first is the one to show it at. May be empty. */
  readonly parts: readonly string[];
  /** The ids of the wires that cause it, if wires alone do. */
  readonly wires: readonly string[];
};

export type Severity = 'danger' | 'fault' | 'hint';

/** What is wrong with one part, as its kind sees it. */
export type PartFault = FaultFacts & { readonly severity: Severity };

export type FaultFacts =
  /** It would light the other way round. */
  | { readonly code: 'led/reversed' }
  /** No resistor limits its current, which would be this. `limitMa` is what an LED of this size bears. */
  | { readonly code: 'led/no-resistor'; readonly currentMa: number; readonly limitMa: number }
  /** There is a resistor, and still more current than it bears. */
  | { readonly code: 'led/too-much-current'; readonly currentMa: number; readonly limitMa: number }
  /** It hardly shines, even if its pin is on for the whole time: a resistor is too large. */
  | { readonly code: 'led/too-dim'; readonly currentMa: number }
  /** What it is connected to has less than it needs: below `neededVolts` there is no current to speak of. */
  | { readonly code: 'led/too-little-voltage'; readonly neededVolts: number }
  /** Current comes to the part and cannot go on to ground. */
  | { readonly code: 'part/no-ground' }
  /** The part has a way to ground, and nothing supplies it: no GPIO, no 3.3 V, no 5 V. */
  | { readonly code: 'part/no-supply' }
  /** Two legs that belong in different nets are in the same one, so that current goes past the part. */
  | { readonly code: 'part/legs-joined'; readonly legs: readonly string[] }
  /** Nothing is connected to the leg. */
  | { readonly code: 'part/leg-loose'; readonly leg: string }
  /** A supply is connected to ground, or to the other supply. `volts` are 5 or 3.3. */
  | { readonly code: 'supply/short'; readonly volts: number }
  | { readonly code: 'supply/joined' }
  /** An output stands against ground or a supply. */
  | { readonly code: 'pin/short'; readonly gpio: number; readonly currentMa: number }
  /** Two outputs at different levels are connected. */
  | { readonly code: 'pin/outputs-joined'; readonly gpios: readonly number[]; readonly currentMa: number }
  /** More than 3.3 V come to a GPIO. */
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
  /** All pins together. */
  | { readonly code: 'pins/too-much-current'; readonly currentMa: number; readonly limitMa: number }
  /** Nothing holds the input at a level, as no pull is on. */
  | { readonly code: 'pin/floating'; readonly gpio: number }
  /** The voltage is between what counts as low and what counts as high. */
  | { readonly code: 'pin/between-levels'; readonly gpio: number; readonly volts: number }
  /** A Raspberry Pi has no analogue input: the wiper's voltage is read as 0 or 1. */
  | { readonly code: 'potentiometer/no-analogue-input'; readonly gpio: number }
  /** It is on 3.3 V, and needs 5 V. */
  | { readonly code: 'servo/on-3v3' }
  /** Ground and supply are exchanged. */
  | { readonly code: 'servo/reversed' }
  /** Its supply comes from a GPIO, which cannot give as much. */
  | { readonly code: 'servo/from-pin'; readonly gpio: number }
  /** No GPIO is on its signal. */
  | { readonly code: 'servo/no-signal' }
  /** A steady voltage makes no sound: no GPIO is on it. */
  | { readonly code: 'buzzer/no-signal' };
