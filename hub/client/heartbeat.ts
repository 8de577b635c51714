export interface HeartbeatOptions {
  /** The longest silence of a hub that is alive, milliseconds; longer if round trips are long. */
  readonly silenceMs: number;
  /** Asks the hub for a sign of life; resolves when it has answered. */
  readonly ask: () => Promise<unknown>;
  readonly onSilence: () => void;
}

/** How often the silence is checked, as a fraction of the longest one. */
const LOOKS = 6;

/** The hub is asked after this fraction of the longest silence, so that it has the rest to answer. */
const ASKED_AFTER = 1 / 3;

/** The time to answer is at least this many of the last round trips. */
const ROUND_TRIPS = 3;

/** Detects a connection that broke silently, for example when a cable was pulled. After this machine slept, the hub gets its full time again. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #looking: ReturnType<typeof setInterval> | undefined;
  #receivedMs = 0;
  #lookedMs = 0;
  #roundTripMs = 0;
  #isAsking = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.received();
    this.#lookedMs = this.#receivedMs;
    this.#isAsking = false;
    this.#looking = setInterval(() => this.#look(), this.#options.silenceMs / LOOKS);
  }

  stop(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /** The hub has sent something. */
  received(): void {
    this.#receivedMs = performance.now();
  }

  #look(): void {
    const nowMs = performance.now();
    const { silenceMs, onSilence } = this.#options;
    const isLate = nowMs - this.#lookedMs > (2 * silenceMs) / LOOKS;
    this.#lookedMs = nowMs;
    if (isLate) this.received();
    const silentMs = nowMs - this.#receivedMs;
    const askedAfterMs = silenceMs * ASKED_AFTER;
    if (silentMs >= askedAfterMs + Math.max(silenceMs - askedAfterMs, ROUND_TRIPS * this.#roundTripMs)) {
      this.stop();
      onSilence();
    } else if (isLate || silentMs >= askedAfterMs) void this.#ask(nowMs);
  }

  async #ask(nowMs: number): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.#options.ask().then(
      () => {
        this.#roundTripMs = performance.now() - nowMs;
        this.received();
      },
      () => undefined, // The silence is noticed anyway.
    );
    this.#isAsking = false;
  }
}
