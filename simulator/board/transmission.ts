import { after, applied, NO_EFFECT } from './effect.ts';
import type { Program } from './program.ts';
import type { Signal } from './signal.ts';

/** The delay of the DMA before the first pulse, microseconds. */
const LEAD_US = 20;

/** How far back the history of a transmission can be queried, microseconds. */
const MEMORY_US = 1_000_000;

/** The most programs that may wait: pigpio links waves to one another and has no others. */
const MAX_WAITING = 250;

interface Segment {
  readonly program: Program;
  readonly startUs: number;
  /** When another program takes over, or when this one has ended. */
  endUs: number;
}

/** Programs that change the output latches of GPIO 0–31, one after another without a gap. */
export class Transmission {
  #latches: number;
  #segments: Segment[];

  /** `latches` are the levels of the GPIO when it starts. */
  constructor(program: Program, latches: number, nowUs: number) {
    const startUs = nowUs + LEAD_US;
    this.#latches = latches;
    this.#segments = [{ program, startUs, endUs: startUs + program.durationUs }];
  }

  /** The end of the last program; may be infinite. */
  get endUs(): number {
    return this.#segments.at(-1)?.endUs ?? 0;
  }

  /** Whether the queue of waiting programs is full. */
  isFull(nowUs: number): boolean {
    // The first program only waits for the DMA.
    const present = Math.max(
      0,
      this.#segments.findLastIndex(({ startUs }) => startUs <= nowUs),
    );
    return this.#segments.length - 1 - present >= MAX_WAITING;
  }

  /** Appends a program, which starts when the current round of the last one has ended. */
  append(program: Program, nowUs: number): void {
    this.#forget(nowUs - MEMORY_US);
    const last = this.#segments.at(-1);
    const startUs = last ? last.startUs + last.program.seamUs(Math.max(0, nowUs - last.startUs)) : nowUs;
    if (last) last.endUs = startUs;
    this.#segments.push({ program, startUs, endUs: startUs + program.durationUs });
  }

  /** The identifier of the wave that plays at an instant, `undefined` if there is none. */
  waveAt(us: number): number | undefined {
    const segment = this.#segments.findLast(({ startUs }) => startUs <= us) ?? this.#segments[0];
    return segment?.program.waveAt(Math.max(0, us - segment.startUs));
  }

  /** The signal that drives a GPIO. */
  signal(gpio: number): Signal {
    return {
      levelAt: (us) => (((this.#latchesAt(us) >>> gpio) & 1) === 1 ? 1 : 0),
      nextEdge: (us) => this.#nextEvent(us),
    };
  }

  #nextEvent(us: number): number {
    for (const { program, startUs, endUs } of this.#segments) {
      const eventUs = startUs + program.nextEvent(us - startUs);
      if (eventUs > us && eventUs <= endUs) return eventUs;
    }
    return Number.POSITIVE_INFINITY;
  }

  #latchesAt(us: number): number {
    let effect = NO_EFFECT;
    for (const { program, startUs, endUs } of this.#segments) {
      if (us < startUs) break;
      effect = after(effect, us >= endUs ? program.effect : program.effectAt(us - startUs));
    }
    return applied(effect, this.#latches);
  }

  #forget(beforeUs: number): void {
    while (this.#segments.length > 1 && (this.#segments[0]?.endUs ?? beforeUs) < beforeUs) {
      const [past] = this.#segments.splice(0, 1);
      if (past) this.#latches = applied(past.program.effect, this.#latches);
    }
  }
}
