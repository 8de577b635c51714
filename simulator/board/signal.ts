import type { Level } from '../../devices/pins/pins.ts';

/** The signal that drives a pin over time, in closed form: nothing is computed until somebody asks. */
export interface Signal {
  /** The level at an instant, in microseconds of the board's clock. */
  levelAt(us: number): Level;
  /**
   * The first instant after `us` at which the level may change, `Infinity` for never. The level is constant until then.
   */
  nextEdge(us: number): number;
}

/** A level that never changes. */
export class Constant implements Signal {
  readonly level: Level;

  constructor(level: Level) {
    this.level = level;
  }

  levelAt(): Level {
    return this.level;
  }

  nextEdge(): number {
    return Number.POSITIVE_INFINITY;
  }
}

export const LOW = new Constant(0);
export const HIGH = new Constant(1);

/** The shared constant signal for a level. */
export function constant(level: Level): Constant {
  return level === 1 ? HIGH : LOW;
}

/** A square wave: high for the first `onUs` of every `periodUs`, aligned to the clock's zero like pigpio's DMA. */
export class Square implements Signal {
  readonly periodUs: number;
  readonly onUs: number;

  /** `0 < onUs < periodUs`; neither has to be an integer. */
  constructor(periodUs: number, onUs: number) {
    this.periodUs = periodUs;
    this.onUs = onUs;
  }

  levelAt(us: number): Level {
    return us - this.periodStart(us) < this.onUs ? 1 : 0;
  }

  nextEdge(us: number): number {
    const start = this.periodStart(us);
    const fall = start + this.onUs;
    return fall > us ? fall : start + this.periodUs;
  }

  /** The start of the period that contains an instant. */
  periodStart(us: number): number {
    return Math.floor(us / this.periodUs) * this.periodUs;
  }
}

/** A finite run of alternating levels: a bouncing contact, a trigger pulse, the last servo pulse. */
export class Burst implements Signal {
  readonly #first: Level;
  readonly #edgesUs: readonly number[];
  readonly #rest: Signal;

  /** Starts at `first` and flips at each of `edgesUs` (ascending). At the last edge, `rest` takes over. */
  constructor(first: Level, edgesUs: readonly number[], rest: Signal) {
    this.#first = first;
    this.#edgesUs = edgesUs;
    this.#rest = rest;
  }

  levelAt(us: number): Level {
    const passed = this.#passed(us);
    if (passed === this.#edgesUs.length) return this.#rest.levelAt(us);
    return passed % 2 === 0 ? this.#first : flip(this.#first);
  }

  nextEdge(us: number): number {
    return this.#edgesUs[this.#passed(us)] ?? this.#rest.nextEdge(us);
  }

  #passed(us: number): number {
    const next = this.#edgesUs.findIndex((edgeUs) => edgeUs > us);
    return next === -1 ? this.#edgesUs.length : next;
  }
}

/** The other level. */
export function flip(level: Level): Level {
  return level === 1 ? 0 : 1;
}
