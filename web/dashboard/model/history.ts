import { type Observable, Subject } from 'rxjs';

/** A value at a time. */
export interface Point {
  /** Milliseconds, of the clock that the series is asked with. */
  readonly timeMs: number;
  readonly value: number;
}

/** A value over time, held from each point to the next. From a point whose value is NaN on, it is not known. */
export interface Series {
  /** Emits each time that the value has changed, or that more of its past is known. */
  readonly changed$: Observable<void>;
  /**
   * The points to draw for a span of time, in order, the value at its start included: at most four for each of
   * `columns` equal parts (first, least, greatest, last), so that no peak is lost.
   */
  points(fromMs: number, toMs: number, columns: number): readonly Point[];
}

/** The value that some points, in order, give for a time; `undefined` if they give none. */
export function valueAt(points: readonly Point[], timeMs: number): number | undefined {
  const point = points.findLast((one) => one.timeMs <= timeMs);
  return point && !Number.isNaN(point.value) ? point.value : undefined;
}

/** The recent past of a value, in memory that does not grow. */
export class History implements Series {
  readonly #resolutionMs: number;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  readonly #changed$ = new Subject<void>();
  #next = 0;
  #size = 0;

  /** Keeps at least the last `spanMs`, with `capacity` values at most; changes within `spanMs / capacity` are one. */
  constructor(spanMs: number, capacity = 4096) {
    // One more than the span needs: the value at its start.
    this.#resolutionMs = spanMs / (capacity - 1);
    this.#times = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  get changed$(): Observable<void> {
    return this.#changed$;
  }

  /** How many values are kept. */
  get size(): number {
    return this.#size;
  }

  get #lastMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#timeAt(this.#size - 1);
  }

  /** Whether the value is unknown now, as before the first one. */
  get endsWithGap(): boolean {
    return this.#size === 0 || this.#isGap(this.#size - 1);
  }

  /** Adds a value, or NaN if it is not known from now on; times must not go back. */
  push(timeMs: number, value: number): void {
    this.#add(timeMs, value);
    this.#changed$.next();
  }

  #add(timeMs: number, value: number): void {
    const last = this.#lastMs;
    if (last !== undefined && timeMs - last < this.#resolutionMs) {
      this.#values[this.#slot(this.#size - 1)] = value;
      return;
    }
    this.#times[this.#next] = timeMs;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#times.length;
    this.#size = Math.min(this.#size + 1, this.#times.length);
  }

  /** Inserts points that became known later, in order of time. */
  insert(points: readonly Point[]): void {
    if (points.length > 0) this.#rebuild([...this.#all(), ...points]);
  }

  /** Removes all gaps between two times: the value before each holds on. */
  bridge(fromMs: number, toMs: number): void {
    const isBridged = ({ timeMs, value }: Point) => Number.isNaN(value) && timeMs > fromMs && timeMs < toMs;
    this.#rebuild(this.#all().filter((point) => !isBridged(point)));
  }

  /** The time of the last value before now, as far as one is kept, or `undefined`. */
  get lastValueMs(): number | undefined {
    let index = this.#size - 1;
    while (index >= 0 && this.#isGap(index)) index--;
    return index < 0 ? undefined : this.#timeAt(index);
  }

  /** The time of the first value after a time, as far as one is kept, or `undefined`. */
  nextValueMs(afterMs: number): number | undefined {
    let index = this.#firstAfter(afterMs);
    while (index < this.#size && this.#isGap(index)) index++;
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
      const isGap = this.#isGap(index);
      while (
        stop < end &&
        this.#isGap(stop) === isGap &&
        Math.floor((this.#timeAt(stop) - fromMs) / widthMs) === column
      ) {
        stop++;
      }
      this.#addColumn(points, index, stop);
      index = stop;
    }
    return points;
  }

  /** Adds the first, least, greatest and last of some neighbors, in order of time. */
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

  #all(): Point[] {
    return Array.from({ length: this.#size }, (_, index) => ({
      timeMs: this.#timeAt(index),
      value: this.#valueAt(index),
    }));
  }

  #rebuild(points: readonly Point[]): void {
    this.#next = 0;
    this.#size = 0;
    for (const { timeMs, value } of points.toSorted((one, other) => one.timeMs - other.timeMs)) {
      this.#add(timeMs, value);
    }
    this.#changed$.next();
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

  #isGap(index: number): boolean {
    return Number.isNaN(this.#valueAt(index));
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
