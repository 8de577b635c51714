/** The light of one LED, or of one colour of an RGB LED. */
export interface Light {
  readonly color: string;
  /** The mean over a period of PWM, milliamperes. */
  readonly currentMa: number;
  /** 0–1, in proportion to the mean current, up to what the page can draw. */
  readonly light: number;
}

/** What a part does at a moment. */
export type Reading =
  | { readonly is: 'light'; readonly lights: readonly Light[] }
  /** 0 Hz is silence. */
  | { readonly is: 'tone'; readonly frequencyHz: number }
  /** `degrees` from its middle, -90 to 90; `undefined` while it has no supply or no pulses: it stays as it was. */
  | { readonly is: 'angle'; readonly degrees: number | undefined; readonly isPowered: boolean }
  | { readonly is: 'contact'; readonly isPressed: boolean }
  /** `share` is how far it is turned, 0–1; `volts` are those of its wiper, `undefined` where nothing is there to give any. */
  | { readonly is: 'wiper'; readonly share: number; readonly volts: number | undefined }
  | { readonly is: 'current'; readonly currentMa: number };

/** What a kind can ask about one of its parts, to say what it does. All means are over a period of PWM. */
export interface Surroundings {
  readonly hand: number;
  /** The mean current through each of the kind's elements, milliamperes, in their order. */
  readonly currentsMa: readonly number[];
  /** The mean voltage of a leg against ground; `undefined` if nothing gives it one. */
  volts(leg: string): number | undefined;
  /** By how much the voltage between two legs changes while pins alternate. */
  swing(one: string, other: string): number;
  /** What a pin puts on a leg, directly or through other parts; `undefined` if there is no pin that alternates. */
  wave(leg: string): Wave | undefined;
}

/** What a pin that alternates gives. */
export interface Wave {
  readonly gpio: number;
  readonly frequencyHz: number;
  /** The length of a servo's pulses, microseconds; 0 if it gives none. */
  readonly pulseUs: number;
}
