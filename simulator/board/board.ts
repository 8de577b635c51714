import type { Observable } from 'rxjs';
import type { Level, Pull } from '../../devices/pins/pins.ts';
import { HARDWARE_RANGE } from './channel.ts';
import { type Chip, chipOf, PI_4B } from './chip.ts';
import { Circuit } from './circuit.ts';
import { type Clock, createSystemClock } from './clock.ts';
import { Contacts } from './contacts.ts';
import { Frequencies } from './frequencies.ts';
import { DEFAULT_UPDATE_MASK } from './gpios.ts';
import type { Mode } from './mode.ts';
import type { Monitor } from './monitor.ts';
import type { PinState } from './pin-state.ts';
import { Player } from './player.ts';
import type { Program } from './program.ts';
import { constant } from './signal.ts';
import { type Waveform, waveformAt } from './waveform.ts';

/** The longest servo pulse, microseconds. */
export const MAX_PULSE_US = 2500;

export interface BoardOptions {
  readonly clock?: Clock;
  /** pigpiod's sample period (`-s`): 1, 2, 4, 5, 8 or 10 µs. Default 5. */
  readonly sampleUs?: number;
  /** The revision code of the emulated board. Default: a Pi 4 B. */
  readonly revision?: number;
  /** The GPIO that may be changed (`-x`), one bit each. Default 2–27. */
  readonly updateMask?: bigint;
}

/**
 * A Raspberry Pi's GPIO 0–53 as pigpio presents them. Signals are kept in closed form: a pin can be asked for its level
 * or its waveform at any instant, and nothing runs in between.
 *
 * Arguments are not checked, except the number of a GPIO (`pin/invalid`).
 */
export class Board {
  readonly clock: Clock;
  readonly chip: Chip;
  readonly frequencies: Frequencies;
  readonly updateMask: bigint;
  /** Edges, filters and watchdogs of GPIO 0–31. */
  readonly monitor: Monitor;
  /** Emits the GPIO whose behavior has changed, whoever changed it. The edges of a signal do not count as changes of its behavior. */
  readonly changes$: Observable<number>;
  readonly #circuit: Circuit;
  readonly #permitted: readonly boolean[];
  readonly #contacts: Contacts;
  readonly #player: Player;

  /** Throws `option/invalid` for an unknown sample period or revision. */
  constructor(options: BoardOptions = {}) {
    this.clock = options.clock ?? createSystemClock();
    this.chip = chipOf(options.revision ?? PI_4B);
    this.frequencies = new Frequencies(options.sampleUs ?? 5);
    this.#circuit = new Circuit(this.clock, this.chip, this.frequencies);
    this.monitor = this.#circuit.monitor;
    this.changes$ = this.#circuit.changes$;
    this.#contacts = new Contacts(this.#circuit);
    this.#player = new Player(this.#circuit);
    const updateMask = options.updateMask ?? DEFAULT_UPDATE_MASK;
    this.updateMask = updateMask;
    this.#permitted = this.#circuit.pins.map(({ gpio }) => ((updateMask >> BigInt(gpio)) & 1n) === 1n);
  }

  /** Whether the update mask allows a GPIO to be changed. */
  permits(gpio: number): boolean {
    return this.#permitted[gpio] ?? false;
  }

  /** Microseconds as pigpio counts them, modulo 2^32. */
  tick(): number {
    return this.clock.nowUs() % 2 ** 32;
  }

  mode(gpio: number): Mode {
    return this.#circuit.pin(gpio).mode;
  }

