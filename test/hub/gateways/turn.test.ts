import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turn } from '../../../hub/gateways/turn.ts';

describe('A turn', () => {
  it('flushes once, after all that happens in it, in the order of adding', async () => {
    const flushed: (readonly string[])[] = [];
    const turn = new Turn<string>((due) => flushed.push(due));
    turn.add('a');
    queueMicrotask(() => turn.add('b'));
    process.nextTick(() => turn.add('c'));
    expect(flushed).toEqual([]);
    await new Promise(setImmediate);
    expect(flushed.map((due) => [...due].sort())).toEqual([['a', 'b', 'c']]);
    await new Promise(setImmediate);
    expect(flushed).toHaveLength(1);
  });

  it('takes what is added while it flushes for the next one', async () => {
    const flushed: (readonly string[])[] = [];
    const turn: Turn<string> = new Turn((due) => {
      flushed.push(due);
      if (flushed.length === 1) turn.add('later');
    });
    turn.add('now');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(flushed).toEqual([['now'], ['later']]);
  });

  describe('of one who is to rest', () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] }));
    afterEach(() => vi.useRealTimers());

    it('waits a multiple of what the last flush took, and no longer than 20 ms', () => {
      const flushedAt: number[] = [];
      let workMs = 3;
      const turn = new Turn<string>(
        () => {
          flushedAt.push(performance.now());
          vi.advanceTimersByTime(workMs);
        },
        { restFactor: 4 },
      );
      const start = performance.now();
      const flush = () => {
        turn.add('x');
        vi.advanceTimersToNextTimer();
        return (flushedAt.at(-1) ?? 0) - start;
      };
      expect(flush()).toBe(0);
      expect(flush()).toBe(3 + 12);
      workMs = 30;
      expect(flush()).toBe(15 + 3 + 12);
      expect(flush()).toBe(30 + 30 + 20);
    });

    it('does not wait where it is long rested', () => {
      const flushed: unknown[] = [];
      const turn = new Turn<string>(
        (due) => {
          flushed.push(due);
          vi.advanceTimersByTime(2);
        },
        { restFactor: 4 },
      );
      turn.add('a');
      vi.advanceTimersToNextTimer();
      vi.advanceTimersByTime(100);
      const before = performance.now();
      turn.add('b');
      vi.advanceTimersToNextTimer();
      expect(performance.now() - before).toBeLessThanOrEqual(2);
      expect(flushed).toHaveLength(2);
    });
  });
});
