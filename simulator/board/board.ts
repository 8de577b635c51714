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

/** The widest pulse of a servo, microseconds. */
export const MAX_PULSE_US = 2500;

export interface BoardOptions {
  readonly clock?: Clock;
  /** pigpiod's sample rate (`-s`): 1, 2, 4, 5, 8 or 10 µs. Default 5. */
  readonly sampleUs?: number;
  /** The revision code of the board that it pretends to be. Default: a Pi 4 B. */
  readonly revision?: number;
  /** The GPIO that may be changed (`-x`), a bit each. Default 2–27. */
  readonly updateMask?: bigint;
}

/**
 * A Raspberry Pi's GPIO 0–53 as pigpio has them. Signals are kept in closed form: a pin can be asked for its
 * level or its waveform at any instant, and nothing runs in between.
 *
 * Arguments are taken as checked, apart from the number of a GPIO (`pin/invalid`).
 */
export class Board {
  readonly clock: Clock;
  readonly chip: Chip;
  readonly frequencies: Frequencies;
  readonly updateMask: bigint;
  /** Edges, filters and watchdogs of GPIO 0–31. */
  readonly monitor: Monitor;
  /** The GPIO that does something else than before, whoever made it. The edges of a signal are no change of it. */
  readonly changes$: Observable<number>;
  readonly #circuit: Circuit;
  readonly #permitted: readonly boolean[];
  readonly #contacts: Contacts;
  readonly #player: Player;

  /** Throws `option/invalid` for a sample rate or a revision that there is not. */
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

  /** Whether the update mask lets a GPIO be changed. */
  permits(gpio: number): boolean {
    return this.#permitted[gpio] ?? false;
  }

  /** Microseconds as pigpio counts them: wraps at 2^32. */
  tick(): number {
    return this.clock.nowUs() % 2 ** 32;
  }

  mode(gpio: number): Mode {
    return this.#circuit.pin(gpio).mode;
  }

  /** A mode that is new to the pin ends PWM, servo pulses and whatever else it was in. */
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

  /** The level of a GPIO at an instant of the board's clock, microseconds; now unless told. */
  level(gpio: number, us = this.clock.nowUs()): Level {
    return this.#circuit.signal(this.#circuit.pin(gpio)).levelAt(us);
  }

  /** The levels of GPIO 0–31 (bank 0) or 32–53 (bank 1) now, a bit each. */
  levels(bank: 0 | 1): number {
    return this.#circuit.levels(bank);
  }

