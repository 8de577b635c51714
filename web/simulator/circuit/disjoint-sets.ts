/** Disjoint sets of items that are joined one by one (union–find with path halving). */
export class DisjointSets {
  readonly #parents: Int32Array;

  /** Creates items 0 to `count` - 1, each in a set of its own. */
  constructor(count: number) {
    this.#parents = new Int32Array(count).map((_, index) => index);
  }

  /** The representative of an item's set. */
  find(thing: number): number {
    let at = thing;
    for (let parent = this.#parentOf(at); parent !== at; parent = this.#parentOf(at)) {
      this.#parents[at] = this.#parentOf(parent);
      at = parent;
    }
    return at;
  }

  join(one: number, other: number): void {
    this.#parents[this.find(one)] = this.find(other);
  }

  #parentOf(thing: number): number {
    return this.#parents[thing] ?? thing;
  }
}
