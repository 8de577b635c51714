import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Turns } from '../../../../hub/gateways/mqtt/slice.ts';

let elapsedMs: number;
let turns: Turns;
/** Who has been let in so far. */
let admitted: number[];
beforeEach(() => {
  elapsedMs = 0;
  turns = new Turns(() => elapsedMs);
  admitted = [];
});

/** One who wants to be let in, which takes 3 ms. */
function come(id: number): void {
  turns.admit(() => {
    elapsedMs += 3;
    admitted.push(id);
  });
}

describe('those who want to be let in', () => {
  it('are, at once, where few come', () => {
    come(1);
    expect(admitted).toEqual([1]);
  });

  it('wait for the next turns where many come at once, in the order in which they came', async () => {
    for (let id = 1; id <= 5; id++) come(id);
    expect(admitted, 'with the second the time is used up').toEqual([1, 2]);
    await nextTurn();
    expect(admitted.length, 'others had their turn in between').toBeLessThan(5);
    while (admitted.length < 5) await nextTurn();
    expect(admitted).toEqual([1, 2, 3, 4, 5]);
  });

  it('wait where the packets of those who are in have used up the time', async () => {
    expect(turns.hasRoom).toBe(true);
    turns.usedMs = 5;
    come(1);
    expect(admitted).toEqual([]);
    while (admitted.length < 1) await nextTurn();
    expect(turns.usedMs).toBe(3);
  });
});
