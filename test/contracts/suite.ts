import { setTimeout as wait } from 'node:timers/promises';
import { format } from 'node:util';

type Work = () => unknown;

/** The functions of a test runner that a contract calls: `node:test`, Vitest and Jest have them. */
export interface Runner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: Work) => unknown;
  readonly beforeEach: (work: Work) => unknown;
  readonly afterEach: (work: Work) => unknown;
}

/** The cases of a table, each with its values in the title: `%s`, `%d`, `%j`. */
function each(it: Runner['it']) {
  return <const Case>(cases: readonly Case[]) =>
    (
      title: string,
      body: (...values: Case extends readonly [...infer Values] ? [...Values] : [Case]) => unknown,
    ): void => {
      for (const one of cases) {
        const values = Array.isArray(one) ? one : [one];
        const shown = title.match(/%[sdij]/g)?.length ?? 0;
        it(format(title, ...values.slice(0, shown)), () => Reflect.apply(body, undefined, values));
      }
    };
}

/** A runner's functions as the contracts use them. */
export function suiteFor({ describe, it, beforeEach, afterEach }: Runner) {
  const plain = (title: string, body: Work) => it(title, () => body());
  const test = Object.assign(plain, { each: each(plain) });
  return {
    describe: (title: string, body: () => void) => describe(title, () => body()),
    it: test,
    test,
    beforeEach: (work: Work) => beforeEach(() => work()),
    afterEach: (work: Work) => afterEach(() => work()),
  };
}

/** How long a condition may take to come true, and how often it is checked, milliseconds. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 5;

/** Resolves once a condition is true; rejects if it does not come true. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += LOOK_MS) {
    if (waited > PATIENCE_MS) throw new Error(`this did not come true: ${condition}`);
    await wait(LOOK_MS);
  }
}
