/** A topic that has been silent for so long may lose its place. A lively one must not: two that took turns would wear the disk. */
const SILENT_MS = 3_600_000;

interface Place<T> {
  readonly holding: T;
  spokenMs: number;
}

/** So many places for topics, each holding something. Who has been silent for longest is the first to go. */
export class Places<T> {
  readonly #most: number;
  readonly #uptimeMs: () => number;
  /** Those first that have been silent for longest. */
  readonly #places = new Map<string, Place<T>>();

  /** `uptimeMs`: a clock that nobody sets, milliseconds. Set forward, the time of day would make all seem silent. */
  constructor(most: number, uptimeMs: () => number) {
    this.#most = most;
    this.#uptimeMs = uptimeMs;
  }

  get size(): number {
    return this.#places.size;
  }

  get(topic: string): T | undefined {
    return this.#places.get(topic)?.holding;
  }

  all(): T[] {
    return Array.from(this.#places.values(), ({ holding }) => holding);
  }

  /** What a topic holds that speaks now; `undefined` where it has no place. */
  hear(topic: string): T | undefined {
    const place = this.#places.get(topic);
    if (!place) return undefined;
    place.spokenMs = this.#uptimeMs();
    this.#places.delete(topic);
    this.#places.set(topic, place);
    return place.holding;
  }

  /** Gives a topic a place, which counts as having spoken now. Who has to leave for that is for the caller to ask. */
  give(topic: string, holding: T): void {
    this.#places.set(topic, { holding, spokenMs: this.#uptimeMs() });
  }

  /** Takes a topic's place away, and returns what it held. */
  take(topic: string): T | undefined {
    const holding = this.get(topic);
    this.#places.delete(topic);
    return holding;
  }

  /** The topics that have to leave so that there is a place for one more; `undefined` where one of them has spoken within the hour. */
  leavingForOne(): readonly string[] | undefined {
    const excess = Math.max(0, this.#places.size - this.#most + 1);
    const silentSince = this.#uptimeMs() - SILENT_MS;
    const longest = [...this.#firsts(excess)];
    return longest.every(([, { spokenMs }]) => spokenMs <= silentSince)
      ? longest.map(([topic]) => topic)
      : undefined;
  }

  *#firsts(count: number): Iterable<readonly [string, Place<T>]> {
    let left = count;
    for (const entry of this.#places) {
      if (left-- === 0) return;
      yield entry;
    }
  }
}
