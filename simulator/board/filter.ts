import type { Level } from '../../devices/pins/pins.ts';

/** Receives a new level and its instant, microseconds. */
export type EmitEdge = (us: number, level: Level) => void;

/** A filter between a pin's raw edges and the reported ones. */
export interface EdgeFilter {
  /** Adds a raw edge. */
  push(us: number, level: Level): void;
  /** Advances time, without an edge, up to and including an instant. */
  advance(us: number): void;
  /** When `advance` would next report something, `Infinity` if nothing is pending. */
  readonly dueUs: number;
}

/**
 * pigpio's glitch filter: a level counts once it has been stable for `steadyUs`. Its timestamp is the end of that time.
 */
export class GlitchFilter implements EdgeFilter {
  readonly #steadyUs: number;
  readonly #emit: EmitEdge;
  #reported: Level;
  #last: Level;
  #changedUs = 0;

  constructor(steadyUs: number, level: Level, emit: EmitEdge) {
    this.#steadyUs = steadyUs;
    this.#reported = level;
    this.#last = level;
    this.#emit = emit;
  }

  push(us: number, level: Level): void {
    // A level that changes at the very end of that time was already gone when the last sample was taken.
    if (this.dueUs < us) this.advance(us);
    this.#last = level;
    this.#changedUs = us;
  }

  advance(us: number): void {
    const { dueUs } = this;
    if (dueUs > us) return;
    this.#reported = this.#last;
    this.#emit(dueUs, this.#reported);
  }

  get dueUs(): number {
    return this.#last === this.#reported ? Number.POSITIVE_INFINITY : this.#changedUs + this.#steadyUs;
  }
}

/**
 * pigpio's noise filter: edges are ignored until a level has been stable for `steadyUs`. The edge that ends this level
 * is reported, and so are all edges during the next `activeUs`. Then the level returns to what it was and edges are
 * ignored again.
 */
export class NoiseFilter implements EdgeFilter {
  readonly #steadyUs: number;
  readonly #activeUs: number;
  readonly #emit: EmitEdge;
  #resting: Level;
  #reported: Level;
  #last: Level;
  #changedUs: number;
  #activeUntilUs: number | undefined;

  constructor(steadyUs: number, activeUs: number, level: Level, nowUs: number, emit: EmitEdge) {
    this.#steadyUs = steadyUs;
    this.#activeUs = activeUs;
    this.#resting = level;
    this.#reported = level;
    this.#last = level;
    this.#changedUs = nowUs;
    this.#emit = emit;
  }

  push(us: number, level: Level): void {
    this.advance(us);
    if (this.#activeUntilUs === undefined) this.#wake(us);
    this.#last = level;
    if (this.#activeUntilUs !== undefined) this.#report(us, level);
  }

  advance(us: number): void {
    const endUs = this.#activeUntilUs;
    if (endUs === undefined || endUs > us) return;
    this.#activeUntilUs = undefined;
    this.#changedUs = endUs;
    this.#report(endUs, this.#resting);
  }

  get dueUs(): number {
    return this.#activeUntilUs ?? Number.POSITIVE_INFINITY;
  }

  #wake(us: number): void {
    const heldUs = us - this.#changedUs;
    this.#changedUs = us;
    if (heldUs < this.#steadyUs) return;
    this.#resting = this.#last;
    this.#activeUntilUs = us + Math.max(1, this.#activeUs);
  }

  #report(us: number, level: Level): void {
    if (level === this.#reported) return;
    this.#reported = level;
    this.#emit(us, level);
  }
}
