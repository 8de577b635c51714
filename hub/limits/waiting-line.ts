/** Items that wait in lanes. The lanes take turns; within a lane the oldest goes first. */
export class Lanes<T> {
  /** The first lane is served next. */
  readonly #lanes = new Map<string, T[]>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  add(key: string, item: T): void {
    const lane = this.#lanes.get(key);
    if (lane) lane.push(item);
    else this.#lanes.set(key, [item]);
  }

  /** Takes the first of the next lane, which then goes behind the others. */
  next(): T | undefined {
    for (const [key, lane] of this.#lanes) {
      const item = lane.shift();
      this.#lanes.delete(key);
      if (lane.length > 0) this.#lanes.set(key, lane);
      return item;
    }
    return undefined;
  }

  /** Takes the last of the longest lane; of lanes that are as long, the one that is served last. */
  takeBack(): T | undefined {
    let longest: [key: string, lane: T[]] | undefined;
    for (const each of this.#lanes) if (each[1].length >= (longest?.[1].length ?? 0)) longest = each;
    if (!longest) return undefined;
    const [key, lane] = longest;
    const item = lane.pop();
    if (lane.length === 0) this.#lanes.delete(key);
    return item;
  }
}

export type Work = () => void;

/** Work that waits for a later turn, in lanes. */
export class WaitingLine {
  readonly #due = new Lanes<Work>();
  #later: { readonly lane: string; readonly work: Work }[] = [];

  get isEmpty(): boolean {
    return this.#due.isEmpty && this.#later.length === 0;
  }

  add(lane: string, work: Work): void {
    this.#later.push({ lane, work });
  }

  /** What waits now may be served; what is added from now on waits for another turn. */
  beginTurn(): void {
    for (const { lane, work } of this.#later) this.#due.add(lane, work);
    this.#later = [];
  }

  next(): Work | undefined {
    return this.#due.next();
  }
}
