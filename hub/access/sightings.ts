/** Remembers when each thing was first seen. To be thrown away before there are many. */
export class Sightings {
  readonly #now: () => number;
  readonly #firstAt = new Map<string, number>();

  /** `now` is a clock that never jumps, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** For how long something has been seen, milliseconds; 0 the first time. */
  ageMs(thing: string): number {
    const now = this.#now();
    const firstAt = this.#firstAt.get(thing) ?? now;
    this.#firstAt.set(thing, firstAt);
    return now - firstAt;
  }
}
