import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus, type LocalBus } from '../../../hub/core/local-bus.ts';
import { Board } from '../../../simulator/board/board.ts';
import { Repeat } from '../../../simulator/board/repeat.ts';
import { createTelemetry } from '../../../simulator/board/telemetry.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import { Wave } from '../../../simulator/board/wave.ts';

let clock: VirtualClock;
let board: Board;
let bus: LocalBus;
let seen: [topic: string, payload: string | undefined][];

beforeEach(() => {
  clock = new VirtualClock();
  board = new Board({ clock });
  const hub = new Hub({ now: () => 0 });
  bus = createLocalBus(hub);
  seen = [];
  createLocalBus(hub)
    .messages('#')
    .subscribe(({ topic, text }) => seen.push([topic, text]));
});

describe('telemetry', () => {
  it('publishes what a pin does, and says nothing of pins that nobody uses', () => {
    createTelemetry(board, bus, { prefix: 'lab/' });
    board.setDutycycle(21, 51);
    expect(seen).toEqual([
      [
        'lab/board/gpio/21',
        '{"mode":"output","function":"pwm","dutyPercent":20,"frequencyHz":800,"level":1}',
      ],
    ]);
    clock.advance(1_000_000);
    expect([seen.length, clock.pending]).toEqual([1, 0]);
  });

  it('tells the width of servo pulses', () => {
    createTelemetry(board, bus);
    board.setPulse(18, 1500);
    expect(JSON.parse(seen[0]?.[1] ?? '')).toMatchObject({
      function: 'servo',
      pulseUs: 1500,
      frequencyHz: 50,
    });
  });

  it('tells the pull of an input', () => {
    createTelemetry(board, bus);
    board.setPull(23, 'up');
    expect(JSON.parse(seen[0]?.[1] ?? '')).toMatchObject({ mode: 'input', pull: 'up', level: 1 });
  });

  it('publishes at most 20 times a second for each pin, and the last state always', () => {
    createTelemetry(board, bus);
    for (let step = 0; step <= 250; step++) {
      board.setDutycycle(21, step);
      clock.advance(2000);
    }
    clock.advance(100_000);
    expect(seen.length).toBeGreaterThan(9);
    expect(seen.length).toBeLessThanOrEqual(12);
    expect(JSON.parse(seen.at(-1)?.[1] ?? '').dutyPercent).toBe(98);
  });

  it('begins with the pins that were used before it', () => {
    board.write(4, 1);
    createTelemetry(board, bus);
    expect(seen.map(([topic]) => topic)).toEqual(['board/gpio/4']);
  });

  it('takes back what an earlier run has left, and its own when it closes', async () => {
    await bus.publish('board/gpio/7', '{"mode":"output"}', { retain: true });
    const telemetry = createTelemetry(board, bus);
    board.write(4, 1);
    expect(seen.slice(1)).toEqual([
      ['board/gpio/7', ''],
      ['board/gpio/4', expect.stringContaining('"level":1')],
    ]);
    await telemetry.close();
    expect(seen.at(-1)).toEqual(['board/gpio/4', '']);
    expect(clock.pending).toBe(0);
  });

  it('follows the level of a pin that a wave drives', async () => {
    createTelemetry(board, bus);
    board.write(4, 0);
    const slow = new Wave(0, [
      { on: 1 << 4, off: 0, delayUs: 500_000 },
      { on: 0, off: 1 << 4, delayUs: 500_000 },
    ]);
    board.sendWave(new Repeat(slow, Number.POSITIVE_INFINITY));
    clock.advance(2_000_000);
    const levels = seen.map(([, text]) => JSON.parse(text ?? '').level);
    expect(levels).toEqual([0, 1, 0, 1, 0]);
  });

  it('tells a hub that is back all that it may have forgotten', () => {
    const busBack$ = new Subject<void>();
    createTelemetry(board, bus, { busBack$ });
    board.setDutycycle(21, 51);
    board.setPulse(18, 1500);
    clock.advance(1_000_000);
    const known = [...seen];
    busBack$.next();
    expect(seen.slice(known.length)).toEqual(known);
  });
});
