/** The light of one LED, or of one color of an RGB LED. */
export interface Light {
  readonly color: string;
  /** The mean current over a PWM period, milliamperes. */
  readonly currentMa: number;
  /** 0–1, proportional to the mean current, up to the brightest light that the page can draw. */
  readonly light: number;
}

/** The state of a part at a moment. */
export type Reading =
  | { readonly is: 'light'; readonly lights: readonly Light[] }
  /** 0 Hz means silence. */
  | { readonly is: 'tone'; readonly frequencyHz: number }
  /** `degrees` from its middle, -90 to 90; `undefined` without supply or pulses, so that it keeps its position. */
  | { readonly is: 'angle'; readonly degrees: number | undefined; readonly isPowered: boolean }
  | { readonly is: 'contact'; readonly isPressed: boolean }
  /** `share` is how far it is turned, 0–1; `volts` is the voltage of its wiper, `undefined` if nothing determines it. */
  | { readonly is: 'wiper'; readonly share: number; readonly volts: number | undefined }
  | { readonly is: 'current'; readonly currentMa: number };

/** The values that a kind can query to compute the state of one of its parts. All means are over a PWM period. */
export interface Surroundings {
  readonly hand: number;
  /** The mean current through each of the kind's elements, milliamperes, in their order. */
  readonly currentsMa: readonly number[];
  /** The mean voltage of a leg against ground; `undefined` if nothing determines it. */
  volts(leg: string): number | undefined;
  /** The change of the voltage between two legs while pins alternate. */
  swing(one: string, other: string): number;
  /** The signal that a pin puts on a leg, directly or through other parts; `undefined` if no alternating pin leads there. */
  wave(leg: string): Wave | undefined;
}

/** The signal of an alternating pin. */
export interface Wave {
  readonly gpio: number;
  readonly frequencyHz: number;
  /** The length of a servo's pulses, microseconds; 0 if it sends none. */
  readonly pulseUs: number;
}
