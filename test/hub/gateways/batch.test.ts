import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { type Batch, BatchStart, Turn } from '../../../hub/gateways/batch.ts';

const [A, B, C] = ['a', 'b', 'c'].map((topic) => new Message(topic, '12345')) as [Message, Message, Message];

function build(
  start: BatchStart<number>,
  due: readonly (readonly [Message, number])[],
): Batch<number> | undefined {
  let batch: Batch<number> | undefined;
  for (const [message, form] of due) batch = (batch ?? start).with(message, form);
  return batch;
}

function content(batch: Batch<number> | undefined): string[] | undefined {
  return batch?.map((message, form) => `${message.topic}${form}`);
}

describe('A batch', () => {
  it('has its messages in order, each with its form', () => {
    const batch = build(new BatchStart(), [
      [A, 0],
      [B, 1],
      [A, 0],
    ]);
    expect(content(batch)).toEqual(['a0', 'b1', 'a0']);
    expect(batch?.count).toBe(3);
    expect(batch?.size).toBe(18);
  });

  it('is shared by all clients that are due the same messages', () => {
    const start = new BatchStart<number>();
    const due = [
      [A, 0],
      [B, 0],
      [C, 0],
    ] as const;
    expect(build(start, due)).toBe(build(start, due));
  });

  it('is another if a message, a form or the order differs', () => {
    const start = new BatchStart<number>();
    const batches = [
      build(start, [
        [A, 0],
        [B, 0],
      ]),
      build(start, [
        [A, 0],
        [B, 1],
      ]),
      build(start, [
        [B, 0],
        [A, 0],
      ]),
      build(start, [[A, 0]]),
      build(start, [
        [A, 0],
        [B, 0],
        [C, 0],
      ]),
    ];
    expect(new Set(batches).size).toBe(5);
    expect(batches.map(content)).toEqual([
      ['a0', 'b0'],
      ['a0', 'b1'],
      ['b0', 'a0'],
      ['a0'],
      ['a0', 'b0', 'c0'],
    ]);
  });

  it('does not change when others go on from it', () => {
    const start = new BatchStart<number>();
    const one = build(start, [[A, 0]]);
    one?.with(B, 0);
    one?.with(C, 0);
    expect(content(one)).toEqual(['a0']);
  });

  it('is not shared with those of the turn before', () => {
    const start = new BatchStart<number>();
    const before = build(start, [[A, 0]]);
    start.clear();
    expect(build(start, [[A, 0]])).not.toBe(before);
  });

  it('may be very long', () => {
    const batch = build(
      new BatchStart(),
      Array.from({ length: 100_000 }, () => [A, 0] as const),
    );
    expect(content(batch)).toHaveLength(100_000);
  });
});

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

  describe('of a client that must rest', () => {
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

    it('does not wait if it has rested for long', () => {
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
