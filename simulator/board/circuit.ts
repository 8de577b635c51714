import { type Observable, Subject } from 'rxjs';
import { HubError } from '../../hub/core/error.ts';
import type { Chip } from './chip.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Frequencies } from './frequencies.ts';
import { MAX_GPIO } from './gpios.ts';
import { Hardware } from './hardware.ts';
import { Monitor } from './monitor.ts';
import { type Now, Pin } from './pin.ts';
import type { PinHost } from './pin-host.ts';
import { pullAtBoot } from './pull-at-boot.ts';
import type { Signal } from './signal.ts';

/** The number of GPIO in a bank: one for each bit of a word. */
const BANK_GPIOS = 32;

/** The pins of a board, the signals they are connected to, and the listeners to their changes. */
export class Circuit implements PinHost {
  readonly clock: Clock;
  readonly pins: readonly Pin[];
  /** GPIO 0–31, and the rest. */
  readonly banks: readonly [readonly Pin[], readonly Pin[]];
  readonly hardware: Hardware;
  readonly monitor: Monitor;
  readonly changes$: Observable<number>;
  readonly #changes = new Subject<number>();
  /** Pins whose level is about to change once by itself, each with its scheduled announcement. */
  readonly #announced = new Map<Pin, Cancel>();
  readonly #now: Now;

  constructor(clock: Clock, chip: Chip, frequencies: Frequencies) {
    this.clock = clock;
    this.#now = () => clock.nowUs();
    this.pins = Array.from(
      { length: MAX_GPIO + 1 },
      (_, gpio) => new Pin(gpio, frequencies, pullAtBoot(gpio)),
    );
    this.banks = [this.pins.slice(0, BANK_GPIOS), this.pins.slice(BANK_GPIOS)];
    this.hardware = new Hardware(this, chip);
    this.monitor = new Monitor(clock, frequencies.sampleUs, (gpio) => this.signal(this.pin(gpio)));
    this.changes$ = this.#changes.asObservable();
  }

  /** Throws `pin/invalid`. */
  pin(gpio: number): Pin {
    const pin = this.pins[gpio];
    if (pin === undefined) throw new HubError('pin/invalid', `GPIO ${gpio}: the board has 0–${MAX_GPIO}`);
    return pin;
  }

  /** The signal on a pin: its latch, a peripheral, or its external wiring. */
  signal(pin: Pin): Signal {
    if (pin.mode === 'output') return pin.output;
    if (pin.mode === 'input') return pin.outside;
    return this.hardware.connectedTo(pin)?.signal ?? pin.outside;
  }

  /** The frequency of its PWM, servo pulses or clock, Hz, rounded; 0 if the pin has none of these. */
  frequencyOf(pin: Pin): number {
    if (pin.function === 'pwm') return pin.frequencyHz;
    if (pin.function === 'servo') return 50;
    return this.hardware.owning(pin)?.frequencyHz ?? 0;
  }

  /** The current levels of a bank, one bit each. */
  levels(bank: 0 | 1): number {
    const nowUs = this.clock.nowUs();
    const bit = (pin: Pin): number => this.signal(pin).levelAt(nowUs) << (pin.gpio % BANK_GPIOS);
    return this.banks[bank].reduce((levels, pin) => levels | bit(pin), 0) >>> 0;
  }

  /** The pins of a bank whose bits are set. */
  among(bank: 0 | 1, bits: number): readonly Pin[] {
    return this.banks[bank].filter((pin) => (bits & (1 << (pin.gpio % BANK_GPIOS))) !== 0);
  }

  /** Collects the edges up to now. */
  settle(): Now {
    if (!this.monitor.isActive) return this.#now;
    const nowUs = this.clock.nowUs();
    this.monitor.settle(nowUs);
    return () => nowUs;
  }

  /** Notifies the monitor and the subscribers of `changes$`. */
  changed(pin: Pin, now: Now): void {
    pin.isUsed = true;
    if (this.monitor.isActive) this.monitor.note(pin.gpio, now());
    if (this.#changes.observed) this.#changes.next(pin.gpio);
  }

  /** Announces a pin again after this many microseconds, when its signal will have changed by itself. */
  changesAfter(pin: Pin, delayUs: number): void {
    this.#announced.get(pin)?.();
    const announce = () => {
      this.#announced.delete(pin);
      this.#changes.next(pin.gpio);
    };
    this.#announced.set(pin, this.clock.schedule(delayUs, announce));
  }

  /** Cancels its timers and completes `changes$`. */
  close(): void {
    this.monitor.close();
    for (const cancel of this.#announced.values()) cancel();
    this.#announced.clear();
    this.#changes.complete();
  }
}
