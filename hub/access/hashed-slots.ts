import { createHmac, randomBytes } from 'node:crypto';
import type { Slots } from '../core/pace.ts';

const COUNT = 2 ** 16;

/**
 * A number for each key, in so many slots that are never emptied to make room: whoever makes up keys cannot have those of others forgotten.
 * Keys that fall on one slot share it; which do, nobody outside can tell.
 */
export class HashedSlots implements Slots {
  readonly #secret = randomBytes(32);
  readonly #values = new Float64Array(COUNT);

  get(key: string): number {
    return this.#values[this.#indexOf(key)] ?? 0;
  }

  set(key: string, value: number): void {
    this.#values[this.#indexOf(key)] = value;
  }

  #indexOf(key: string): number {
    return createHmac('sha256', this.#secret).update(key).digest().readUInt16BE();
  }
}
