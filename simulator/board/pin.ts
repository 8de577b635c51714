import type { Level, Pull } from '../../devices/pins/pins.ts';
import { DEFAULT_FREQUENCY_INDEX, type Frequencies, SERVO_PERIOD_US } from './frequencies.ts';
import type { Mode } from './mode.ts';
import { Burst, constant, HIGH, LOW, type Signal, Square } from './signal.ts';

/** Who drives a pin, in pigpio's book. */
export type PinFunction = 'none' | 'write' | 'pwm' | 'servo' | 'hardware-pwm' | 'clock';

/** The instant at which a pin is changed, microseconds; asked for only where it matters. */
export type Now = () => number;

/** The range of a dutycycle until another is set. */
export const DEFAULT_RANGE = 255;

/**
 * One GPIO with the rules of pigpio by which one use of it ends another. It checks nothing: the board and
 * the daemon do.
 */
export class Pin {
  readonly gpio: number;
  mode: Mode = 'input';
  pull: Pull;
  function: PinFunction = 'none';
  /** The dutycycle, or the pulse width in microseconds; 0 where the pin is in neither PWM nor servo. */
  width = 0;
  range = DEFAULT_RANGE;
  frequencyIndex = DEFAULT_FREQUENCY_INDEX;
  /** What a wire from outside puts on the pin, `undefined` where there is none. */
  wire: Signal | undefined;
  /** Whether anybody has ever used it. */
  isUsed = false;
  readonly #frequencies: Frequencies;
  /** Absent until it is asked for, after a change of PWM: of many changes at once only the last is worked out. */
  #output: Signal | undefined = LOW;
  /** For how many steps PWM is to be high, where it was told that and not a dutycycle. */
  #exactSteps: number | undefined;

  constructor(gpio: number, frequencies: Frequencies, pull: Pull) {
    this.gpio = gpio;
    this.pull = pull;
    this.#frequencies = frequencies;
  }

  /** What the output latch holds, whether or not the mode lets it out. */
  get output(): Signal {
    this.#output ??= this.#pwmSignal();
    return this.#output;
  }

  set output(signal: Signal) {
    this.#output = signal;
  }

  /** The level at which its resistor holds it. A pin that floats is low, so that a program always sees the same. */
  get pulled(): Level {
    return this.pull === 'up' ? 1 : 0;
  }

  /** What it is at from outside: a wire, or its resistor. */
  get outside(): Signal {
    return this.wire ?? constant(this.pulled);
  }

  /** A new mode stops PWM and servo pulses; the same mode again leaves them. */
  setMode(mode: Mode, now: Now): void {
    if (mode === this.mode) return;
    this.#switchOff(now);
    this.function = 'none';
    this.mode = mode;
  }

  /** Stops PWM and servo pulses, makes the pin an output and holds a level. */
  write(level: Level, now: Now): void {
    if (this.function !== 'write') this.#switchOff(now);
    this.function = 'write';
    this.mode = 'output';
    this.output = constant(level);
  }

  /** Stops servo pulses, makes the pin an output and gives PWM; a dutycycle of 0 is PWM too. */
  setDutycycle(dutycycle: number, now: Now): void {
    this.#take('pwm', now);
    this.#giveWidth(dutycycle);
  }

  /**
   * Gives PWM that is high for so many steps of the real range, whatever the range. The dutycycle is then the one
   * nearest to that, yet 0 for darkness alone; the next command that is about it leads to the light of that one.
   */
  setOnSteps(steps: number, now: Now): void {
    this.#take('pwm', now);
    const nearest = Math.round((steps * this.range) / this.realRange);
    this.#giveWidth(steps === 0 ? 0 : Math.max(1, nearest));
    this.#exactSteps = steps;
  }

  /** Changes what a dutycycle is a share of, and keeps the brightness. Returns the real range. */
  setRange(range: number): number {
    if (this.function === 'pwm') this.#giveWidth(Math.floor((range * this.width) / this.range));
    this.range = range;
    return this.realRange;
  }

  /** Takes the nearest frequency that there is, and keeps the dutycycle. Returns it, Hz. */
  setFrequency(frequencyHz: number): number {
    this.frequencyIndex = this.#frequencies.nearest(frequencyHz);
    if (this.function === 'pwm') this.#giveWidth(this.width);
    return this.frequencyHz;
  }

  /** Gives 50 pulses a second, `pulseUs` long; 0 stops when the present pulse has ended. */
  setPulse(pulseUs: number, now: Now): void {
    const isNew = this.#take('servo', now);
    if (pulseUs > 0) this.output = this.#servoSignal(pulseUs);
    else if (isNew) this.output = LOW;
    else this.#endPulse(now);
    this.width = pulseUs;
  }

  /** Hands the pin over to the PWM or clock peripheral of the chip. */
  handOver(to: 'hardware-pwm' | 'clock', mode: Mode, now: Now): void {
    if (this.function !== to) this.#switchOff(now);
    this.function = to;
    this.mode = mode;
  }

  /** Lets a level out for a moment, and leaves the other; PWM and servo pulses go on after it. */
  trigger(pulseUs: number, level: Level, now: Now): void {
    const isPulsed = this.width > 0;
    const rest = isPulsed ? this.output : constant(level === 1 ? 0 : 1);
    this.output = new Burst(level, [now() + pulseUs], rest);
  }

  /** The frequency set for PWM, Hz. */
  get frequencyHz(): number {
    return this.#frequencies.at(this.frequencyIndex);
  }

  /** The steps of a period at the frequency set. */
  get realRange(): number {
    return this.#frequencies.realRange(this.frequencyIndex);
  }

  /** For how many of those steps PWM is high: of a dutycycle's, what is over is cut off, not rounded. */
  get onSteps(): number {
    return this.#exactSteps ?? Math.floor((this.width * this.realRange) / this.range);
  }

  /** Returns whether the pin was in another use before. */
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
