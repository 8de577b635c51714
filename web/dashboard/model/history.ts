/** A value at a time. */
export interface Point {
  /** Milliseconds, of the clock that the series is asked with. */
  readonly timeMs: number;
  readonly value: number;
}

/** A value over time, held from each point to the next. */
export interface Series {
  /** When the value changed last, or `undefined`. */
  readonly lastMs: number | undefined;
  /**
   * The points to draw for a span of time, in order, the value at its start included: at most four for each of
   * `columns` equal parts (first, least, greatest, last), so that no peak is lost.
   */
  points(fromMs: number, toMs: number, columns: number): readonly Point[];
}

/** The recent past of a value, in memory that does not grow. */
export class History implements Series {
  readonly #resolutionMs: number;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  #next = 0;
  #size = 0;

  /** Keeps at least the last `spanMs`, with `capacity` values at most; changes within `spanMs / capacity` are one. */
  constructor(spanMs: number, capacity = 4096) {
    // One more than the span needs: what held before its start.
    this.#resolutionMs = spanMs / (capacity - 1);
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  /** How many values are kept. */
  get size(): number {
    return this.#size;
  }

  get lastMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#timeAt(this.#size - 1);
  }

  /** Adds a value; times must not go back. */
  push(timeMs: number, value: number): void {
    const last = this.lastMs;
    if (last !== undefined && timeMs - last < this.#resolutionMs) {
      this.#values[this.#slot(this.#size - 1)] = value;
      return;
    }
    this.#times[this.#next] = timeMs;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#times.length;
    this.#size = Math.min(this.#size + 1, this.#times.length);
  }

  /** Adds what became known later, in order of time, between values that are there already. */
  insert(points: readonly Point[]): void {
    if (points.length === 0) return;
    const kept = Array.from({ length: this.#size }, (_, index) => ({
      timeMs: this.#timeAt(index),
      value: this.#valueAt(index),
    }));
    this.#next = 0;
    this.#size = 0;
    const all = [...kept, ...points].sort((one, other) => one.timeMs - other.timeMs);
    for (const { timeMs, value } of all) this.push(timeMs, value);
  }

  /** When the value changed first after a time, as far as that is kept, or `undefined`. */
  nextMs(afterMs: number): number | undefined {
    const index = this.#firstAfter(afterMs);
    return index < this.#size ? this.#timeAt(index) : undefined;
  }

  points(fromMs: number, toMs: number, columns: number): readonly Point[] {
    const points: Point[] = [];
    const begin = this.#firstAfter(fromMs);
    if (begin > 0) points.push({ timeMs: fromMs, value: this.#valueAt(begin - 1) });
    const end = this.#firstAfter(toMs);
    const widthMs = (toMs - fromMs) / columns;
    for (let index = begin; index < end; ) {
      const column = Math.floor((this.#timeAt(index) - fromMs) / widthMs);
      let stop = index + 1;
      while (stop < end && Math.floor((this.#timeAt(stop) - fromMs) / widthMs) === column) stop++;
      this.#addColumn(points, index, stop);
      index = stop;
    }
    return points;
  }

  /** Adds the first, least, greatest and last of some neighbours, in order of time. */
  #addColumn(points: Point[], begin: number, end: number): void {
    let least = begin;
    let greatest = begin;
    for (let index = begin; index < end; index++) {
      if (this.#valueAt(index) < this.#valueAt(least)) least = index;
      if (this.#valueAt(index) > this.#valueAt(greatest)) greatest = index;
    }
    const kept = new Set([begin, Math.min(least, greatest), Math.max(least, greatest), end - 1]);
    for (const index of kept) points.push({ timeMs: this.#timeAt(index), value: this.#valueAt(index) });
  }

  /** The index of the oldest value later than a time, by halving. */
  #firstAfter(timeMs: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timeAt(middle) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(index: number): number {
    return (this.#next - this.#size + index + this.#times.length) % this.#times.length;
  }

  #timeAt(index: number): number {
    return this.#times[this.#slot(index)] ?? Number.NaN;
  }

  #valueAt(index: number): number {
    return this.#values[this.#slot(index)] ?? Number.NaN;
  }
}
