import type { Level } from '../../devices/pins/pins.ts';

/** Takes a change of level at an instant, microseconds. */
export type EmitEdge = (us: number, level: Level) => void;

/** What stands between a pin's raw edges and those that are reported. */
export interface EdgeFilter {
  /** A raw edge. */
  push(us: number, level: Level): void;
  /** Time has passed, without an edge, up to and including an instant. */
  advance(us: number): void;
  /** When `advance` would next report something, `Infinity` while nothing waits. */
  readonly dueUs: number;
}

/**
 * pigpio's glitch filter: a level counts once it has held for `steadyUs`, and is then dated at the end of that
 * time.
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
    // A level that gives way at the very end of the time was not there when the last sample was taken.
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
 * pigpio's noise filter: edges are ignored until a level has held for `steadyUs`; the edge that ends it, and all
 * for `activeUs` after, are reported; then the level goes back to what it was and edges are ignored again.
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
