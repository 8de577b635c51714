import { describe, expect, it } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { type Batch, BatchStart } from '../../../hub/gateways/batch.ts';

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

  it('is one and the same for all who are due the same', () => {
    const start = new BatchStart<number>();
    const due = [
      [A, 0],
      [B, 0],
      [C, 0],
    ] as const;
    expect(build(start, due)).toBe(build(start, due));
  });

  it('is another where a message, a form or the order differs', () => {
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
