export type Work = () => void;

/** Work that waits for a later turn. Lanes take turns; within a lane the oldest goes first. */
export class WaitingLine {
  /** By lane; the first lane is served next. */
  readonly #due = new Map<string, Work[]>();
  #later: { readonly lane: string; readonly work: Work }[] = [];

  get isEmpty(): boolean {
    return this.#due.size === 0 && this.#later.length === 0;
  }

  add(lane: string, work: Work): void {
    this.#later.push({ lane, work });
  }

  /** What waits now may be served; what is added from now on waits for another turn. */
  beginTurn(): void {
    for (const { lane, work } of this.#later) {
      const due = this.#due.get(lane);
      if (due) due.push(work);
      else this.#due.set(lane, [work]);
    }
    this.#later = [];
  }

  /** Takes the first of the next lane, which then goes behind the others. */
  next(): Work | undefined {
    for (const [lane, due] of this.#due) {
      const work = due.shift();
      this.#due.delete(lane);
      if (due.length > 0) this.#due.set(lane, due);
      return work;
    }
    return undefined;
  }
}
