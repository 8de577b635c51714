import { HubError } from '../../hub/core/error.ts';

/** An owner's hold on a pin; it ends once. */
export class Lease {
  readonly gpio: number;
  readonly #onEnd: () => void | Promise<void>;
  #hasEnded = false;

  constructor(gpio: number, onEnd: () => void | Promise<void>) {
    this.gpio = gpio;
    this.#onEnd = onEnd;
  }

  /** Throws `driver/unavailable` if it has ended. */
  assertHeld(): void {
    if (this.#hasEnded) throw new HubError('driver/unavailable', `GPIO ${this.gpio} was released`);
  }

  async end(): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    await this.#onEnd();
  }
}