  /** Makes the GPIO an output and holds a level. */
  write(gpio: number, level: Level): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.write(level, now);
    this.#circuit.changed(pin, now);
  }

  /** Sets or clears output latches of a bank: modes stay as they are, PWM and servo pulses go on. */
  writeBits(bank: 0 | 1, bits: number, level: Level): void {
    for (const pin of this.#circuit.among(bank, bits)) {
      if (pin.width > 0) continue;
      const now = this.#circuit.settle();
      pin.output = constant(level);
      // The latch of a pin that is no output is set unseen.
      if (pin.mode === 'output') this.#circuit.changed(pin, now);
    }
  }

  /** The dutycycle of a GPIO in PWM, `undefined` for one that is in none. */
  dutycycle(gpio: number): number | undefined {
    const pin = this.#circuit.pin(gpio);
    return pin.function === 'pwm' ? pin.width : this.#circuit.hardware.owning(pin)?.dutycycle;
  }

  /** Gives PWM; `dutycycle` from 0 to the range set for the GPIO. */
  setDutycycle(gpio: number, dutycycle: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setDutycycle(dutycycle, now);
    this.#circuit.changed(pin, now);
  }

  /**
   * Gives PWM with a share of light, percent 0–100, as near as the steps of the period allow, in whatever range the
   * GPIO has; with a frequency, Hz, first at the nearest that there is. The dutycycle is then the nearest in its range.
   */
  setLight(gpio: number, dutyPercent: number, frequencyHz?: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    if (frequencyHz !== undefined) pin.setFrequency(frequencyHz);
    pin.setOnSteps(Math.round((dutyPercent / 100) * pin.realRange), now);
    this.#circuit.changed(pin, now);
  }

  /** What a dutycycle is a share of: as set, or 1 000 000 where hardware has the pin. */
  range(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin) ? HARDWARE_RANGE : pin.range;
  }

  /** The range as set, whoever has the pin. */
  ownRange(gpio: number): number {
    return this.#circuit.pin(gpio).range;
  }

  /** Sets the range, and keeps the brightness. Returns the real range. */
  setRange(gpio: number, range: number): number {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setRange(range);
    this.#circuit.changed(pin, now);
    return pin.realRange;
  }

  /** The steps of light that a period has now. */
  realRange(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin)?.realRange ?? pin.realRange;
  }

  /** The frequency of PWM, Hz, rounded. */
  frequency(gpio: number): number {
    const pin = this.#circuit.pin(gpio);
    return this.#circuit.hardware.owning(pin)?.frequencyHz ?? pin.frequencyHz;
  }

  /** Takes the nearest of the 18 frequencies, and keeps the dutycycle. Returns it, Hz. */
  setFrequency(gpio: number, frequencyHz: number): number {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setFrequency(frequencyHz);
    this.#circuit.changed(pin, now);
    return pin.frequencyHz;
  }

  /** The width of a servo's pulses, microseconds, 0 where they have stopped; `undefined` where it is no servo. */
  pulse(gpio: number): number | undefined {
    const pin = this.#circuit.pin(gpio);
    return pin.function === 'servo' ? pin.width : undefined;
  }

  /** Gives 50 pulses a second, 500–2500 µs wide; 0 stops when the present one has ended. */
  setPulse(gpio: number, pulseUs: number): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.setPulse(pulseUs, now);
    this.#circuit.changed(pin, now);
    if (pulseUs === 0) this.#circuit.changesAfter(pin, MAX_PULSE_US);
  }

  /** Puts out a level for 1–100 µs, then the other, whatever the mode. */
  trigger(gpio: number, pulseUs: number, level: Level): void {
    const pin = this.#circuit.pin(gpio);
    const now = this.#circuit.settle();
    pin.trigger(pulseUs, level, now);
    this.#circuit.changed(pin, now);
    this.#circuit.changesAfter(pin, pulseUs);
  }

  /**
   * Hardware PWM, from 1 Hz to the chip's limit, `dutycycle` 0–1 000 000; a frequency of 0 stops it. All pins of
   * one channel give the same. Ends a wave that is being sent: they share a clock. Throws `pin/unsupported`.
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
   * Connects a pin from outside to ground (0) or 3.3 V (1), or to nothing. With `bounceMs` the contact chatters
   * for that long first. An output keeps its own level.
   */
  wire(gpio: number, level: Level | undefined, { bounceMs = 0 }: { readonly bounceMs?: number } = {}): void {
    this.#contacts.connect(this.#circuit.pin(gpio), level, bounceMs * 1000);
  }

  /** What a pin gives at an instant, microseconds of the board's clock; now unless told. */
  waveform(gpio: number, us = this.clock.nowUs()): Waveform {
    const pin = this.#circuit.pin(gpio);
    return waveformAt(this.#circuit.signal(pin), us, this.#circuit.frequencyOf(pin));
  }

  /** All that there is to say about a pin now. */
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

  /** Whether anybody has ever used a pin. */
  isUsed(gpio: number): boolean {
    return this.#circuit.pin(gpio).isUsed;
  }

  /** Sends a wave at once, in place of any other. Stops hardware PWM: they share a clock. */
  sendWave(program: Program): void {
    this.#circuit.hardware.stopPwm();
    this.#player.send(program);
  }

  /** Sends a wave when the present round of the last one has ended; returns `false` where too many wait for that. */
  sendWaveNext(program: Program): boolean {
    this.#circuit.hardware.stopPwm();
    return this.#player.sendNext(program);
  }

  /** Stops sending; the pins keep the levels that they have. */
  stopWave(): void {
    this.#player.stop();
  }

  get isSendingWave(): boolean {
    return this.#player.isBusy;
  }

  /** The identifier of the wave that is being sent, `undefined` where there is none, as in a pause of a chain. */
  get currentWave(): number | undefined {
    return this.#player.wave;
  }

  /** Lets go of the clock. Pins stay as they are; nobody hears of them any more. */
  close(): void {
    this.#player.stop();
    this.#contacts.close();
    this.#circuit.close();
  }
}
