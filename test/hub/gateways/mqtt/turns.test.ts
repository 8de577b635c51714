import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Slice, Turns } from '../../../../hub/gateways/mqtt/slice.ts';

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

  it('are where the packets of those who are in use up every turn', async () => {
    const slice = new Slice(turns);
    let isFlooding = true;
    const flood = () => {
      slice.begin();
      elapsedMs += 50;
      slice.end();
      if (isFlooding) setImmediate(flood);
    };
    flood();
    for (let id = 1; id <= 5; id++) come(id);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    isFlooding = false;
    expect(admitted).toEqual([1, 2, 3, 4, 5]);
  });
});
