import { HubError } from '../../hub/core/error.ts';

/** Who owns which pin of a board: one owner a pin. */
export class Ownership {
  /** The BCM numbers that may be had, ascending. */
  gpios: readonly number[];
  readonly #owners = new Map<number, string>();

  constructor(gpios: readonly number[]) {
    this.gpios = gpios;
  }

  /** Notes who owns a pin from now on. Throws `pin/in-use` or `pin/invalid`, both naming what may be had. */
  claim(gpio: number, owner: string): void {
    if (!this.gpios.includes(gpio)) throw this.#invalid(gpio);
    const present = this.#owners.get(gpio);
    if (present !== undefined) throw this.#inUse(gpio, present);
    this.#owners.set(gpio, owner);
  }

  /** Notes that a pin is free again. */
  release(gpio: number): void {
    this.#owners.delete(gpio);
  }

  #invalid(gpio: number): HubError {
    const what = 'is no pin of this board, or reserved';
    return new HubError('pin/invalid', `GPIO ${gpio} ${what}; allowed are ${listOf(this.gpios)}`);
  }

  #inUse(gpio: number, owner: string): HubError {
    const free = this.gpios.filter((each) => !this.#owners.has(each));
    return new HubError('pin/in-use', `GPIO ${gpio} is in use by ${owner}; free are ${listOf(free)}`);
  }
}

/** `2–20, 22–27` for a list of numbers in ascending order; `none` if it is empty. */
export function listOf(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ') || 'none';
}
