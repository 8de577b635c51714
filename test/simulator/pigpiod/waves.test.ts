import { beforeEach, describe, expect, it } from 'vitest';
import { mergePulses } from '../../../simulator/pigpiod/pulses.ts';
import { parseSerialText, serialPulses } from '../../../simulator/pigpiod/serial-wave.ts';
import { createTestDaemon, words } from './client.ts';

const pulse = (on: number, off: number, delayUs: number) => ({ on, off, delayUs });

describe('pulses', () => {
  it('laid over one another keep their instants', () => {
    const one = [pulse(1, 0, 100), pulse(0, 1, 100)];
    const other = [pulse(2, 0, 50), pulse(0, 2, 50), pulse(2, 0, 300)];
    expect(mergePulses(one, other)).toEqual([pulse(3, 0, 50), pulse(0, 2, 50), pulse(2, 1, 300)]);
  });

  it('laid over nothing stay as they are', () => {
    const one = [pulse(1, 0, 0), pulse(0, 1, 7)];
    expect(mergePulses([], one)).toEqual(one);
    expect(mergePulses(one, [])).toEqual(one);
  });
});

describe('a serial wave', () => {
  it('has a start bit, the bits from the lowest, and a stop bit', () => {
    const text = parseSerialText(4, 1000, new DataView(Uint8Array.of(...words(8, 2, 0), 0x05).buffer));
    expect(serialPulses(text)).toEqual([
      pulse(16, 0, 1000),
      pulse(0, 16, 1000),
      pulse(16, 0, 1000),
      pulse(0, 16, 1000),
      pulse(16, 0, 1000),
      pulse(0, 16, 5000),
      pulse(16, 0, 1000),
    ]);
  });

  it('does not drift at a rate that microseconds cannot give', () => {
    const bytes = Array.from({ length: 100 }, () => 0x55);
    const text = parseSerialText(4, 115_200, new DataView(Uint8Array.of(...words(8, 2, 0), ...bytes).buffer));
    const micros = serialPulses(text).reduce((us, { delayUs }) => us + delayUs, 0);
    expect(Math.abs(micros - ((100 * 10 + 1) * 1e6) / 115_200)).toBeLessThan(100);
  });
});

describe('the waves of a daemon', () => {
  let { clock, board, client } = createTestDaemon();
  beforeEach(() => {
    ({ clock, board, client } = createTestDaemon());
  });

  const add = (...values: number[]) => [28, 0, 0, words(...values)] as const;
  const blink = add(16, 0, 100, 0, 16, 100);

  it('are made of the added pulses, which are then gone', () => {
    expect(client.ask(blink, [49], [49])).toEqual([2, 0, -69]);
    expect(client.ask(blink, [53], [49])).toEqual([2, 0, -69]);
  });

  it('have identifiers that are given again', () => {
    expect(client.ask(blink, [49], blink, [49], add(16, 0, 5), [49])).toEqual([2, 0, 2, 1, 1, 2]);
    expect(client.ask([50, 0], [51, 0], blink, [49])).toEqual([0, -66, 2, 0]);
    expect(client.ask([50, 1], [50, 2], blink, [49])).toEqual([0, 0, 2, 1]);
  });

  it('are at most 250', () => {
    const results = client.ask(...Array.from({ length: 251 }, () => [add(16, 0, 1), [49] as const]).flat());
    expect(results.filter((_, index) => index % 2 === 1).slice(-2)).toEqual([249, -70]);
  });

  it('are bounded in pulses and in room', () => {
    const many = words(...Array.from({ length: 5000 }, (_, index) => [16, 0, 1 + (index % 2)]).flat());
    expect(client.ask([28, 0, 0, many])).toEqual([5000]);
    const offset = (us: number) =>
      [28, 0, 0, words(0, 0, us, ...Array.from({ length: 4999 }, () => [32, 0, 1]).flat())] as const;
    expect(client.ask(offset(20_000), offset(40_000))).toEqual([9999, -36]);
    expect(client.ask([49], [28, 0, 0, many], [49])).toEqual([0, 5000, -67]);
  });

  it('are padded so that one can take another’s place', () => {
    expect(client.ask(blink, [118, 50], [50, 0])).toEqual([2, 0, 0]);
    expect(client.ask(blink, [118, 101])).toEqual([2, -81]);
    expect(client.ask([53], blink, [118, 50], blink, [118, 60])).toEqual([0, 2, 0, 2, -67]);
  });

  it('leave out the pins that the mask forbids, and say so', () => {
    board.write(4, 0);
    expect(client.ask(add(17, 0, 100, 0, 17, 100), [49], [51, 0])).toEqual([-42, 0, 5]);
    clock.advance(30);
    expect([board.level(4), board.mode(0)]).toEqual([1, 'input']);
  });

  it('are sent once, forever, and one after the other', () => {
    board.write(4, 0);
    client.ask(blink, [49], add(16, 0, 10, 0, 16, 10), [49]);
    expect(client.ask([100, 0, 1], [101], [32])).toEqual([5, 0, 1]);
    expect(client.ask([100, 1, 2], [101])).toEqual([5, 0]);
    clock.advance(221);
    expect(client.ask([101])).toEqual([1]);
    clock.advance(20);
    expect(client.ask([101], [32], [100, 0, 4])).toEqual([9999, 0, -33]);
  });

  it('wait for one another, at most 250', () => {
    client.ask(blink, [49], [51, 0]);
    expect(new Set(client.ask(...Array.from({ length: 250 }, () => [100, 0, 2] as const)))).toEqual(
      new Set([5]),
    );
    expect(client.ask([100, 0, 2], [100, 0, 3])).toEqual([-67, -67]);
    clock.advance(221);
    expect(client.ask([100, 0, 2], [100, 0, 2])).toEqual([5, -67]);
    expect(client.ask([33], [100, 0, 2], [100, 0, 2])).toEqual([0, 5, 5]);
  });

  it('may be forgotten while they are sent, and are then not found', () => {
    client.ask(blink, [49], [52, 0], [27]);
    expect(client.ask([32], [101], [33], [32], [101])).toEqual([1, 9998, 0, 0, 9999]);
  });

  it('are measured', () => {
    client.ask(blink, add(0, 0, 1000, 16, 0, 5), [53], blink);
    expect(client.ask([34, 0], [34, 1], [34, 2], [35, 0], [35, 1], [36, 0], [36, 1])).toEqual([
      200, 1005, 1_800_000_000, 2, 3, 4, 6,
    ]);
    expect(client.ask([34, 3], [35, 3], [36, 3])).toEqual([-44, -45, -43]);
  });
});

