import type { Observable } from 'rxjs';

/** What an output pin does now, whoever made it do so. */
export interface PwmState {
  /** Share of each period for which the pin is high, percent 0–100, after quantisation. */
  readonly dutyPercent: number;
  /** PWM frequency, Hz; 0 where the pin is held high or low without PWM. */
  readonly frequencyHz: number;
  /** How many equal steps of light lie between 0 and 100 % at this frequency (the pin's real range). */
  readonly steps: number;
}

/** A pin that gives pulse-width modulation. */
export interface PwmPin {
  /** BCM number, 0–53. */
  readonly gpio: number;
  /** The frequencies that the driver can give, Hz, ascending; empty where any is possible. */
  readonly frequenciesHz: readonly number[];
  /**
   * What the pin does, from now on: the present state at once, then every change, also those that another
   * program made. Errors never: a driver that loses its pins says so in `Pins.health$`.
   */
  readonly state$: Observable<PwmState>;
  /** Sets the duty cycle, percent 0–100; resolves to what the pin then does. Rejects with `driver/failed`. */
  setDuty(dutyPercent: number): Promise<PwmState>;
  /** Asks for a frequency, Hz; resolves to the state with the nearest that the driver can give. The duty cycle is kept. */
  setFrequency(frequencyHz: number): Promise<PwmState>;
  /** Gives the pin up, so that it may be asked for again. Its light stays as it is. */
  release(): Promise<void>;
}

/** A pin that is only high or low, as for a relay or a buzzer. */
export interface OutputPin {
  /** BCM number, 0–53. */
  readonly gpio: number;
  /**
   * The level that the pin is driven to: the present one at once, then every change, also those that another program made. A pin that nobody
   * drives counts as low, a pin with PWM as high from a duty cycle of 50 %. Never errors: `Pins.health$` says if the pins are lost.
   */
  readonly level$: Observable<Level>;
  /** Drives the pin; resolves to the level that it then has. Rejects with `driver/failed`, or `driver/unavailable` once released. */
  write(level: Level): Promise<Level>;
  /** Gives the pin up, so that it may be claimed again. It keeps its level. */
  release(): Promise<void>;
}

export type Pull = 'none' | 'down' | 'up';
export type Level = 0 | 1;

/** One change of level. */
export interface Edge {
  readonly level: Level;
  /** When, in microseconds of the driver's own tick; wraps at 2^32. */
  readonly tickUs: number;
}

export interface InputOptions {
  /** The internal resistor. Default `none`. */
  readonly pull?: Pull;
  /** How long a level must hold to count, microseconds 0–300000 (pigpio's glitch filter). Default 0. */
  readonly steadyUs?: number;
}

/** A pin that is listened to. */
export interface InputPin {
  readonly gpio: number;
  /** The present level at once, then every edge after the filter. */
  readonly edges$: Observable<Edge>;
  /**
   * Puts a wire to the pin, as a push-button does: 0 to ground, 1 to 3.3 V, `undefined` lets go. With `bounceMs`
   * the contact chatters that long first. Only a simulated board has it.
   */
  readonly drive?: (level: Level | undefined, options?: { readonly bounceMs?: number }) => void;
  release(): Promise<void>;
}

/** Whether the driver can reach its pins. */
export type PinsHealth =
  | { readonly status: 'online' }
  | { readonly status: 'offline'; readonly reason: string };

/**
 * The pins of one board, real or virtual. Every driver passes the same contract suite.
 *
 * One owner a pin: `pwm`, `output` and `input` reject with `pin/in-use` (naming pin and owner), `pin/invalid` (not a pin of the board, or
 * reserved; says which are allowed), `pin/unsupported` (says what the pin lacks) or `driver/unavailable`.
 */
export interface Pins {
  /** The driver's name, as in `--driver`. */
  readonly driver: string;
  /** `online` or `offline` at once, then each change. Pins re-take their last settings when it comes back online. */
  readonly health$: Observable<PinsHealth>;
  /**
   * Whether one pin can be reached, where a driver has several ways to its pins: `online` or `offline` at once, then each change. A pin whose
   * last claim was refused is `offline` while a way is away that may lead to it. Without this method `health$` holds for every pin.
   */
  healthOf?(gpio: number): Observable<PinsHealth>;
  /** Claims a pin as a PWM output for `owner` (a device's topic, for messages). */
  pwm(gpio: number, owner: string): Promise<PwmPin>;
  /** Claims a pin that is only high or low. It keeps its level until the first write. */
  output(gpio: number, owner: string): Promise<OutputPin>;
  /** Claims a pin as an input. */
  input(gpio: number, owner: string, options?: InputOptions): Promise<InputPin>;
  /** Lets go of the board. Light stays as the driver leaves it (pigpiod, sysfs: unchanged; pigpio: low; rgpiod: PWM low, levels unchanged). */
  close(): Promise<void>;
}
