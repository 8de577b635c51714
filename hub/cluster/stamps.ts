/** When something was claimed: by the clock of a hub, but later than every stamp that the hub has seen. */
export interface Stamp {
  readonly ms: number;
  readonly hub: string;
}

/** Whether one stamp is later than another; if both have the same time, the hub's name decides. */
export function isLater(one: Stamp, other: Stamp): boolean {
  return one.ms === other.ms ? one.hub > other.hub : one.ms > other.ms;
}

/** Creates the stamps of one hub. */
export class Stamps {
  readonly #hub: string;
  readonly #now: () => number;
  #lastMs = 0;

  constructor(hub: string, now: () => number) {
    this.#hub = hub;
    this.#now = now;
  }

  next(): Stamp {
    this.#lastMs = Math.max(this.#lastMs + 1, Math.floor(this.#now()));
    return { ms: this.#lastMs, hub: this.#hub };
  }

  /** Takes note of another hub's stamp: later stamps from here are later than that one. */
  observe({ ms }: Stamp): void {
    this.#lastMs = Math.max(this.#lastMs, ms);
  }
}
