import { beforeEach, describe, expect, it } from 'vitest';
import { createTestDaemon, TestClient } from './client.ts';

const NOIB = [99] as const;
const PIN = 1 << 23;
const REST = 0x1ff;

describe('a notification handle', () => {
  let { clock, board, daemon, client } = createTestDaemon();
  beforeEach(() => {
    ({ clock, board, daemon, client } = createTestDaemon());
  });

  /** Opens a handle and starts watching a pin; what was sent for that is discarded. */
  const begin = (bits = PIN) => {
    expect(client.ask(NOIB, [19, 0, bits])).toEqual([0, 0]);
    client.sent.length = 0;
  };

  it('reports an edge with its tick, all levels, and a number', () => {
    begin();
    clock.advance(1234);
    board.wire(23, 1);
    clock.advance(1000);
    board.wire(23, 0);
    clock.advance(1000);
    expect(client.reports()).toEqual([
      { sequence: 0, flags: 0, tick: 1234, levels: REST | PIN },
      { sequence: 1, flags: 0, tick: 2234, levels: REST },
    ]);
  });

  it('reports nothing of pins that it does not watch', () => {
    begin();
    board.wire(24, 1);
    clock.advance(2000);
    expect(client.reports()).toEqual([]);
  });

  it('has a tick that wraps with 32 bits', () => {
    begin();
    clock.advance(2 ** 32 + 7);
    client.sent.length = 0;
    board.wire(23, 1);
    clock.advance(1000);
    expect(client.reports().at(-1)?.tick).toBe(7);
  });

  it('is commanded from any connection, its own too', () => {
    begin();
    const other = new TestClient(daemon);
    expect(other.ask([20, 0], [19, 0, 1], [20, 0])).toEqual([0, 0, 0]);
    board.wire(23, 1);
    clock.advance(2000);
    expect(client.reports()).toEqual([]);
    expect(client.ask([21, 0], [21, 0], [19, 0, 1])).toEqual([0, -25, -25]);
  });

  it('is one of 32, and free again when its connection closes', () => {
    const clients = Array.from({ length: 33 }, () => new TestClient(daemon));
    expect(clients.map((each) => each.ask(NOIB)[0])).toEqual([...Array(32).keys(), -24]);
    clients[5]?.connection.close();
    expect(client.ask(NOIB)).toEqual([5]);
    expect(daemon.notifier.size).toBe(32);
  });

  it('replaces the earlier one of its connection', () => {
    expect(client.ask(NOIB, NOIB)).toEqual([0, 1]);
    expect(client.ask([19, 0, 1], [19, 1, 1])).toEqual([-25, 0]);
  });

  it('reports a watchdog by its GPIO, again and again', () => {
    begin();
    client.ask([9, 23, 10]);
    client.sent.length = 0;
    clock.advance(20_500);
    expect(client.reports()).toEqual([
      { sequence: 0, flags: 0x20 | 23, tick: 10_000, levels: REST },
      { sequence: 1, flags: 0x20 | 23, tick: 20_000, levels: REST },
    ]);
  });

  it('reports events that it asked for', () => {
    begin();
    client.ask([115, 0, 1 << 7], [116, 7], [116, 8]);
    expect(client.sent[0]).toHaveLength(12);
    client.sent.splice(1);
    expect(client.reports()).toMatchObject([{ flags: 0x80 | 7 }]);
  });

  it('says after a minute of silence that it is alive', () => {
    begin();
    clock.advance(30_000_000);
    board.wire(23, 1);
    clock.advance(59_000_000);
    expect(client.reports()).toHaveLength(1);
    clock.advance(2_000_000);
    expect(client.reports()).toMatchObject([{ sequence: 1, flags: 0x40 }]);
    clock.advance(61_000_000);
    expect(client.reports()).toMatchObject([{ sequence: 2, flags: 0x40 }]);
  });

  it('sends at most 341 reports in a piece', () => {
    begin(1 << 21);
    client.ask([7, 21, 8000], [5, 21, 128]);
    client.sent.length = 0;
    clock.advance(1_000_000);
    const longest = Math.max(...client.sent.map((piece) => piece.length));
    expect(longest).toBeLessThanOrEqual(341 * 12);
    const ticks = client.reports().map(({ tick }) => tick);
    expect(ticks.length).toBeGreaterThan(15_900);
    expect(ticks).toEqual([...ticks].sort((one, other) => one - other));
  });

  it('loses reports while they are not read, says so once, and numbers on', () => {
    begin();
    client.bufferedBytes = 1001;
    for (const level of [1, 0] as const) {
      board.wire(23, level);
      clock.advance(2000);
    }
    expect([client.reports(), client.warnings]).toEqual([[], ['limit/exceeded']]);
    client.bufferedBytes = 0;
    board.wire(23, 1);
    clock.advance(2000);
    expect(client.reports()).toMatchObject([{ sequence: 2, levels: REST | PIN }]);
  });

  it('counts a piece that is kept for more than its bytes', () => {
    begin();
    client.bufferedBytes = 12;
    for (let turn = 0; turn < 10; turn++) {
      board.wire(23, turn % 2 === 0 ? 1 : 0);
      clock.advance(2000);
    }
    expect(client.reports().length).toBeLessThan(5);
    expect(client.warnings).toEqual(['limit/exceeded']);
  });
});

describe('a pin that changed before it was watched', () => {
  it('is reported once, so that the reader does not misjudge the next edge', () => {
    const { clock, board, client } = createTestDaemon();
    client.ask(NOIB);
    board.setPull(23, 'up');
    client.ask([19, 0, PIN]);
    expect(client.sent.shift()).toHaveLength(12);
    client.sent.length = 0;
    clock.advance(5000);
    expect(client.reports()).toEqual([]);
    client.ask([19, 0, PIN]);
    expect(client.results()).toEqual([0]);
  });

  it('does not exist if the daemon must behave as pigpiod', () => {
    const { clock, board, client } = createTestDaemon({ syncsOnBegin: false });
    client.ask(NOIB);
    board.setPull(23, 'up');
    expect(client.ask([19, 0, PIN])).toEqual([0]);
    client.sent.length = 0;
    board.wire(23, 0);
    clock.advance(2000);
    expect(client.reports()).toMatchObject([{ levels: REST }]);
  });
});
