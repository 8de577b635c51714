import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { TurnBatch } from '../../../../hub/storage/engine/turn-batch.ts';

/** A batch, and the bytes that were taken from it at the end of each turn. */
function batchOfTurns(): { readonly batch: TurnBatch; readonly taken: number[][] } {
  const taken: number[][] = [];
  const batch: TurnBatch = new TurnBatch(() => taken.push([...batch.take()]));
  return { batch, taken };
}

const FULL = new HubError('store/unavailable', 'there is no room');

describe('the changes of a turn', () => {
  it('are taken together at its end, and those of the next turn by themselves', async () => {
    const { batch, taken } = batchOfTurns();
    batch.add().byte(1);
    batch.add().byte(2);
    expect(taken).toEqual([]);
    await nextTurn();
    batch.add().byte(3);
    await nextTurn();
    await nextTurn();
    expect(taken).toEqual([[1, 2], [3]]);
    expect(batch.position).toBe(3);
  });

  it('are taken once, if somebody takes them before', async () => {
    const { batch, taken } = batchOfTurns();
    batch.add().byte(1);
    const bytes = batch.take();
    expect(batch.isEmpty).toBe(true);
    await nextTurn();
    expect(taken).toEqual([]);
    batch.add().byte(2); // The taken bytes are a copy: this must not overwrite them.
    expect([...bytes]).toEqual([1]);
    await nextTurn();
    expect(taken).toEqual([[2]]);
  });

  it('stand after the room for a header', async () => {
    const taken: number[][] = [];
    const batch: TurnBatch = new TurnBatch(() => taken.push([...batch.take()].slice(2)), 2);
    for (const value of [1, 2, 3]) {
      batch.add().byte(value);
      if (value > 1) await nextTurn();
    }
    expect(taken).toEqual([[1, 2], [3]]);
  });

  it('go nowhere once it is closed, and are never safe', async () => {
    const { batch, taken } = batchOfTurns();
    const calls: (HubError | undefined)[] = [];
    batch.close();
    batch.add().byte(1);
    batch.whenSafe(batch.position, (failure) => calls.push(failure));
    await nextTurn();
    expect(taken).toEqual([]);
    expect(calls).toEqual([]);
    batch.failure = FULL;
    expect(calls).toEqual([FULL]);
  });
});

const step = fc.oneof(
  fc.constantFrom('add' as const, 'wait' as const, 'fail' as const, 'recover' as const),
  fc.record({ settled: fc.nat(3) }),
);

describe('whoever waits for a position', () => {
  it('is called back once: in order as soon as it is safe, or with the reason why it cannot be', () => {
    const law = fc.property(fc.array(step), (steps) => {
      const { batch } = batchOfTurns();
      const calls: [position: number, failure: HubError | undefined][] = [];
      const waiting: number[] = [];
      const expected: typeof calls = [];
      const release = (failure: HubError | undefined) => {
        for (const position of waiting.splice(0))
          if (failure || batch.isSafe(position)) expected.push([position, failure]);
          else waiting.push(position);
      };
      for (const what of steps) {
        if (typeof what === 'object') batch.settle(Math.min(batch.position, batch.safe + what.settled));
        else if (what === 'add') batch.add().byte(0);
        else if (what === 'fail') batch.failure = FULL;
        else if (what === 'recover') batch.failure = undefined;
        else {
          const { position } = batch;
          waiting.push(position);
          batch.whenSafe(position, (failure) => calls.push([position, failure]));
        }
        release(undefined);
        if (batch.failure) release(batch.failure);
        expect(calls).toEqual(expected);
      }
    });
    fc.assert(law);
  });
});
