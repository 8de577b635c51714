import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';

/** Stands for any text that matches. */
class TextPattern {
  readonly #fits: (text: string) => boolean;
  readonly #description: string;

  constructor(description: string, fits: (text: string) => boolean) {
    this.#description = description;
    this.#fits = fits;
  }

  fits(value: unknown): boolean {
    return typeof value === 'string' && this.#fits(value);
  }

  [inspect.custom](): string {
    return this.#description;
  }
}

/** Whether a value is as expected. Properties that are undefined count as missing; with `partial`, objects may have more properties. */
function fits(actual: unknown, expected: unknown, partial: boolean): boolean {
  if (expected instanceof TextPattern) return expected.fits(actual);
  if (Object.is(actual, expected)) return true;
  if (!isObject(actual) || !isObject(expected)) return false;
  if (Array.isArray(expected) !== Array.isArray(actual)) return false;
  if (expected instanceof Uint8Array)
    return actual instanceof Uint8Array && Buffer.compare(actual, expected) === 0;
  if (expected instanceof Map) return actual instanceof Map && fits([...actual], [...expected], partial);
  if (expected instanceof Set) return actual instanceof Set && fits([...actual], [...expected], partial);
  const keys = new Set(Object.keys(expected));
  if (!partial || Array.isArray(expected)) for (const key of Object.keys(actual)) keys.add(key);
  return [...keys].every((key) => fits(Reflect.get(actual, key), Reflect.get(expected, key), partial));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Checks a value; a method throws an `AssertionError` if the value differs. */
class Expectation {
  readonly #actual: unknown;
  readonly #message: string | undefined;

  constructor(actual: unknown, message: string | undefined) {
    this.#actual = actual;
    this.#message = message;
  }

  /** The same checks for the reason of a rejection. */
  get rejects() {
    return this.#settled(async () => {
      const settled = await Promise.resolve(this.#actual).then(
        (value) => ({ value, isRejected: false }),
        (value: unknown) => ({ value, isRejected: true }),
      );
      if (!settled.isRejected) this.#fail('a rejection', settled.value);
      return settled.value;
    });
  }

  toBe(expected: unknown): void {
    this.#check(Object.is(this.#actual, expected), expected);
  }

  toEqual(expected: unknown): void {
    this.#check(fits(this.#actual, expected, false), expected);
  }

  toMatchObject(expected: object): void {
    this.#check(fits(this.#actual, expected, true), expected);
  }

  toBeUndefined(): void {
    this.toBe(undefined);
  }

  toHaveLength(length: number): void {
    this.#check(Reflect.get(Object(this.#actual), 'length') === length, `something of length ${length}`);
  }

  toBeInstanceOf(type: abstract new (...args: never) => unknown): void {
    this.#check(this.#actual instanceof type, type);
  }

  toBeCloseTo(expected: number, digits = 2): void {
    const isClose = Math.abs(Number(this.#actual) - expected) < 10 ** -digits / 2;
    this.#check(isClose, `a number close to ${expected}`);
  }

  toBeGreaterThan(least: number): void {
    this.#check(Number(this.#actual) > least, `more than ${least}`);
  }

  toBeGreaterThanOrEqual(least: number): void {
    this.#check(Number(this.#actual) >= least, `at least ${least}`);
  }

  toBeLessThan(most: number): void {
    this.#check(Number(this.#actual) < most, `less than ${most}`);
  }

  toBeLessThanOrEqual(most: number): void {
    this.#check(Number(this.#actual) <= most, `at most ${most}`);
  }

  /** An error, as passed on by `rejects`, with a text in its message. */
  toThrow(text = ''): void {
    const { message }: { message?: unknown } = Object(this.#actual);
    this.#check(String(message).includes(text), `an error that says ${text}`);
  }

  #settled(value: () => Promise<unknown>) {
    const check = async (run: (settled: Expectation) => void) =>
      run(new Expectation(await value(), this.#message));
    return {
      toThrow: (text?: string) => check((settled) => settled.toThrow(text)),
      toMatchObject: (expected: object) => check((settled) => settled.toMatchObject(expected)),
    };
  }

  #check(isRight: boolean, expected: unknown): void {
    if (!isRight) this.#fail(expected, this.#actual);
  }

  #fail(expected: unknown, actual: unknown): never {
    const about = this.#message === undefined ? '' : `${this.#message}: `;
    const message = `${about}expected ${inspect(expected)}, got ${inspect(actual)}`;
    throw new AssertionError({ message, actual, expected });
  }
}

/** Checks like those of test runners, so that a contract needs no runner: only the ones that the contracts use. */
export const expect = Object.assign((actual: unknown, message?: string) => new Expectation(actual, message), {
  stringContaining: (part: string) => new TextPattern(`text with ${part}`, (text) => text.includes(part)),
  stringMatching: (pattern: RegExp) => new TextPattern(String(pattern), (text) => pattern.test(text)),
  unreachable: (message = 'this cannot happen'): never => {
    throw new AssertionError({ message });
  },
});
