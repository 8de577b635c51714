import { beforeEach, describe, expect, it } from 'vitest';
import { Board } from '../../../simulator/board/board.ts';
import type { Batch, Watch } from '../../../simulator/board/monitor.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';

let clock: VirtualClock;
let board: Board;
let batches: Batch[];

beforeEach(() => {
  clock = new VirtualClock();
  board = new Board({ clock });
  batches = [];
});

function watch(...gpios: number[]): Watch {
  const watched = board.monitor.watch((batch) => batches.push(batch));
  watched.bits = gpios.reduce((bits, gpio) => bits | (1 << gpio), 0);
  return watched;
}

/** The edges of one GPIO in all batches so far: microseconds and level. */
function edges(gpio: number): [us: number, level: number][] {
  return batches.flatMap(({ samples }) => samples.map(({ us, levels }) => [us, (levels >>> gpio) & 1]));
}

describe('a watched pin', () => {
  it('is not reported until it changes', () => {
    board.wire(23, 1);
    watch(23);
    clock.advance(10_000);
    expect(batches).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('reports a change with its instant and the levels of all pins', () => {
    watch(23);
    clock.advance(7);
    board.write(4, 0);
    board.wire(23, 1);
    clock.advance(3000);
    expect(batches.map(({ samples }) => samples)).toEqual([[{ us: 7, levels: (0x1ff & ~0x10) | (1 << 23) }]]);
  });

  it('reports two edges a period of PWM, in batches of about a millisecond', () => {
    watch(21);
    board.setDutycycle(21, 51);
    clock.advance(1_000_000);
    expect(edges(21)).toHaveLength(1 + 1600);
    expect(edges(21).slice(0, 4)).toEqual([
      [0, 1],
      [250, 0],
      [1250, 1],
      [1500, 0],
    ]);
    expect(batches.length).toBeGreaterThan(700);
    expect(batches.length).toBeLessThan(1200);
  });

  it('is seen on the grid of samples if it alternates faster than that', () => {
    watch(18);
    board.setHardwarePwm(18, 10_000_000, 500_000);
    clock.advance(10_000);
    expect(edges(18).length).toBeLessThanOrEqual(2001);
    expect(edges(18).every(([us]) => us % 5 === 0)).toBe(true);
  });

  it('loses what is older than the sample buffer when nobody looks for long', () => {
    const late = new (class extends VirtualClock {
      jumpUs = 0;
      override nowUs() {
        return super.nowUs() + this.jumpUs;
      }
    })();
    board = new Board({ clock: late });
    watch(21);
    board.setDutycycle(21, 128);
    late.jumpUs = 3_600_000_000;
    late.advance(1000);
    expect(edges(21).length).toBeLessThan(4 + (120_000 / 1250) * 2);
  });

  it('stops being reported when its watch closes, and the clock is left alone', () => {
    const watched = watch(21);
    board.setDutycycle(21, 128);
    clock.advance(5000);
    watched.close();
    batches = [];
    clock.advance(5000);
    expect([batches.length, clock.pending]).toEqual([0, 0]);
  });

  it('that is watched again reports nothing of before', () => {
    const watched = watch(4);
    board.wire(23, 1);
    clock.advance(10);
    watched.bits = (1 << 4) | (1 << 23);
    clock.advance(5000);
    expect(batches).toEqual([]);
  });
});

describe('a glitch filter', () => {
  beforeEach(() => {
    board.monitor.setFilters(23, { glitchSteadyUs: 1000 });
    watch(23);
  });

  it('dates a level at the end of the time that it had to hold', () => {
    clock.advance(100);
    board.wire(23, 1);
    clock.advance(5000);
    expect(edges(23)).toEqual([[1100, 1]]);
  });

  it('lets nothing shorter through, and does not touch what is read', () => {
    board.wire(23, 1);
    clock.advance(999);
    expect(board.level(23)).toBe(1);
    board.wire(23, 0);
    clock.advance(5000);
    expect(edges(23)).toEqual([]);
  });

  it('turns a bouncing contact into one edge', () => {
    board.wire(23, 1, { bounceMs: 5 });
    clock.advance(20_000);
    expect(edges(23).map(([, level]) => level)).toEqual([1]);
  });
});

describe('a noise filter', () => {
  it('reports for a while after a level that had held, then goes back', () => {
    board.monitor.setFilters(23, { noiseSteadyUs: 1000, noiseActiveUs: 500 });
    watch(23);
    clock.advance(2000);
    for (const level of [1, 0, 1] as const) {
      board.wire(23, level);
      clock.advance(100);
    }
    clock.advance(5000);
    expect(edges(23)).toEqual([
      [2000, 1],
      [2100, 0],
      [2200, 1],
      [2500, 0],
    ]);
  });

  it('ignores edges that come before a level has held', () => {
    board.monitor.setFilters(23, { noiseSteadyUs: 1000, noiseActiveUs: 500 });
    watch(23);
    clock.advance(500);
    board.wire(23, 1);
    clock.advance(10_000);
    expect(edges(23)).toEqual([]);
  });
});

describe('a watchdog', () => {
  it('fires again and again while the pin does not change', () => {
    watch(23);
    board.monitor.setWatchdog(23, 10_000);
    clock.advance(35_000);
    expect(batches.map(({ timeoutBits, nowUs }) => [timeoutBits, nowUs])).toEqual([
      [1 << 23, 10_000],
      [1 << 23, 20_000],
      [1 << 23, 30_000],
    ]);
  });

  it('waits again after each edge', () => {
    watch(23);
    board.monitor.setWatchdog(23, 10_000);
    clock.advance(6000);
    board.wire(23, 1);
    clock.advance(11_000);
    expect(batches.flatMap(({ timeoutBits, nowUs }) => (timeoutBits ? [nowUs] : []))).toEqual([16_000]);
  });

  it('is off at 0', () => {
    watch(23);
    board.monitor.setWatchdog(23, 10_000);
    board.monitor.setWatchdog(23, 0);
    clock.advance(50_000);
    expect(batches).toEqual([]);
  });
});