describe('a chain', () => {
  const chain = (...bytes: number[]) => [93, 0, 0, Uint8Array.from(bytes)] as const;
  let { clock, board, client } = createTestDaemon();
  beforeEach(() => {
    ({ clock, board, client } = createTestDaemon());
    board.write(4, 0);
    client.ask([28, 0, 0, words(16, 0, 100, 0, 16, 100)], [49]);
  });

  it.each([
    ['a wave that is none', [1], -66],
    ['a command that is none', [255, 4], -116],
    ['half a command', [255], -116],
    ['a loop without its count', [255, 0, 0, 255, 1, 3], -116],
    ['a loop that holds nothing', [255, 0, 255, 1, 1, 0], -114],
    ['an end without a beginning', [0, 255, 1, 1, 0], -114],
    ['for ever, and then something', [255, 0, 0, 255, 3, 0], -124],
    ['eleven loops in one another', Array.from({ length: 11 }, () => [255, 0]).flat(), -118],
    ['more loops than counters', Array.from({ length: 21 }, () => [255, 0, 0, 255, 1, 2, 0]).flat(), -115],
    ['too much', Array.from({ length: 601 }, () => 0), -119],
  ])('refuses %s', (_, bytes, failure) => {
    expect(client.ask(chain(...bytes))).toEqual([failure]);
  });

  it('plays, pauses, skips parts that are repeated zero times, and ends', () => {
    expect(client.ask(chain(255, 0, 0, 255, 1, 0, 0, 0, 255, 2, 100, 0, 0), [32])).toEqual([0, 1]);
    const levels = [19, 20, 119, 120, 319, 320, 419, 420].map((us) => board.level(4, us));
    expect(levels).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
    clock.advance(519);
    expect(client.ask([32])).toEqual([1]);
    clock.advance(1);
    expect(client.ask([32])).toEqual([0]);
  });

  it('is in no wave while it pauses', () => {
    client.ask(chain(255, 2, 232, 3, 0));
    clock.advance(500);
    expect(client.ask([101])).toEqual([9998]);
  });

  it('stops what was being sent even if it is refused', () => {
    client.ask([52, 0]);
    expect(client.ask([32], chain(9), [32])).toEqual([1, -66, 0]);
  });
});
