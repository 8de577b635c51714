/** A thing that expires: `heapIndex` belongs to the heap, and is -1 outside of it. */
export interface Expiring {
  heapIndex: number;
  /** Milliseconds of the hub's clock. */
  readonly expiresAt: number;
}

/** A binary heap by expiry: adding, removing and taking the earliest cost O(log n). */
export class ExpiryHeap<T extends Expiring> {
  readonly #items: T[] = [];

  /** The first to expire, if it has expired at `now`. */
  expiredAt(now: number): T | undefined {
    const first = this.#items[0];
    return first && first.expiresAt <= now ? first : undefined;
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Does nothing if the item is not in the heap. */
  remove(item: T): void {
    const index = item.heapIndex;
    if (index === -1) return;
    item.heapIndex = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#sink(last, index);
    this.#rise(last, last.heapIndex);
  }

  #rise(item: T, from: number): void {
    let index = from;
    for (let up = (index - 1) >> 1; index > 0; up = (index - 1) >> 1) {
      const parent = this.#items[up];
      if (!parent || parent.expiresAt <= item.expiresAt) break;
      this.#put(parent, index);
      index = up;
    }
    this.#put(item, index);
  }

  #sink(item: T, from: number): void {
    let index = from;
    for (let child = this.#earlierChild(index); child; child = this.#earlierChild(index)) {
      if (child.expiresAt >= item.expiresAt) break;
      const down = child.heapIndex;
      this.#put(child, index);
      index = down;
    }
    this.#put(item, index);
  }

  #earlierChild(index: number): T | undefined {
    const [left, right] = [this.#items[2 * index + 1], this.#items[2 * index + 2]];
    return left && right && right.expiresAt < left.expiresAt ? right : left;
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}
