import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TurnBudget } from './turn-budget.ts';

/** What such work may use of each turn of the event loop, milliseconds. */
const STEPS_MS = 4;

/** Does work on thousands of things, a few milliseconds in each turn: at once if it is little. Rejects with what a step throws. */
export async function inSteps(
  steps: Iterable<unknown>,
  budget: Pick<TurnBudget, 'interrupt'>,
): Promise<void> {
  let since = performance.now();
  for (const _ of steps) {
    if (performance.now() - since < STEPS_MS) continue;
    budget.interrupt(); // This time is nobody's share.
    await nextTurn();
    since = performance.now();
  }
}
