import {
  asyncScheduler,
  BehaviorSubject,
  interval,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { toHubError } from '../../../hub/core/error.ts';
import { Lease } from '../lease.ts';
import type { PinSource } from '../pin-source.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth } from '../pins.ts';
import { type DeviceCalls, loadDeviceCalls } from './device-calls.ts';
import { HeaderChip, type Line } from './header-chip.ts';
import { ChardevInputPin } from './input-pin.ts';
import { ChardevOutputPin, OutputLine } from './output-pin.ts';

export interface ChardevOptions {
  /** Loads the system's calls. Default: through npm koffi. */
  readonly loadCalls?: () => DeviceCalls;
  /** How often inputs are read, milliseconds: edges come that late at most, and with the kernel's time stamps. Default 5. */
  readonly inputPollMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** Inputs and levels by the kernel's GPIO character device. The device is opened with the first pin. */
export class ChardevSource implements PinSource {
  readonly health$: Observable<PinsHealth>;
  readonly #options: Required<ChardevOptions>;
  readonly #health = new BehaviorSubject<PinsHealth>({ status: 'online' });
  readonly #inputs = new Map<ChardevInputPin, Line>();
  /** Lines that were outputs, held also after their release: they keep their level. */
  readonly #outputs = new Map<number, OutputLine>();
  #chip: HeaderChip | undefined;
  #polls: Subscription | undefined;

  constructor(options: ChardevOptions = {}) {
    this.#options = { loadCalls: loadDeviceCalls, inputPollMs: 5, scheduler: asyncScheduler, ...options };
    this.health$ = this.#health.asObservable();
  }

  async output(gpio: number, onReleased: () => void): Promise<OutputPin> {
    const line = this.#outputs.get(gpio) ?? this.#openOutput(gpio);
    this.#outputs.set(gpio, line);
    return new ChardevOutputPin(line, new Lease(gpio, onReleased));
  }

  async input(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> {
    const { pull = 'none', steadyUs = 0 } = options;
    this.#outputs.get(gpio)?.close();
    this.#outputs.delete(gpio);
    const line = this.#openedChip().request(gpio, { pull, steadyUs });
    const lease = new Lease(gpio, () => {
      this.#forget(pin);
      onReleased();
    });
    const pin = new ChardevInputPin(line, lease);
    this.#inputs.set(pin, line);
    this.#polls ??= interval(this.#options.inputPollMs, this.#options.scheduler).subscribe(() =>
      this.#poll(),
    );
    return pin;
  }

  async close(): Promise<void> {
    for (const pin of [...this.#inputs.keys()]) this.#forget(pin);
    for (const line of this.#outputs.values()) line.close();
    this.#outputs.clear();
    this.#chip?.close();
    this.#chip = undefined;
  }

  #openedChip(): HeaderChip {
    this.#chip ??= HeaderChip.open(this.#options.loadCalls());
    return this.#chip;
  }

  #openOutput(gpio: number): OutputLine {
    const chip = this.#openedChip();
    const before = chip.lineInfo(gpio);
    return new OutputLine(chip.request(gpio), before);
  }

  #forget(pin: ChardevInputPin): void {
    const line = this.#inputs.get(pin);
    if (!this.#inputs.delete(pin)) return;
    line?.close();
    if (this.#inputs.size > 0) return;
    this.#polls?.unsubscribe();
    this.#polls = undefined;
  }

  #poll(): void {
    try {
      for (const pin of this.#inputs.keys()) pin.poll();
    } catch (error) {
      const { message } = toHubError(error);
      this.#health.next({ status: 'offline', reason: `the GPIO chip cannot be read: ${message}` });
      this.#polls?.unsubscribe();
    }
  }
}
