import type { Now, Pin } from './pin.ts';
import type { PinHost } from './pin-host.ts';
import type { Program } from './program.ts';
import { constant, type Signal } from './signal.ts';
import { Transmission } from './transmission.ts';

/**
 * Sends waves, like the DMA channel that sets and clears output latches. It does not touch a pin in PWM or with servo
 * pulses, and a pin that is written to leaves the wave.
 */
export class Player {
  readonly #host: PinHost;
  /** The pins that DMA reaches. */
  readonly #pins: readonly Pin[];
  readonly #held = new Map<Pin, Signal>();
  #transmission: Transmission | undefined;
  #cancelEnd = () => {};

  constructor(host: PinHost) {
    this.#host = host;
    this.#pins = host.pins.slice(0, 32);
  }

  /** Whether a wave is being sent. */
  get isBusy(): boolean {
    return this.#transmission !== undefined && this.#host.clock.nowUs() < this.#transmission.endUs;
  }

  /** The identifier of the wave that is being sent now, `undefined` if there is none, as during a pause. */
  get wave(): number | undefined {
    return this.isBusy ? this.#transmission?.waveAt(this.#host.clock.nowUs()) : undefined;
  }

  /** Whether a pin is driven by a wave. */
  holds(pin: Pin): boolean {
    const signal = this.#held.get(pin);
    return signal !== undefined && pin.output === signal;
  }

  /** Sends a program at once and replaces any other. */
  send(program: Program): void {
    this.stop();
    const nowUs = this.#host.settle()();
    const latches = this.#pins.reduce((bits, pin) => bits | (pin.output.levelAt(nowUs) << pin.gpio), 0);
    this.#transmission = new Transmission(program, latches, nowUs);
    this.#hold(program.bits, () => nowUs);
    this.#awaitEnd();
  }

  /**
   * Sends a program at the end of the current round, or at once if nothing is being sent. Returns whether it will:
   * `false` if too many programs are waiting.
   */
  sendNext(program: Program): boolean {
    if (!this.#transmission || !this.isBusy) {
      this.send(program);
      return true;
    }
    if (this.#transmission.isFull(this.#host.clock.nowUs())) return false;
    const nowUs = this.#host.settle()();
    this.#transmission.append(program, nowUs);
    this.#hold(program.bits, () => nowUs);
    this.#awaitEnd();
    return true;
  }

  /** Stops at once; the pins keep their current levels. */
  stop(): void {
    this.#cancelEnd();
    this.#transmission = undefined;
    const now = this.#host.settle();
    for (const [pin, signal] of this.#held) {
      if (pin.output !== signal) continue;
      pin.output = constant(signal.levelAt(now()));
      this.#host.changed(pin, now);
    }
    this.#held.clear();
  }

  #hold(bits: number, now: Now): void {
    const transmission = this.#transmission;
    if (!transmission) return;
    for (const pin of this.#pins) {
      const isMeant = (bits & (1 << pin.gpio)) !== 0;
      if (!isMeant || pin.width > 0 || this.holds(pin)) continue;
      const signal = transmission.signal(pin.gpio);
      this.#held.set(pin, signal);
      pin.output = signal;
      this.#host.changed(pin, now);
    }
  }

  #awaitEnd(): void {
    this.#cancelEnd();
    const endUs = this.#transmission?.endUs ?? 0;
    if (endUs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#host;
    this.#cancelEnd = clock.schedule(endUs - clock.nowUs(), () => this.stop());
  }
}
