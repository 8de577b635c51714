import { describe, expect, it } from 'vitest';
import { VIRTUAL_MARK } from '../../../devices/pins/virtual-mark.ts';
import { Board } from '../../../simulator/board/board.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import { Daemon } from '../../../simulator/pigpiod/daemon.ts';
import { createTestDaemon, encode, joined, TestClient, words } from './client.ts';

/** Numbers of commands (pigpio.h, `PI_CMD_…`). */
const CMD = {
  PWM: 5,
  PFS: 7,
  NB: 19,
  PIGPV: 26,
  WVAG: 28,
  WVAS: 29,
  TRIG: 37,
  MICS: 46,
  MILS: 47,
  GDC: 83,
  HP: 86,
  CF1: 87,
  FN: 98,
  NOIB: 99,
} as const;

/** A clock that advances 30 ms with every reading. */
class SlowClock extends VirtualClock {
  #lookedUs = 0;

  override nowUs(): number {
    this.#lookedUs += 30_000;
    return super.nowUs() + this.#lookedUs;
  }
}

describe('a connection', () => {
  it('answers with the request’s own words and the result', () => {
    const { client } = createTestDaemon();
    client.connection.receive(encode([CMD.PFS, 21, 440]));
    expect([...new Uint32Array(joined(client.sent).buffer)]).toEqual([CMD.PFS, 21, 440, 400]);
  });

  it('answers a burst in order and in one piece', () => {
    const { client } = createTestDaemon();
    const results = client.ask(...Array.from({ length: 200 }, (_, index) => [CMD.PWM, 21, index] as const), [
      CMD.GDC,
      21,
    ]);
    expect(results).toEqual([...Array(200).fill(0), 199]);
    expect(client.sent).toHaveLength(1);
  });

  it('answers an unknown command with -88, and goes on', () => {
    const { client } = createTestDaemon();
    expect(client.ask([38], [119], [800], [0xffffffff], [CMD.PIGPV])).toEqual([-88, -88, -88, -88, 79]);
  });

  it('answers the first custom function with the mark of a virtual Pi', () => {
    expect(createTestDaemon().client.ask([CMD.CF1])).toEqual([VIRTUAL_MARK]);
  });

  it('answers an error if a needed extension is missing, and ignores one that is not needed', () => {
    const { client } = createTestDaemon();
    expect(client.ask([CMD.HP, 18, 1000], [CMD.TRIG, 17, 10], [CMD.FN, 4, 1], [CMD.WVAS, 4, 9600])).toEqual([
      -90, -90, -90, -90,
    ]);
    expect(client.ask([CMD.PWM, 21, 10, words(1, 2, 3)], [CMD.GDC, 21])).toEqual([0, 10]);
  });

  it('answers what came first, then closes on an extension that is too long', () => {
    const { client } = createTestDaemon();
    const tooLong = encode([CMD.WVAG]);
    new DataView(tooLong.buffer).setUint32(12, 65_536, true);
    client.connection.receive(joined([encode([CMD.PIGPV]), tooLong, encode([CMD.PIGPV])]));
    client.connection.receive(encode([CMD.PIGPV]));
    expect([client.results(), client.isEnded, client.warnings]).toEqual([[79], true, ['packet/too-large']]);
  });

  it('ends if a request that has begun is not complete within ten seconds, however its bytes trickle', () => {
    const { clock, client } = createTestDaemon();
    client.connection.receive(encode([CMD.PIGPV]));
    for (const byte of encode([CMD.HP, 18, 0]).subarray(0, 9)) {
      expect(client.isEnded).toBe(false);
      client.connection.receive(Uint8Array.of(byte));
      clock.advance(1_000_000);
    }
    expect(client.isEnded).toBe(false);
    clock.advance(1_000_000);
    expect([client.isEnded, client.warnings]).toEqual([true, ['limit/exceeded']]);
  });

  it('stays open for slow bytes, and for silence between requests', () => {
    const { clock, client } = createTestDaemon();
    for (let n = 0; n < 3; n++) {
      for (const byte of encode([CMD.PIGPV])) {
        client.connection.receive(Uint8Array.of(byte));
        clock.advance(600_000);
      }
      clock.advance(60_000_000);
    }
    expect([client.results(), client.isEnded]).toEqual([[79, 79, 79], false]);
  });

  it('a delay holds up later requests of its own connection only', () => {
    const { clock, daemon, client } = createTestDaemon();
    const other = new TestClient(daemon);
    expect(client.ask([CMD.MILS, 10], [CMD.PIGPV], [CMD.MICS, 500], [CMD.PIGPV])).toEqual([0]);
    expect(other.ask([CMD.PIGPV])).toEqual([79]);
    let isFree = false;
    client.connection.whenFree(() => {
      isFree = true;
    });
    clock.advance(10_000);
    expect([client.results(), isFree]).toEqual([[0, 79, 0], false]);
    clock.advance(500);
    expect([client.results(), isFree]).toEqual([[0, 79, 0, 79], true]);
  });

  it('ends also if the extension that is too long comes after a delay', () => {
    const { clock, client } = createTestDaemon();
    const tooLong = encode([CMD.WVAG]);
    new DataView(tooLong.buffer).setUint32(12, 0xffffffff, true);
    client.connection.receive(joined([encode([CMD.MILS, 10]), tooLong]));
    clock.advance(10_000);
    expect([client.results(), client.isEnded]).toEqual([[0], true]);
  });

  it('lets others have a turn in a burst that takes long, and answers all of it in order', () => {
    const clock = new SlowClock();
    const daemon = new Daemon(new Board({ clock }));
    const [greedy, other] = [new TestClient(daemon), new TestClient(daemon)];
    const burst = Array.from({ length: 1000 }, (_, index) => [CMD.PFS, index % 2 ? 21 : 1, 100] as const);
    const expected = burst.map(([, gpio]) => (gpio === 21 ? 100 : -41));
    const answered = greedy.ask(...burst).length;
    expect([answered > 0, answered < burst.length, greedy.connection.isBlocked]).toEqual([true, true, true]);
    expect(other.ask([CMD.PIGPV])).toEqual([79]);
    while (clock.pending > 0) clock.advance(1);
    expect(greedy.results()).toEqual(expected);
    expect(greedy.connection.isBlocked).toBe(false);
  });

  it('completes a delay that ends its turn', () => {
    const clock = new SlowClock();
    const client = new TestClient(new Daemon(new Board({ clock })));
    const burst = Array.from({ length: 1000 }, () => [CMD.PIGPV] as const);
    const delayed = burst.map((each, index) => (index % 32 === 31 ? ([CMD.MILS, 60_000] as const) : each));
    client.ask(...delayed, [26]);
    clock.advance(59_000_000);
    expect([client.results().length, clock.pending]).toEqual([32, 1]);
    client.connection.close();
  });

  it('on closing, leaves pins as they are and no timer running', () => {
    const { clock, board, client } = createTestDaemon();
    client.ask([CMD.PWM, 21, 100], [CMD.NOIB], [CMD.NB, 0, 1 << 23], [CMD.MILS, 1000]);
    client.connection.close();
    expect([board.dutycycle(21), clock.pending]).toEqual([100, 0]);
  });
});
