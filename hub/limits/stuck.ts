/** Tells when a client has taken nothing for too long while its buffer is full. */
export class Stuck {
  readonly #mostMs: number;
  #fullSince: number | undefined;

  /** `mostSeconds` is how long that may last. */
  constructor(mostSeconds: number) {
    this.#mostMs = mostSeconds * 1000;
  }

  /** The network has taken everything. */
  drained(): void {
    this.#fullSince = undefined;
  }

  /** Called now and then, with a clock that never jumps, milliseconds. Returns whether the client is stuck. */
  check(now: number, isFull: boolean): boolean {
    this.#fullSince = isFull ? (this.#fullSince ?? now) : undefined;
    return this.#fullSince !== undefined && now - this.#fullSince >= this.#mostMs;
  }
}
