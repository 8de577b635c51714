/** Things that are joined one by one, and which of them hang together (union–find with path halving). */
export class DisjointSets {
  readonly #parents: Int32Array;

  /** Things 0 to `count` - 1, each by itself. */
  constructor(count: number) {
    this.#parents = new Int32Array(count).map((_, index) => index);
  }

  /** The one that stands for all that it hangs together with. */
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
