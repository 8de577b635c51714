import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEDGER_PLACE, OriginOrder } from '../../hub/cluster/origin-order.ts';
import { ByteReader, ByteWriter } from '../../hub/storage/engine/bytes.ts';

/** The content of a ledger: a frame, or the entry that a hub's epoch is over. */
type Line =
  | { readonly kind: 'frame'; readonly hub: string; readonly epoch: number; readonly count: number }
  | { readonly kind: 'over'; readonly hub: string; readonly epoch: number };

const hub = fc.constantFrom('a', 'b');
const epoch = fc.integer({ min: 1, max: 3 });
const line: fc.Arbitrary<Line> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('frame' as const), hub, epoch, count: fc.nat(4) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('over' as const), hub, epoch }) },
);
const ledger = fc.array(line, { maxLength: 60 });

function read(order: OriginOrder, lines: readonly Line[]) {
  return lines.map((one) =>
    one.kind === 'over'
      ? order.end(one.hub, one.epoch)
      : order.judge(one.hub, one.epoch, one.count, one.count + 1),
  );
}

describe('the order of the ledger', () => {
  it('counts the frames of an epoch one after the other, whichever are lost or come twice, and none once the epoch is over', () => {
    fc.assert(
      fc.property(ledger, (lines) => {
        const verdicts = read(new OriginOrder(), lines);
        const last = new Map<string, { epoch: number; count: number; isOver: boolean }>();
        for (const [index, one] of lines.entries()) {
          const before = last.get(one.hub) ?? { epoch: 0, count: -1, isOver: false };
          if (one.kind === 'over') {
            if (verdicts[index]) last.set(one.hub, { epoch: one.epoch, count: 0, isOver: true });
            continue;
          }
          const { epoch, count } = one;
          if (verdicts[index] === 'begins') {
            expect(epoch).toBeGreaterThan(before.epoch);
            expect(count).toBe(0);
          } else if (verdicts[index] === 'counts')
            expect({ epoch, count, isOver: false }).toEqual({ ...before, count: before.count + 1 });
          else continue;
          last.set(one.hub, { epoch, count, isOver: false });
        }
      }),
    );
  });

  it('gives the same verdicts to a reader that starts in the middle, from the position of a reader that has read everything', () => {
    fc.assert(
      fc.property(ledger, fc.nat(60), (lines, at) => {
        const [all, first] = [new OriginOrder(), new OriginOrder()];
        const verdicts = read(all, lines);
        read(first, lines.slice(0, at));
        const writer = new ByteWriter();
        LEDGER_PLACE.write(writer, { position: at, states: [...first.states] });
        const { position, states } = LEDGER_PLACE.read(new ByteReader(writer.bytes));
        expect(position).toBe(at);
        expect(read(new OriginOrder(states), lines.slice(at))).toEqual(verdicts.slice(at));
      }),
    );
  });

  it('counts how many entries the frames had', () => {
    const order = new OriginOrder();
    order.judge('a', 1, 0, 0);
    order.judge('a', 1, 1, 3);
    order.judge('a', 1, 1, 3);
    order.judge('a', 1, 2, 4);
    expect(order.of('a')).toEqual({ epoch: 1, count: 2, serial: 7, isOver: false });
  });

  it('says whether the end of an epoch is new', () => {
    const order = new OriginOrder([['a', { epoch: 2, count: 5, serial: 9, isOver: false }]]);
    expect([order.end('a', 1), order.end('a', 2), order.end('a', 2)]).toEqual([false, true, false]);
    expect(order.judge('a', 2, 6, 1)).toBe('void');
    expect(order.judge('a', 3, 0, 0)).toBe('begins');
  });
});
