import type { Level, Pull } from '../../devices/pins/pins.ts';
import { DEFAULT_FREQUENCY_INDEX, type Frequencies, SERVO_PERIOD_US } from './frequencies.ts';
import type { Mode } from './mode.ts';
import { Burst, constant, HIGH, LOW, type Signal, Square } from './signal.ts';

/** The current user of a pin, by pigpio's own records. */
export type PinFunction = 'none' | 'write' | 'pwm' | 'servo' | 'hardware-pwm' | 'clock';

/** Returns the instant at which a pin is changed, microseconds; called only if it matters. */
export type Now = () => number;

/** The default range of a dutycycle. */
export const DEFAULT_RANGE = 255;

/**
 * A GPIO, with pigpio's rules for how one use of it ends another. It checks no arguments: the board and the daemon do.
 */
export class Pin {
  readonly gpio: number;
  mode: Mode = 'input';
  pull: Pull;
  function: PinFunction = 'none';
  /** The dutycycle, or the pulse width in microseconds; 0 if the pin is in neither PWM nor servo mode. */
  width = 0;
  range = DEFAULT_RANGE;
  frequencyIndex = DEFAULT_FREQUENCY_INDEX;
  /** The signal of an external wire on the pin, `undefined` if there is none. */
  wire: Signal | undefined;
  /** Whether the pin has ever been used. */
  isUsed = false;
  readonly #frequencies: Frequencies;
  /** After a change of PWM it is absent until it is needed: of many changes at once, only the last is computed. */
  #output: Signal | undefined = LOW;
  /** The number of high steps of PWM, if it was set directly and not by a dutycycle. */
  #exactSteps: number | undefined;

  constructor(gpio: number, frequencies: Frequencies, pull: Pull) {
    this.gpio = gpio;
    this.pull = pull;
    this.#frequencies = frequencies;
  }

  /** The level of the output latch, whether or not the mode lets it out. */
  get output(): Signal {
    this.#output ??= this.#pwmSignal();
    return this.#output;
  }

  set output(signal: Signal) {
    this.#output = signal;
  }

  /** The level of its pull resistor. A floating pin is low, so that a program always sees the same level. */
  get pulled(): Level {
    return this.pull === 'up' ? 1 : 0;
  }

  /** The external signal: a wire, or else the pull resistor. */
  get outside(): Signal {
    return this.wire ?? constant(this.pulled);
  }

  /** A new mode stops PWM and servo pulses; setting the same mode again does not. */
  setMode(mode: Mode, now: Now): void {
    if (mode === this.mode) return;
    this.#switchOff(now);
    this.function = 'none';
    this.mode = mode;
  }

  /** Stops PWM and servo pulses, makes the pin an output and sets its level. */
  write(level: Level, now: Now): void {
    if (this.function !== 'write') this.#switchOff(now);
    this.function = 'write';
    this.mode = 'output';
    this.output = constant(level);
  }

  /** Stops servo pulses, makes the pin an output and starts PWM; a dutycycle of 0 is PWM too. */
  setDutycycle(dutycycle: number, now: Now): void {
    this.#take('pwm', now);
    this.#giveWidth(dutycycle);
  }

  /**
   * Starts PWM that is high for a number of steps of the real range, whatever the range. The dutycycle becomes the
   * nearest one, but 0 only if no step is high. The next command that uses the dutycycle changes the light to match it.
   */
  setOnSteps(steps: number, now: Now): void {
    this.#take('pwm', now);
    const nearest = Math.round((steps * this.range) / this.realRange);
    this.#giveWidth(steps === 0 ? 0 : Math.max(1, nearest));
    this.#exactSteps = steps;
  }

  /** Changes the range of the dutycycle and keeps the brightness. Returns the real range. */
  setRange(range: number): number {
    if (this.function === 'pwm') this.#giveWidth(Math.floor((range * this.width) / this.range));
    this.range = range;
    return this.realRange;
  }

  /** Sets the nearest available frequency and keeps the dutycycle. Returns the frequency, Hz. */
  setFrequency(frequencyHz: number): number {
    this.frequencyIndex = this.#frequencies.nearest(frequencyHz);
    if (this.function === 'pwm') this.#giveWidth(this.width);
    return this.frequencyHz;
  }

  /** Starts 50 pulses per second, each `pulseUs` long; 0 stops when the current pulse has ended. */
  setPulse(pulseUs: number, now: Now): void {
    const isNew = this.#take('servo', now);
    if (pulseUs > 0) this.output = this.#servoSignal(pulseUs);
    else if (isNew) this.output = LOW;
    else this.#endPulse(now);
    this.width = pulseUs;
  }

  /** Connects the pin to the chip's PWM or clock peripheral. */
  handOver(to: 'hardware-pwm' | 'clock', mode: Mode, now: Now): void {
    if (this.function !== to) this.#switchOff(now);
    this.function = to;
    this.mode = mode;
  }

  /** Outputs a level for a short time, then the opposite one; PWM and servo pulses continue afterwards. */
  trigger(pulseUs: number, level: Level, now: Now): void {
    const isPulsed = this.width > 0;
    const rest = isPulsed ? this.output : constant(level === 1 ? 0 : 1);
    this.output = new Burst(level, [now() + pulseUs], rest);
  }

  /** The frequency set for PWM, Hz. */
  get frequencyHz(): number {
    return this.#frequencies.at(this.frequencyIndex);
  }

  /** The number of steps in a period at the set frequency. */
  get realRange(): number {
    return this.#frequencies.realRange(this.frequencyIndex);
  }

  /** The number of those steps for which PWM is high. A dutycycle is rounded down to a whole step. */
  get onSteps(): number {
    return this.#exactSteps ?? Math.floor((this.width * this.realRange) / this.range);
  }

  /** Returns whether the pin was used for something else before. */
  #take(use: 'pwm' | 'servo', now: Now): boolean {
    this.mode = 'output';
    if (this.function === use) return false;
    this.#switchOff(now);
    this.function = use;
    return true;
  }

  #giveWidth(dutycycle: number): void {
    this.width = dutycycle;
    this.#exactSteps = undefined;
    this.#output = undefined;
  }

  #switchOff(now: Now): void {
    if (this.function === 'servo') this.#endPulse(now);
    if (this.function === 'pwm') this.output = LOW;
    this.width = 0;
    this.#exactSteps = undefined;
  }

  #endPulse(now: Now): void {
    if (this.width === 0) return;
    const us = now();
    const isInPulse = this.output.levelAt(us) === 1;
    this.output = isInPulse ? new Burst(1, [this.output.nextEdge(us)], LOW) : LOW;
  }

  #pwmSignal(): Signal {
    const steps = this.onSteps;
    const { sampleUs } = this.#frequencies;
    if (steps === 0) return LOW;
    if (steps >= this.realRange) return HIGH;
    return new Square(this.realRange * sampleUs, steps * sampleUs);
  }

  #servoSignal(pulseUs: number): Signal {
    const { servoRange, sampleUs } = this.#frequencies;
    const steps = Math.floor((pulseUs * servoRange) / SERVO_PERIOD_US);
    return new Square(SERVO_PERIOD_US, steps * sampleUs);
  }
}
