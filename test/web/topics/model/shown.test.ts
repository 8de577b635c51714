import { describe, expect, it } from 'vitest';
import type { InspectedMessage, InspectedRow, InspectionFrame } from '../../../../hub/core/index.ts';
import { firstLook, pin, requestOf, sift, toggle } from '../../../../web/topics/model/look.ts';
import { nextShown } from '../../../../web/topics/model/shown.ts';

const row = (topic: string, messages: number, isPinned?: true): InspectedRow => ({
  topic,
  depth: 0,
  children: 0,
  topics: 1,
  messages,
  ...(isPinned && { isPinned }),
});
const frame = (rows: readonly InspectedRow[], seen: readonly InspectedMessage[] = []): InspectionFrame => ({
  from: 0,
  rows,
  total: rows.length,
  pinned: 0,
  waiting: 0,
  topics: 0,
  messages: 0,
  uncounted: 0,
  isFull: false,
  sinceMs: 0,
  isComplete: true,
  seen,
  missed: 0,
});
const heard = (at: number | undefined, isOld?: true): InspectedMessage => ({
  topic: 't',
  ...(at !== undefined && { at }),
  payload: `${at}`,
  qos: 0,
  retain: false,
  ...(isOld && { isOld }),
});

describe('What is shown', () => {
  it('keeps fewer messages of a topic if they are long, but always the last one', () => {
    const long = (at: number, length: number) => ({ ...heard(at), payload: 'x'.repeat(length) });
    const keptOf = (...seen: readonly InspectedMessage[]) =>
      nextShown(undefined, frame([], seen))
        .logs.get('t')
        ?.map(({ at }) => at);
    expect(keptOf(long(1, 2_000_000), long(2, 2_000_000), long(3, 1))).toEqual([2, 3]);
    expect(keptOf(long(1, 1), long(2, 5_000_000))).toEqual([2]);
    expect(keptOf(...Array.from({ length: 201 }, (_, at) => long(at, 1)))).toHaveLength(200);
  });

  it('marks rows whose counts have grown, but not those that have just come', () => {
    const before = nextShown(undefined, frame([row('a', 1), row('b', 1)]));
    expect([...before.fresh]).toEqual([]);
    const after = nextShown(before, frame([row('a', 2), row('b', 1), row('a', 2, true), row('c', 9)]));
    expect([...after.fresh]).toEqual([' a']);
  });

  it('keeps the messages of a topic, each once, even if it was not watched for a while', () => {
    const first = nextShown(undefined, frame([], [heard(1, true), heard(2)]));
    const again = nextShown(first, frame([], [heard(2, true), heard(3)]));
    const missed = nextShown(again, frame([], [heard(7, true)]));
    expect(missed.logs.get('t')?.map(({ at }) => at)).toEqual([1, 2, 3, 7]);
  });
});

describe('A look', () => {
  it('opens the rows above the topic that it begins with', () => {
    expect(requestOf(firstLook([], 'a/b/c'))).toMatchObject({ toggled: ['a', 'a/b'], watched: ['a/b/c'] });
  });

  it('keeps what is open while a filter shows other rows, and starts again with each filter', () => {
    const opened = toggle(firstLook([], undefined), row('a', 0));
    const sifted = toggle(sift(opened, { text: 'x' }), row('b', 0));
    expect(requestOf(sifted)).toMatchObject({ text: 'x', toggled: ['b'] });
    expect(requestOf(sift(sifted, { text: 'xy' })).toggled).toEqual([]);
    expect(requestOf(sift(sifted, { text: '' }))).toMatchObject({ toggled: ['a'] });
    expect(requestOf(toggle(opened, row('a', 0))).toggled).toEqual([]);
  });

  it('opens a pin apart from the same topic in the tree', () => {
    const pinned = toggle(pin(firstLook([], undefined), 'a'), row('a', 0, true));
    expect(requestOf(pinned)).toMatchObject({ pins: ['a'], toggledPins: ['a'], toggled: [] });
    expect(pin(pinned, 'a').pins).toEqual([]);
  });
});
