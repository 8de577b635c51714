import type { Observable } from 'rxjs';

/** The current state of an output pin, whichever program set it. */
export interface PwmState {
  /** Duty cycle: share of each period that the pin is high, percent 0–100, after quantization. */
  readonly dutyPercent: number;
  /** PWM frequency, Hz; 0 if the pin is held high or low without PWM. */
  readonly frequencyHz: number;
  /** The number of equal steps of light between 0 and 100 % at this frequency (the pin's real range). */
  readonly steps: number;
}

/** A pin with pulse-width modulation. */
export interface PwmPin {
  /** BCM number, 0–53. */
  readonly gpio: number;
  /** The frequencies that the driver supports, Hz, ascending; empty if any is possible. */
  readonly frequenciesHz: readonly number[];
  /**
   * The pin's state: the current one on subscription, then every change, including those that another
   * program made. Never errors: a driver that loses its pins reports that in `Pins.health$`.
   */
  readonly state$: Observable<PwmState>;
  /** Sets the duty cycle, percent 0–100; resolves to the resulting state. Rejects with `driver/failed`. */
  setDuty(dutyPercent: number): Promise<PwmState>;
  /** Requests a frequency, Hz; resolves to the state with the nearest supported one. The duty cycle is kept. */
  setFrequency(frequencyHz: number): Promise<PwmState>;
  /** Releases the pin, so that it may be claimed again. Its light stays. */
  release(): Promise<void>;
}

/** A pin that is only high or low, for example for a relay or a buzzer. */
export interface OutputPin {
  /** BCM number, 0–53. */
  readonly gpio: number;
  /**
   * The driven level: the current one on subscription, then every change, including those that another program made. An undriven
   * pin counts as low, a pin with PWM as high from a duty cycle of 50 %. Never errors: `Pins.health$` reports if the pins are lost.
   */
  readonly level$: Observable<Level>;
  /** Drives the pin; resolves to its resulting level. Rejects with `driver/failed`, or `driver/unavailable` once released. */
  write(level: Level): Promise<Level>;
  /** Releases the pin, so that it may be claimed again. It keeps its level. */
  release(): Promise<void>;
}

export type Pull = 'none' | 'down' | 'up';
export type Level = 0 | 1;

/** One level change. */
export interface Edge {
  readonly level: Level;
  /** Timestamp in microseconds of the driver's own tick; wraps at 2^32. */
  readonly tickUs: number;
}

export interface InputOptions {
  /** The internal resistor. Default `none`. */
  readonly pull?: Pull;
  /** How long a level must hold to count, microseconds, 0–300000 (pigpio's glitch filter). Default 0. */
  readonly steadyUs?: number;
}

/** An input pin. */
export interface InputPin {
  readonly gpio: number;
  /** The current level on subscription, then every edge after the filter. */
  readonly edges$: Observable<Edge>;
  /**
   * Connects a wire to the pin, like a push-button: 0 to ground, 1 to 3.3 V, `undefined` disconnects it. With `bounceMs`
   * the contact bounces for that long first. Only simulated boards have this method.
   */
  readonly drive?: (level: Level | undefined, options?: { readonly bounceMs?: number }) => void;
  release(): Promise<void>;
}

/** Whether the driver can reach its pins, and if not, why. */
export type PinsHealth =
  | { readonly status: 'online' }
  | { readonly status: 'offline'; readonly reason: string };

/**
 * The pins of one board, real or virtual. Every driver passes the same contract tests.
 *
 * Each pin has one owner: `pwm`, `output` and `input` reject with `pin/in-use` (names pin and owner), `pin/invalid` (not a pin of the board,
 * or reserved; lists the allowed ones), `pin/unsupported` (says what the pin cannot do) or `driver/unavailable`.
 */
export interface Pins {
  /** The driver's name, as in `--driver`. */
  readonly driver: string;
  /** The BCM numbers that can be claimed, ascending, if the driver knows them before a claim. */
  readonly gpios?: readonly number[] | undefined;
  /** `online` or `offline` on subscription, then each change. Pins get their last settings again when it is back online. */
  readonly health$: Observable<PinsHealth>;
  /**
   * The health of one pin, for a driver with several ways to its pins: `online` or `offline` on subscription, then each change. A pin whose
   * last claim was refused is `offline` while a way that may reach it is away. Without this method `health$` applies to every pin.
   */
  healthOf?(gpio: number): Observable<PinsHealth>;
  /** Claims a pin as a PWM output for `owner` (a device's topic, named in errors). */
  pwm(gpio: number, owner: string): Promise<PwmPin>;
  /** Claims a high/low pin. It keeps its level until the first write. */
  output(gpio: number, owner: string): Promise<OutputPin>;
  /** Claims a pin as an input. */
  input(gpio: number, owner: string, options?: InputOptions): Promise<InputPin>;
  /** Releases the board. Lights stay as the driver leaves them (pigpiod, sysfs: unchanged; pigpio: low; rgpiod: PWM low, levels unchanged). */
  close(): Promise<void>;
}
