/** What all trees of counts together may hold. */
export type InspectionLimits = {
  /** Levels of topics; a long topic takes the room of several. */
  readonly inspectedTopics: number;
  /** Last messages of topics, bytes. */
  readonly inspectedBytes: number;
};

/** Levels are about 300 bytes each: a hundred thousand topics, for one inspector with a filter. */
export const DEFAULT_INSPECTION_LIMITS: InspectionLimits = {
  inspectedTopics: 300_000,
  inspectedBytes: 32 * 2 ** 20,
};

/** The room that the trees share. */
export class InspectionRoom {
  readonly #limits: InspectionLimits;
  #topics = 0;
  #bytes = 0;

  constructor(limits: InspectionLimits) {
    this.#limits = limits;
  }

  /** What is taken. */
  get taken(): { readonly topics: number; readonly bytes: number } {
    return { topics: this.#topics, bytes: this.#bytes };
  }

  /** Takes room for so many levels, if there is that much. */
  takeTopics(count: number): boolean {
    if (this.#topics + count > this.#limits.inspectedTopics) return false;
    this.#topics += count;
    return true;
  }

  takeBytes(count: number): boolean {
    if (this.#bytes + count > this.#limits.inspectedBytes) return false;
    this.#bytes += count;
    return true;
  }

  /** The same for messages before the last ones: half of the room is for the last ones alone. */
  takeEarlierBytes(count: number): boolean {
    return this.#bytes + count <= this.#limits.inspectedBytes / 2 && this.takeBytes(count);
  }

  giveBack(topics: number, bytes: number): void {
    this.#topics -= topics;
    this.#bytes -= bytes;
  }
}
