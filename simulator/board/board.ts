import { type Observable, Subject } from 'rxjs';
import type { Level, Pull } from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';
import { HARDWARE_RANGE } from './channel.ts';
import { type Chip, chipOf, PI_4B } from './chip.ts';
import { type Cancel, type Clock, createSystemClock } from './clock.ts';
import { Contacts } from './contacts.ts';
import { Frequencies } from './frequencies.ts';
import { Hardware } from './hardware.ts';
import type { Mode } from './mode.ts';
import { Monitor } from './monitor.ts';
import { type Now, Pin } from './pin.ts';
import type { PinHost } from './pin-host.ts';
import type { PinState, Waveform } from './pin-state.ts';
import { Player } from './player.ts';
import type { Program } from './program.ts';
import { constant, type Signal, Square } from './signal.ts';

/** The highest GPIO of the chip. */
export const MAX_GPIO = 53;
/** The highest GPIO that DMA reaches: PWM, servo pulses, waves, filters, watchdogs, notifications. */
export const MAX_USER_GPIO = 31;
/** What pigpiod lets be changed on a Pi 3 B or 4 B unless told otherwise: GPIO 2–27, those on the header. */
export const DEFAULT_UPDATE_MASK = 0x0ffffffcn;

/** The widest pulse of a servo, microseconds. */
const MAX_PULSE_US = 2500;

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
  readonly #changes = new Subject<number>();
  readonly #pins: readonly Pin[];
  readonly #permitted: readonly boolean[];
  readonly #banks: readonly [readonly Pin[], readonly Pin[]];
  readonly #hardware: Hardware;
  readonly #contacts: Contacts;
  readonly #player: Player;
  /** Pins whose level is about to change by itself, once. */
  readonly #announced = new Map<Pin, Cancel>();
  readonly #now: Now;

  /** Throws `option/invalid` for a sample rate or a revision that there is not. */
  constructor(options: BoardOptions = {}) {
    this.clock = options.clock ?? createSystemClock();
    this.#now = () => this.clock.nowUs();
    this.chip = chipOf(options.revision ?? PI_4B);
    this.frequencies = new Frequencies(options.sampleUs ?? 5);
    this.updateMask = options.updateMask ?? DEFAULT_UPDATE_MASK;
    this.changes$ = this.#changes.asObservable();
    const gpios = Array.from({ length: MAX_GPIO + 1 }, (_, gpio) => gpio);
    this.#pins = gpios.map((gpio) => new Pin(gpio, this.frequencies, pullAtBoot(gpio)));
    this.#banks = [this.#pins.slice(0, 32), this.#pins.slice(32)];
    this.#permitted = gpios.map((gpio) => ((this.updateMask >> BigInt(gpio)) & 1n) === 1n);
    this.monitor = new Monitor(this.clock, this.frequencies.sampleUs, (gpio) =>
      this.#signal(this.#pin(gpio)),
    );
    const host: PinHost = {
      clock: this.clock,
      pins: this.#pins,
      settle: () => this.#settle(),
      changed: (pin, now) => this.#changed(pin, now),
    };
    this.#hardware = new Hardware(host, this.chip);
    this.#contacts = new Contacts(host);
    this.#player = new Player(host);
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
    return this.#pin(gpio).mode;
  }

  /** A mode that is new to the pin ends PWM, servo pulses and whatever else it was in. */
  setMode(gpio: number, mode: Mode): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.setMode(mode, now);
    this.#changed(pin, now);
  }

  setPull(gpio: number, pull: Pull): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.pull = pull;
    this.#changed(pin, now);
  }

  /** The level of a GPIO at an instant of the board's clock, microseconds; now unless told. */
  level(gpio: number, us = this.clock.nowUs()): Level {
    return this.#signal(this.#pin(gpio)).levelAt(us);
  }

  /** The levels of GPIO 0–31 (bank 0) or 32–53 (bank 1) now, a bit each. */
  levels(bank: 0 | 1): number {
    const nowUs = this.clock.nowUs();
    let levels = 0;
    for (const pin of this.#banks[bank]) levels |= this.#signal(pin).levelAt(nowUs) << (pin.gpio % 32);
    return levels >>> 0;
  }

  /** Makes the GPIO an output and holds a level. */
  write(gpio: number, level: Level): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.write(level, now);
    this.#changed(pin, now);
  }

  /** Sets or clears output latches of a bank: modes stay as they are, PWM and servo pulses go on. */
  writeBits(bank: 0 | 1, bits: number, level: Level): void {
    for (const pin of this.#banks[bank]) {
      const isMeant = (bits & (1 << (pin.gpio % 32))) !== 0;
      if (isMeant && pin.width === 0) this.#latch(pin, level);
    }
  }

  /** The dutycycle of a GPIO in PWM, `undefined` for one that is in none. */
  dutycycle(gpio: number): number | undefined {
    const pin = this.#pin(gpio);
    return pin.function === 'pwm' ? pin.width : this.#hardware.owning(pin)?.dutycycle;
  }

  /** Gives PWM; `dutycycle` from 0 to the range set for the GPIO. */
  setDutycycle(gpio: number, dutycycle: number): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.setDutycycle(dutycycle, now);
    this.#changed(pin, now);
  }

  /**
   * Gives PWM with a share of light, percent 0–100, as near as the steps of the period allow, in whatever range the
   * GPIO has; with a frequency, Hz, first at the nearest that there is. The dutycycle is then the nearest in its range.
   */
  setLight(gpio: number, dutyPercent: number, frequencyHz?: number): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    if (frequencyHz !== undefined) pin.setFrequency(frequencyHz);
    pin.setOnSteps(Math.round((dutyPercent / 100) * pin.realRange), now);
    this.#changed(pin, now);
  }

  /** What a dutycycle is a share of: as set, or 1 000 000 where hardware has the pin. */
  range(gpio: number): number {
    const pin = this.#pin(gpio);
    return this.#hardware.owning(pin) ? HARDWARE_RANGE : pin.range;
  }

  /** The range as set, whoever has the pin. */
  ownRange(gpio: number): number {
    return this.#pin(gpio).range;
  }

  /** Sets the range, and keeps the brightness. Returns the real range. */
  setRange(gpio: number, range: number): number {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.setRange(range);
    this.#changed(pin, now);
    return pin.realRange;
  }

  /** The steps of light that a period has now. */
  realRange(gpio: number): number {
    const pin = this.#pin(gpio);
    return this.#hardware.owning(pin)?.realRange ?? pin.realRange;
  }

  /** The frequency of PWM, Hz, rounded. */
  frequency(gpio: number): number {
    const pin = this.#pin(gpio);
    return this.#hardware.owning(pin)?.frequencyHz ?? pin.frequencyHz;
  }

  /** Takes the nearest of the 18 frequencies, and keeps the dutycycle. Returns it, Hz. */
  setFrequency(gpio: number, frequencyHz: number): number {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.setFrequency(frequencyHz);
    this.#changed(pin, now);
    return pin.frequencyHz;
  }

  /** The width of a servo's pulses, microseconds, 0 where they have stopped; `undefined` where it is no servo. */
  pulse(gpio: number): number | undefined {
    const pin = this.#pin(gpio);
    return pin.function === 'servo' ? pin.width : undefined;
  }

  /** Gives 50 pulses a second, 500–2500 µs wide; 0 stops when the present one has ended. */
  setPulse(gpio: number, pulseUs: number): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.setPulse(pulseUs, now);
    this.#changed(pin, now);
    if (pulseUs === 0) this.#announceAfter(pin, MAX_PULSE_US);
  }

  /** Puts out a level for 1–100 µs, then the other, whatever the mode. */
  trigger(gpio: number, pulseUs: number, level: Level): void {
    const pin = this.#pin(gpio);
    const now = this.#settle();
    pin.trigger(pulseUs, level, now);
    this.#changed(pin, now);
    this.#announceAfter(pin, pulseUs);
  }

  /**
   * Hardware PWM, from 1 Hz to the chip's limit, `dutycycle` 0–1 000 000; a frequency of 0 stops it. All pins of
   * one channel give the same. Ends a wave that is being sent: they share a clock. Throws `pin/unsupported`.
   */
  setHardwarePwm(gpio: number, frequencyHz: number, dutycycle: number): void {
    if (frequencyHz > 0) this.#player.stop();
    this.#hardware.setPwm(this.#pin(gpio), frequencyHz, dutycycle);
  }

  /** A hardware clock, Hz within the chip's limits; 0 stops it. Throws `pin/unsupported`. */
  setHardwareClock(gpio: number, frequencyHz: number): void {
    this.#hardware.setClock(this.#pin(gpio), frequencyHz);
  }

  /**
   * Connects a pin from outside to ground (0) or 3.3 V (1), or to nothing. With `bounceMs` the contact chatters
   * for that long first. An output keeps its own level.
   */
  wire(gpio: number, level: Level | undefined, { bounceMs = 0 }: { readonly bounceMs?: number } = {}): void {
    this.#contacts.connect(this.#pin(gpio), level, bounceMs * 1000);
  }

  /** What a pin gives at an instant, microseconds of the board's clock; now unless told. */
  waveform(gpio: number, us = this.clock.nowUs()): Waveform {
    const pin = this.#pin(gpio);
    const signal = this.#signal(pin);
    const frequencyHz = this.#frequencyOf(pin);
    if (!(signal instanceof Square)) {
      const dutyPercent = signal.levelAt(us) * 100;
      return { dutyPercent, frequencyHz, periodUs: 0, onUs: 0, startUs: us };
    }
    const { periodUs, onUs } = signal;
    const dutyPercent = (onUs * 100) / periodUs;
    return { dutyPercent, frequencyHz, periodUs, onUs, startUs: signal.periodStart(us) };
  }

  /** All that there is to say about a pin now. */
  state(gpio: number): PinState {
    const pin = this.#pin(gpio);
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
    return this.#pin(gpio).isUsed;
  }

  /** Sends a wave at once, in place of any other. Stops hardware PWM: they share a clock. */
  sendWave(program: Program): void {
    this.#hardware.stopPwm();
    this.#player.send(program);
  }

  /** Sends a wave when the present round of the one that is being sent has ended. */
  sendWaveNext(program: Program): void {
    this.#hardware.stopPwm();
    this.#player.sendNext(program);
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
    this.monitor.close();
    this.#contacts.close();
    for (const cancel of this.#announced.values()) cancel();
    this.#announced.clear();
    this.#changes.complete();
  }

  #pin(gpio: number): Pin {
    const pin = this.#pins[gpio];
    if (pin === undefined) throw new HubError('pin/invalid', `GPIO ${gpio}: the board has 0–${MAX_GPIO}`);
    return pin;
  }

  /** What the pin is at: its latch, a peripheral, or what is outside. */
  #signal(pin: Pin): Signal {
    if (pin.mode === 'output') return pin.output;
    if (pin.mode === 'input') return pin.outside;
    return this.#hardware.connectedTo(pin)?.signal ?? pin.outside;
  }

  #frequencyOf(pin: Pin): number {
    if (pin.function === 'pwm') return pin.frequencyHz;
    if (pin.function === 'servo') return 50;
    return this.#hardware.owning(pin)?.frequencyHz ?? 0;
  }

  /** Before a pin is changed: finds the edges up to then. All that follows happens at the instant returned. */
  #settle(): Now {
    if (!this.monitor.isActive) return this.#now;
    const nowUs = this.clock.nowUs();
    this.monitor.settle(nowUs);
    return () => nowUs;
  }

  /** After a pin was changed: tells whoever wants to know. */
  #changed(pin: Pin, now: Now): void {
    pin.isUsed = true;
    if (this.monitor.isActive) this.monitor.note(pin.gpio, now());
    if (this.#changes.observed) this.#changes.next(pin.gpio);
  }

  #announceAfter(pin: Pin, delayUs: number): void {
    this.#announced.get(pin)?.();
    const announce = () => {
      this.#announced.delete(pin);
      this.#changes.next(pin.gpio);
    };
    this.#announced.set(pin, this.clock.schedule(delayUs, announce));
  }

  /** The latch of a pin that is no output is set unseen. */
  #latch(pin: Pin, level: Level): void {
    const now = this.#settle();
    pin.output = constant(level);
    if (pin.mode === 'output') this.#changed(pin, now);
  }
}

/** The pull resistors after reset: up on GPIO 0–8, 34–36 and 46–53, down on most others (BCM2835, table 6-31). */
function pullAtBoot(gpio: number): Pull {
  if (gpio <= 8 || (gpio >= 34 && gpio <= 36) || gpio >= 46) return 'up';
  return [28, 29, 44, 45].includes(gpio) ? 'none' : 'down';
}
