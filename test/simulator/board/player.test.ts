import { describe, expect, it } from 'vitest';
import { Board } from '../../../simulator/board/board.ts';
import { Pause } from '../../../simulator/board/pause.ts';
import { Repeat } from '../../../simulator/board/repeat.ts';
import { Sequence } from '../../../simulator/board/sequence.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import { Wave } from '../../../simulator/board/wave.ts';

const PIN = 1 << 4;
const blink = (id: number, onUs: number, offUs: number) =>
  new Wave(id, [
    { on: PIN, off: 0, delayUs: onUs },
    { on: 0, off: PIN, delayUs: offUs },
  ]);

/** The times when GPIO 4 changes, up to an instant: found by reading its level at every microsecond. */
function edges(board: Board, untilUs: number): string {
  const found: string[] = [];
  for (let us = 1; us <= untilUs; us++) {
    const level = board.level(4, us);
    if (level !== board.level(4, us - 1)) found.push(`${us}:${level}`);
  }
  return found.join(' ');
}

function setUp(): { board: Board; clock: VirtualClock } {
  const clock = new VirtualClock();
  const board = new Board({ clock });
  board.write(4, 0);
  return { board, clock };
}

describe('a wave', () => {
  it('is sent once, 20 µs after it was told, and then lets go of the pin', () => {
    const { board, clock } = setUp();
    board.sendWave(blink(0, 100, 50));
    expect(edges(board, 1000)).toBe('20:1 120:0');
    expect(board.state(4).function).toBe('wave');
    clock.advance(169);
    expect(board.isSendingWave).toBe(true);
    clock.advance(1);
    expect([board.isSendingWave, board.state(4).function, clock.pending]).toEqual([false, 'write', 0]);
  });

  it('is sent forever until it is stopped, and leaves the level at which it was', () => {
    const { board, clock } = setUp();
    board.sendWave(new Repeat(blink(3, 100, 50), Number.POSITIVE_INFINITY));
    const roundUs = 20 + 150 * 6_666_667;
    clock.advance(roundUs);
    expect(board.currentWave).toBe(3);
    expect([0, 99, 100, 149].map((us) => board.level(4, roundUs + us))).toEqual([1, 1, 0, 0]);
    board.stopWave();
    clock.advance(1000);
    expect([board.level(4), board.isSendingWave]).toEqual([1, false]);
  });

  it('ends hardware PWM, as hardware PWM ends it: they share a clock', () => {
    const { board } = setUp();
    board.setHardwarePwm(18, 100, 10);
    board.sendWave(new Repeat(blink(0, 10, 10), Number.POSITIVE_INFINITY));
    expect(board.state(18).function).toBe('none');
    board.setHardwarePwm(18, 100, 10);
    expect(board.isSendingWave).toBe(false);
  });

  it('leaves pins in PWM alone, and loses a pin that is written to', () => {
    const { board, clock } = setUp();
    board.setDutycycle(4, 255);
    board.sendWave(new Repeat(blink(0, 10, 10), Number.POSITIVE_INFINITY));
    clock.advance(35);
    expect(board.level(4)).toBe(1);
    board.sendWave(new Repeat(new Wave(1, [{ on: 1 << 5, off: 0, delayUs: 9 }]), Number.POSITIVE_INFINITY));
    board.write(5, 0);
    clock.advance(35);
    expect(board.level(5)).toBe(0);
  });
});

describe('a wave that follows another', () => {
  it('waits for the end of its round', () => {
    const { board, clock } = setUp();
    board.sendWave(new Repeat(blink(0, 100, 100), Number.POSITIVE_INFINITY));
    clock.advance(250);
    board.sendWaveNext(blink(1, 10, 10));
    expect(edges(board, 1000)).toBe('20:1 120:0 220:1 320:0 420:1 430:0');
    expect(board.currentWave).toBe(0);
    clock.advance(175);
    expect(board.currentWave).toBe(1);
  });

  it('begins at once if nothing is being sent', () => {
    const { board } = setUp();
    board.sendWaveNext(blink(1, 10, 10));
    expect(edges(board, 100)).toBe('20:1 30:0');
  });
});

describe('a chain', () => {
  it('plays loops, pauses and loops within loops', () => {
    const { board } = setUp();
    const inner = new Repeat(blink(0, 1, 2), 2);
    board.sendWave(new Sequence([new Repeat(new Sequence([inner, new Pause(10)]), 2), blink(1, 5, 5)]));
    expect(edges(board, 200)).toBe('20:1 21:0 23:1 24:0 36:1 37:0 39:1 40:0 52:1 57:0');
  });

  it('tells its watchers the same as clients that ask', () => {
    const { board, clock } = setUp();
    const seen: string[] = [];
    const watch = board.monitor.watch(({ samples }) => {
      for (const { us, levels } of samples) seen.push(`${us}:${(levels >>> 4) & 1}`);
    });
    watch.bits = PIN;
    const chain = new Sequence([
      new Repeat(new Sequence([blink(0, 15, 35), new Pause(2500)]), 3),
      blink(1, 5000, 5),
    ]);
    board.sendWave(chain);
    const asked = edges(board, 20_000);
    clock.advance(20_000);
    expect(seen.join(' ')).toBe(asked);
  });

  it('with a part that takes no time does not hang', () => {
    const instant = new Wave(0, [{ on: PIN, off: 0, delayUs: 0 }]);
    const { board, clock } = setUp();
    board.sendWave(new Repeat(instant, Number.POSITIVE_INFINITY));
    clock.advance(100);
    expect(board.level(4)).toBe(1);
    board.sendWave(new Sequence([new Repeat(instant, 65_535), new Pause(0)]));
    clock.advance(100);
    expect(board.isSendingWave).toBe(false);
  });
});
