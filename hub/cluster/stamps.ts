/** When something was claimed: by the clock of a hub, but later than all that the hub had heard of before. */
export interface Stamp {
  readonly ms: number;
  readonly hub: string;
}

/** Whether one stamp is later than another; of two at the same time, the hub's name decides. */
export function isLater(one: Stamp, other: Stamp): boolean {
  return one.ms === other.ms ? one.hub > other.hub : one.ms > other.ms;
}

/** Gives the stamps of one hub. */
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

  /** A stamp of another hub was heard of: those that follow here are later. */
  hear({ ms }: Stamp): void {
    this.#lastMs = Math.max(this.#lastMs, ms);
  }
}
