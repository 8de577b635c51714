import { MAX_PACKET_IDENTIFIER } from './in-flight.ts';

const BITS = 32;

/** Most clients never use QoS 2. */
const NONE = new Uint32Array();

/** A set of packet identifiers, one bit each: at most 8 KiB, even for a client that never releases one. */
export class IdentifierSet {
  #words = NONE;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(identifier: number): boolean {
    return (this.#word(identifier) & bit(identifier)) !== 0;
  }

  add(identifier: number): void {
    if (this.has(identifier)) return;
    const index = identifier >>> 5;
    if (index >= this.#words.length) this.#grow(index + 1);
    this.#words[index] = this.#word(identifier) | bit(identifier);
    this.#size++;
  }

  /** Returns whether it was there. */
  delete(identifier: number): boolean {
    if (!this.has(identifier)) return false;
    this.#words[identifier >>> 5] = this.#word(identifier) & ~bit(identifier);
    this.#size--;
    return true;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let identifier = 1; identifier < this.#words.length * BITS; identifier++) {
      if (this.has(identifier)) yield identifier;
    }
  }

  #word(identifier: number): number {
    return this.#words[identifier >>> 5] ?? 0;
  }

  #grow(count: number): void {
    const most = (MAX_PACKET_IDENTIFIER + 1) / BITS;
    const larger = new Uint32Array(Math.min(most, Math.max(count, this.#words.length * 2)));
    larger.set(this.#words);
    this.#words = larger;
  }
}

function bit(identifier: number): number {
  return 1 << (identifier & (BITS - 1));
}
