import { HubError } from '../../hub/core/error.ts';

/** Tracks which device owns which pin of a board: one owner per pin. */
export class Ownership {
  /** The available BCM numbers, ascending. */
  gpios: readonly number[];
  readonly #owners = new Map<number, string>();

  constructor(gpios: readonly number[]) {
    this.gpios = gpios;
  }

  /** Records the owner of a pin. Throws `pin/in-use` or `pin/invalid`, which both list the available pins. */
  claim(gpio: number, owner: string): void {
    if (!this.gpios.includes(gpio)) throw this.#invalid(gpio);
    const present = this.#owners.get(gpio);
    if (present !== undefined) throw this.#inUse(gpio, present);
    this.#owners.set(gpio, owner);
  }

  /** Records that a pin is free again. */
  release(gpio: number): void {
    this.#owners.delete(gpio);
  }

  #invalid(gpio: number): HubError {
    const what = 'is not a pin of this board, or is reserved';
    return new HubError('pin/invalid', `GPIO ${gpio} ${what}; allowed are ${listOf(this.gpios)}`);
  }

  #inUse(gpio: number, owner: string): HubError {
    const free = this.gpios.filter((each) => !this.#owners.has(each));
    return new HubError('pin/in-use', `GPIO ${gpio} is in use by ${owner}; free are ${listOf(free)}`);
  }
}

/** Formats an ascending list of numbers like `2–20, 22–27`; `none` if it is empty. */
export function listOf(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ') || 'none';
}