  /** A different mode ends PWM, servo pulses and any other use of the pin. */
  setMode(gpio: number, mode: Mode): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setMode(mode, now);
    this.#circuit.changed(pin, now);
  }

  pull(gpio: number): Pull {
    return this.#circuit.pin(gpio).pull;
  }

  setPull(gpio: number, pull: Pull): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.pull = pull;
    this.#circuit.changed(pin, now);
  }

  /** The level of a GPIO at an instant of the board's clock, microseconds. Default: now. */
  level(gpio: number, us = this.clock.nowUs()): Level {
    return this.#circuit.signal(this.#circuit.pin(gpio)).levelAt(us);
  }

  /** The current levels of GPIO 0–31 (bank 0) or 32–53 (bank 1), one bit each. */
  levels(bank: 0 | 1): number {
    return this.#circuit.levels(bank);
  }

  /** Makes the GPIO an output and sets its level. */
  write(gpio: number, level: Level): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.write(level, now);
    this.#circuit.changed(pin, now);
  }

  /** Sets or clears output latches of a bank: modes do not change, PWM and servo pulses continue. */
  writeBits(bank: 0 | 1, bits: number, level: Level): void {
    for (const pin of this.#circuit.among(bank, bits)) {
      if (pin.width > 0) continue;
      const now = this.#circuit.settle();
      pin.output = constant(level);
      // Setting the latch of a pin that is not an output has no visible effect.
      if (pin.mode === 'output') this.#circuit.changed(pin, now);
    }
  }

  /** The dutycycle of a GPIO in PWM, `undefined` if it is not in PWM. */
  dutycycle(gpio: number): number | undefined {
    const pin = this.#circuit.pin(gpio);
    return pin.function === 'pwm' ? pin.width : this.#circuit.hardware.owning(pin)?.dutycycle;
  }

  /** Starts PWM; `dutycycle` is between 0 and the GPIO's range. */
  setDutycycle(gpio: number, dutycycle: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setDutycycle(dutycycle, now);
    this.#circuit.changed(pin, now);
  }

  /**
   * Starts PWM with a brightness in percent, 0–100, as exact as the steps of the period allow, whatever the GPIO's
   * range. If a frequency is given, Hz, the nearest one is set first. The dutycycle becomes the nearest one in its
   * range.
   */
  setLight(gpio: number, dutyPercent: number, frequencyHz?: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    if (frequencyHz !== undefined) pin.setFrequency(frequencyHz);
    pin.setOnSteps(Math.round((dutyPercent / 100) * pin.realRange), now);
    this.#circuit.changed(pin, now);
  }

  /** The range of the dutycycle: as set, or 1 000 000 if the pin uses hardware PWM. */
  range(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin) ? HARDWARE_RANGE : pin.range;
  }

  /** The range as set, even if the pin's current use ignores it. */
  ownRange(gpio: number): number {
    return this.#circuit.pin(gpio).range;
  }

  /** Sets the range and keeps the brightness. Returns the real range. */
  setRange(gpio: number, range: number): number {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setRange(range);
    this.#circuit.changed(pin, now);
    return pin.realRange;
  }

  /** The current number of brightness steps in a period. */
  realRange(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin)?.realRange ?? pin.realRange;
  }

  /** The frequency of PWM, Hz, rounded. */
  frequency(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin)?.frequencyHz ?? pin.frequencyHz;
  }

  /** Sets the nearest of the 18 frequencies and keeps the dutycycle. Returns the frequency, Hz. */
  setFrequency(gpio: number, frequencyHz: number): number {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setFrequency(frequencyHz);
    this.#circuit.changed(pin, now);
    return pin.frequencyHz;
  }

  /**
   * The width of a servo's pulses, microseconds, 0 if they have stopped; `undefined` if the GPIO is not in servo mode.
   */
  pulse(gpio: number): number | undefined {
    const pin = this.#circuit.pin(gpio);
    return pin.function === 'servo' ? pin.width : undefined;
  }

  /** Starts 50 pulses per second, 500–2500 µs wide; 0 stops them when the current pulse has ended. */
  setPulse(gpio: number, pulseUs: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setPulse(pulseUs, now);
    this.#circuit.changed(pin, now);
    if (pulseUs === 0) this.#circuit.changesAfter(pin, MAX_PULSE_US);
  }

  /** Outputs a level for 1–100 µs, then the opposite one, whatever the mode. */
  trigger(gpio: number, pulseUs: number, level: Level): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.trigger(pulseUs, level, now);
    this.#circuit.changed(pin, now);
    this.#circuit.changesAfter(pin, pulseUs);
  }

  /**
   * Hardware PWM, from 1 Hz to the chip's limit, `dutycycle` 0–1 000 000; a frequency of 0 stops it. All pins of a
   * channel give the same signal. It ends a wave that is being sent, because they share a clock. Throws
   * `pin/unsupported`.
   */
  setHardwarePwm(gpio: number, frequencyHz: number, dutycycle: number): void {
    if (frequencyHz > 0) this.#player.stop();
    this.#circuit.hardware.setPwm(this.#circuit.pin(gpio), frequencyHz, dutycycle);
  }

  /** A hardware clock, Hz within the chip's limits; 0 stops it. Throws `pin/unsupported`. */
  setHardwareClock(gpio: number, frequencyHz: number): void {
    this.#circuit.hardware.setClock(this.#circuit.pin(gpio), frequencyHz);
  }

  /**
   * Connects a pin from outside to ground (0), to 3.3 V (1), or to nothing. With `bounceMs` the contact first bounces
   * for that long. An output keeps its own level.
   */
  wire(gpio: number, level: Level | undefined, { bounceMs = 0 }: { readonly bounceMs?: number } = {}): void {
    this.#contacts.connect(this.#circuit.pin(gpio), level, bounceMs * 1000);
  }

  /** The waveform of a pin at an instant, in microseconds of the board's clock. Default: now. */
  waveform(gpio: number, us = this.clock.nowUs()): Waveform {
    const pin = this.#circuit.pin(gpio);
    return waveformAt(this.#circuit.signal(pin), us, this.#circuit.frequencyOf(pin));
  }

  /** The full current state of a pin. */
  state(gpio: number): PinState {
    const pin = this.#circuit.pin(gpio);
    const { dutyPercent, frequencyHz } = this.waveform(gpio);
    return {
      gpio,
      mode: pin.mode,
      pull: pin.pull,
      function: this.#player.holds(pin) ? 'wave' : pin.function,
      dutyPercent,
      frequencyHz,
      steps: this.realRange(gpio),
      level: this.level(gpio),
      ...(pin.function === 'servo' && { pulseUs: pin.width }),
    };
  }

  /** Whether a pin has ever been used. */
  isUsed(gpio: number): boolean {
    return this.#circuit.pin(gpio).isUsed;
  }

  /** Sends a wave at once and replaces any other. It stops hardware PWM, because they share a clock. */
  sendWave(program: Program): void {
    this.#circuit.hardware.stopPwm();
    this.#player.send(program);
  }

  /** Sends a wave at the end of the current round of the last one; returns `false` if too many are waiting. */
  sendWaveNext(program: Program): boolean {
    this.#circuit.hardware.stopPwm();
    return this.#player.sendNext(program);
  }

  /** Stops sending; the pins keep their current levels. */
  stopWave(): void {
    this.#player.stop();
  }

  get isSendingWave(): boolean {
    return this.#player.isBusy;
  }

  /** The identifier of the wave that is being sent, `undefined` if there is none, as during a pause of a chain. */
  get currentWave(): number | undefined {
    return this.#player.wave;
  }

  /** Cancels the board's timers. Pins keep their state, and nothing reports their changes any longer. */
  close(): void {
    this.#player.stop();
    this.#contacts.close();
    this.#circuit.close();
  }
}
