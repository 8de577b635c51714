import {
  asyncScheduler,
  BehaviorSubject,
  interval,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { HubError, toHubError } from '../../../hub/core/error.ts';
import { Lease } from '../lease.ts';
import type { PinSource } from '../pin-source.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth } from '../pins.ts';
import { type DeviceCalls, loadDeviceCalls } from './device-calls.ts';
import { HeaderChip } from './header-chip.ts';
import { ChardevInputPin } from './input-pin.ts';
import { ChardevOutputPin, OutputLine } from './output-pin.ts';

export interface ChardevOptions {
  /** Loads the system calls. Default: through npm koffi. */
  readonly loadCalls?: () => DeviceCalls;
  /** How often inputs are read, milliseconds. Edges arrive at most that late, but with the kernel's timestamps. Default 5. */
  readonly inputPollMs?: number;
  /** How often to look for a chip that could not be read, milliseconds. Default 1000. */
  readonly chipRetryMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** Inputs and levels through the kernel's GPIO character device, which is opened with the first pin. */
export class ChardevSource implements PinSource {
  readonly health$: Observable<PinsHealth>;
  readonly #options: Required<ChardevOptions>;
  readonly #health = new BehaviorSubject<PinsHealth>({ status: 'online' });
  readonly #inputs = new Set<ChardevInputPin>();
  /** Lines used as outputs. They stay held after their release, so that they keep their level. */
  readonly #outputs = new Map<number, OutputLine>();
  #chip: HeaderChip | undefined;
  /** The timer that reads the inputs, or looks for a lost chip. */
  #work: Subscription | undefined;

  constructor(options: ChardevOptions = {}) {
    const defaults = {
      loadCalls: loadDeviceCalls,
      inputPollMs: 5,
      chipRetryMs: 1000,
      scheduler: asyncScheduler,
    };
    this.#options = { ...defaults, ...options };
    this.health$ = this.#health.asObservable();
  }

  async output(gpio: number, onReleased: () => void): Promise<OutputPin> {
    const line = this.#outputs.get(gpio) ?? this.#openOutput(gpio);
    this.#outputs.set(gpio, line);
    return new ChardevOutputPin(line, new Lease(gpio, onReleased));
  }

  async input(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> {
    const { pull = 'none', steadyUs = 0 } = options;
    const chip = this.#openedChip();
    const lease = new Lease(gpio, () => {
      this.#forget(pin);
      onReleased();
    });
    const pin = new ChardevInputPin({ pull, steadyUs }, lease);
    this.#outputs.get(gpio)?.close();
    this.#outputs.delete(gpio);
    pin.setUp(chip);
    this.#inputs.add(pin);
    this.#work ??= this.#every(this.#options.inputPollMs, () => this.#poll());
    return pin;
  }

  async close(): Promise<void> {
    this.#rest();
    this.#closeAll();
    this.#inputs.clear();
    this.#outputs.clear();
  }

  /** Returns the open chip. After a loss, all lines are restored before it is used for another one. Throws `driver/unavailable` with the reason. */
  #openedChip(): HeaderChip {
    if (!this.#isOnline()) this.#takeUp();
    return this.#open();
  }

  #open(): HeaderChip {
    this.#chip ??= HeaderChip.open(this.#options.loadCalls());
    return this.#chip;
  }

  #openOutput(gpio: number): OutputLine {
    const line = new OutputLine(gpio);
    line.setUp(this.#openedChip());
    return line;
  }

  #forget(pin: ChardevInputPin): void {
    if (!this.#inputs.delete(pin)) return;
    pin.close();
    if (this.#inputs.size === 0 && this.#isOnline()) this.#rest();
  }

  #poll(): void {
    try {
      for (const pin of this.#inputs) pin.poll();
    } catch (error) {
      this.#lose(toHubError(error).message);
    }
  }

  #lose(message: string): void {
    this.#rest();
    this.#closeAll();
    this.#health.next({ status: 'offline', reason: `the GPIO chip cannot be read: ${message}` });
    this.#work = this.#every(this.#options.chipRetryMs, () => this.#look());
  }

  #look(): void {
    try {
      this.#takeUp();
    } catch {
      // `health$` keeps the first reason; the timer tries again.
    }
  }

  /** Restores all lines, or none. Throws `driver/unavailable` with the reason. */
  #takeUp(): void {
    try {
      const chip = this.#open();
      for (const line of [...this.#outputs.values(), ...this.#inputs]) line.setUp(chip);
    } catch (cause) {
      this.#closeAll();
      const { message } = toHubError(cause);
      throw new HubError('driver/unavailable', `the GPIO chip cannot be reached: ${message}`, { cause });
    }
    this.#rest();
    this.#health.next({ status: 'online' });
    if (this.#inputs.size > 0) this.#work = this.#every(this.#options.inputPollMs, () => this.#poll());
  }

  #closeAll(): void {
    for (const held of [...this.#inputs, ...this.#outputs.values()]) held.close();
    this.#chip?.close();
    this.#chip = undefined;
  }

  #every(periodMs: number, action: () => void): Subscription {
    return interval(periodMs, this.#options.scheduler).subscribe(action);
  }

  #rest(): void {
    this.#work?.unsubscribe();
    this.#work = undefined;
  }

  #isOnline(): boolean {
    return this.#health.value.status === 'online';
  }
}
