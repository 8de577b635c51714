import { beforeEach, describe, expect, it } from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus, type LocalBus } from '../../../hub/core/local-bus.ts';
import { Board } from '../../../simulator/board/board.ts';
import { followOutsideLevels, refuseOutsideLevels } from '../../../simulator/board/outside-levels.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';

let board: Board;
let bus: LocalBus;
let errors: unknown[];

beforeEach(() => {
  board = new Board({ clock: new VirtualClock() });
  bus = createLocalBus(new Hub({ now: () => 0 }));
  errors = [];
  bus.messages('lab/board/gpio/error').subscribe(({ text }) => errors.push(JSON.parse(text ?? '')));
});

const publish = (gpio: number | string, text: string, retain = false) =>
  bus.publish(`lab/board/gpio/${gpio}/level`, text, { retain });

describe('a level from outside', () => {
  it('is on an input until another comes, or until it is taken away', async () => {
    followOutsideLevels(board, bus, { prefix: 'lab/' });
    board.setPull(17, 'up');
    await publish(17, '0');
    expect(board.level(17)).toBe(0);
    await publish(17, '1');
    expect(board.level(17)).toBe(1);
    board.setPull(17, 'down');
    await publish(17, 'open');
    expect(board.level(17)).toBe(0);
    expect(errors).toEqual([]);
  });

  it('does not change what an output puts out, and is there once it is an input', async () => {
    followOutsideLevels(board, bus, { prefix: 'lab/' });
    board.write(17, 1);
    await publish(17, '0');
    expect(board.level(17)).toBe(1);
    board.setMode(17, 'input');
    board.setPull(17, 'up');
    expect(board.level(17)).toBe(0);
  });

  it('of the past is not a press', async () => {
    await publish(17, '0', true);
    board.setPull(17, 'up');
    followOutsideLevels(board, bus, { prefix: 'lab/' });
    expect(board.level(17)).toBe(1);
  });

  it.each([
    ['no level', 17, 'high', 'payload/invalid'],
    ['a GPIO that the board does not have', 99, '0', 'pin/invalid'],
    ['a GPIO that may not be used', 1, '0', 'pin/invalid'],
    ['no GPIO', 'x', '0', 'pin/invalid'],
  ])('is refused with a reason: %s', async (_, gpio, text, code) => {
    followOutsideLevels(board, bus, { prefix: 'lab/' });
    await publish(gpio, text);
    expect(errors).toEqual([{ code, message: expect.any(String), payload: text }]);
  });

  it('is refused for pins that are real', async () => {
    refuseOutsideLevels(bus, { prefix: 'lab/' });
    await publish(17, '0');
    expect(errors).toEqual([
      { code: 'pin/unsupported', message: expect.stringContaining('GPIO 17 is real'), payload: '0' },
    ]);
  });

  it('is no longer accepted after the end', async () => {
    board.setPull(17, 'up');
    followOutsideLevels(board, bus, { prefix: 'lab/' }).unsubscribe();
    await publish(17, '0');
    expect(board.level(17)).toBe(1);
  });
});
