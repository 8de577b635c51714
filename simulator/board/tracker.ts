import type { Level } from '../../devices/pins/pins.ts';
import { type EdgeFilter, type EmitEdge, GlitchFilter, NoiseFilter } from './filter.ts';
import type { Signal } from './signal.ts';

/** The filter settings of a pin; a steady time of 0 means no filter. */
export interface FilterSettings {
  readonly glitchSteadyUs: number;
  readonly noiseSteadyUs: number;
  readonly noiseActiveUs: number;
}

export const NO_FILTERS: FilterSettings = { glitchSteadyUs: 0, noiseSteadyUs: 0, noiseActiveUs: 0 };

/**
 * Follows one watched pin: finds the edges of its signal on the grid of samples, as pigpio's DMA sees them, and
 * passes them through the pin's filters.
 */
export class Tracker {
  readonly #signal: () => Signal;
  readonly #sampleUs: number;
  readonly #emit: EmitEdge;
  #filters: readonly EdgeFilter[] = [];
  #seenUs: number;
  #raw: Level;
  /** The level last reported. */
  reported: Level;

  constructor(signal: () => Signal, sampleUs: number, nowUs: number, emit: EmitEdge) {
    this.#signal = signal;
    this.#sampleUs = sampleUs;
    this.#seenUs = nowUs;
    this.#raw = signal().levelAt(nowUs);
    this.reported = this.#raw;
    this.#emit = emit;
  }

  /** Applies new filters from now on; they start from the current level. */
  setFilters(settings: FilterSettings, nowUs: number): void {
    const { glitchSteadyUs, noiseSteadyUs, noiseActiveUs } = settings;
    const filters: EdgeFilter[] = [];
    let emit: EmitEdge = (us, level) => this.#report(us, level);
    if (noiseSteadyUs > 0) {
      const noise = new NoiseFilter(noiseSteadyUs, noiseActiveUs, this.#raw, nowUs, emit);
      emit = (us, level) => noise.push(us, level);
      filters.push(noise);
    }
    if (glitchSteadyUs > 0) filters.unshift(new GlitchFilter(glitchSteadyUs, this.#raw, emit));
    this.#filters = filters;
    this.#report(nowUs, this.#raw);
  }

  /**
   * Collects the events up to an instant. Events older than `oldestUs` are lost, as in a ring buffer that overflowed.
   */
  collect(nowUs: number, oldestUs: number): void {
    if (this.#seenUs < oldestUs) this.#see(oldestUs);
    const signal = this.#signal();
    let sampledUs = this.#nextSample(signal.nextEdge(this.#seenUs));
    while (sampledUs <= nowUs) {
      this.#see(sampledUs);
      sampledUs = this.#nextSample(signal.nextEdge(this.#seenUs));
    }
    // Skip the samples already examined; an edge since the last sample is not visible yet.
    this.#seenUs = Math.max(this.#seenUs, Math.floor(nowUs / this.#sampleUs) * this.#sampleUs);
    for (const filter of this.#filters) filter.advance(nowUs);
  }

  /** Notes the level at the instant at which the signal was replaced. */
  see(nowUs: number): void {
    this.#see(nowUs);
  }

  /** The instant of the next event to collect. */
  dueUs(): number {
    const edgeUs = this.#nextSample(this.#signal().nextEdge(this.#seenUs));
    return Math.min(edgeUs, ...this.#filters.map((filter) => filter.dueUs));
  }

  #nextSample(us: number): number {
    return Math.ceil(us / this.#sampleUs) * this.#sampleUs;
  }

  #see(us: number): void {
    const level = this.#signal().levelAt(us);
    this.#seenUs = us;
    if (level === this.#raw) return;
    this.#raw = level;
    const [first] = this.#filters;
    if (first) first.push(us, level);
    else this.#report(us, level);
  }

  #report(us: number, level: Level): void {
    if (level === this.reported) return;
    this.reported = level;
    this.#emit(us, level);
  }
}
