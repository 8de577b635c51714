import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holeAt } from '../../../../web/simulator/bench/breadboard.ts';
import { roundedPath } from '../../../../web/simulator/bench/geometry.ts';
import type { Item } from '../../../../web/simulator/bench/item.ts';
import { benchItems } from '../../../../web/simulator/bench/items.ts';
import { createLayout, type Layout, layOut } from '../../../../web/simulator/bench/layout.ts';
import { padAt } from '../../../../web/simulator/header/header-geometry.ts';
import {
  type Bench,
  type BenchDevice,
  createDevice,
  EMPTY_BENCH,
} from '../../../../web/simulator/model/bench.ts';
import type { Part } from '../../../../web/simulator/parts/part.ts';

const draw: Part['draw'] = () => {
  throw new Error('not drawn here');
};
const led: Part = {
  kind: 'led',
  footprint: { on: 'breadboard', columns: 10 },
  leads: (id) => [{ from: { gpio: Number(id) }, to: { column: 1, half: 'lower' } }],
  jumpers: [],
  draw,
};
const servo: Part = {
  kind: 'servo',
  footprint: { on: 'bench', width: 200, height: 120 },
  leads: (id) => [
    { from: 'ground', to: { x: 30, y: 40 } },
    { from: '5v', to: { x: 30, y: 50 } },
    { from: { gpio: Number(id) }, to: { x: 30, y: 60 } },
  ],
  jumpers: [],
  draw,
};

const item = (part: Part, id: string): Item => ({ part, device: createDevice(part.kind, id) });
const leds = (count: number) => Array.from({ length: count }, (_, index) => item(led, String(index + 2)));

/** All placed elements lie within the picture. */
function expectWithin({ boards, width, height, wires, items }: Layout): void {
  for (const board of boards) {
    expect(board.x).toBeGreaterThanOrEqual(0);
    expect(board.x + board.width).toBeLessThanOrEqual(width);
    expect(board.y + board.height).toBeLessThanOrEqual(height);
  }
  for (const { part, origin } of items) {
    if (part.footprint.on === 'bench') expect(origin.y + part.footprint.height).toBeLessThanOrEqual(height);
  }
  for (const { path } of wires) {
    const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? [];
    for (const [index, value] of numbers.entries()) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(index % 2 === 0 ? width : height);
    }
  }
}

describe('the bench', () => {
  it.each([
    [320, 'tall'],
    [360, 'tall'],
    [700, 'wide'],
    [1200, 'wide'],
  ])('on %d pixels is %s', (width, shape) => {
    expect(layOut(width, []).shape).toBe(shape);
  });

  it('has a breadboard also if nothing stands on it, and its ground', () => {
    const { boards, wires } = layOut(800, []);
    expect(boards).toHaveLength(1);
    expect(wires.map(({ key }) => key)).toEqual(['ground']);
  });

  it('takes further breadboards for what does not fit on the first', () => {
    expect(layOut(800, leds(2)).boards).toHaveLength(1);
    expect(layOut(800, leds(3)).boards).toHaveLength(2);
    expect(layOut(360, leds(3)).boards).toHaveLength(3);
  });

  it('holds everything within its picture, in both shapes, however many parts there are', () => {
    const counts = fc.record({
      leds: fc.integer({ min: 0, max: 6 }),
      servos: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(counts, fc.constantFrom(360, 900), (count, width) => {
        const servos = Array.from({ length: count.servos }, (_, index) => item(servo, String(12 + index)));
        expectWithin(layOut(width, [...leds(count.leds), ...servos]));
      }),
      { numRuns: 50 },
    );
  });

  it('never puts two parts on the same columns of a board', () => {
    const { items } = layOut(800, leds(5));
    expect(new Set(items.map(({ origin }) => `${origin.x} ${origin.y}`)).size).toBe(5);
  });

  it('joins the ground of every further board to that of the one before', () => {
    const { wires, boards } = layOut(360, leds(3));
    const links = wires.filter(({ key }) => key.startsWith('ground ')).map(({ from, to }) => [from.y, to.y]);
    const rails = boards.map((board) => holeAt(board, 0, 'bottom -').y);
    expect(links).toEqual([
      [rails[0], rails[1]],
      [rails[1], rails[2]],
    ]);
  });

  it("runs a part's wire from its pin's pad to its hole", () => {
    const { wires, items } = layOut(800, [item(led, '21')]);
    const wire = wires.find(({ key }) => key === 'led/21 21');
    expect(wire?.from).toEqual(padAt(40));
    expect(wire?.to.x).toBe(holeAt(items[0]?.origin ?? { x: 0, y: 0 }, 1, 'a').x);
  });

  it('gives each ground wire a pin of its own', () => {
    const { wires } = layOut(800, [item(servo, '18'), item(servo, '19')]);
    const pads = wires.map(({ from }) => `${from.x} ${from.y}`);
    expect(new Set(pads).size).toBe(pads.length);
  });

  it('leaves no part without power, however many there are', () => {
    const { wires } = layOut(
      800,
      Array.from({ length: 10 }, (_, index) => item(servo, String(index + 4))),
    );
    expect(wires.filter(({ key }) => key.endsWith(' 5v'))).toHaveLength(10);
    expect(wires.filter(({ key }) => key.endsWith(' ground'))).toHaveLength(10);
  });

  it('draws a part whose pin the header does not carry without its wire', () => {
    expect(layOut(800, [item(led, '40')]).wires.map(({ key }) => key)).toEqual(['ground']);
  });
});

describe('a layout', () => {
  it('stays while only values change, and shows the newest', () => {
    const layOutAgain = createLayout();
    const before = layOutAgain(800, [item(led, '21')]);
    const device = { ...createDevice('led', '21'), isOnline: true };
    const after = layOutAgain(800, [{ part: led, device }]);
    expect(after.wires).toBe(before.wires);
    expect(after.items).toEqual([{ part: led, device, origin: before.items[0]?.origin }]);
  });

  it('is another once the width or a part is another', () => {
    const layOutAgain = createLayout();
    const { wires } = layOutAgain(800, [item(led, '21')]);
    expect(layOutAgain(810, [item(led, '21')]).wires).not.toBe(wires);
    expect(layOutAgain(810, [item(led, '21'), item(led, '5')]).items).toHaveLength(2);
  });
});

describe('what is drawn', () => {
  const paths = (items: readonly Item[]) => items.map(({ device }) => device.path);
  const benchOf = (...devices: BenchDevice[]): Bench => ({
    ...EMPTY_BENCH,
    devices: new Map(devices.map((device) => [device.path, device])),
  });

  it("is the course's LED, also while nobody plays it", () => {
    expect(paths(benchItems(EMPTY_BENCH, [led]))).toEqual(['led/21']);
  });

  it('includes every device with a part, the course’s own first', () => {
    const bench = benchOf(
      createDevice('led', '17'),
      createDevice('led', '5'),
      createDevice('heater', '4'),
      createDevice('servo', '18'),
    );
    expect(paths(benchItems(bench, [led, servo]))).toEqual(['led/21', 'led/5', 'led/17', 'servo/18']);
  });
});

describe('a rounded path', () => {
  it('goes through its ends and never rounds beyond half a leg', () => {
    const path = roundedPath(
      [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 10, y: 4 },
      ],
      8,
    );
    expect(path).toBe('M0 0 L8 0 Q10 0 10 2 L10 4');
  });

  it('is nothing without points', () => {
    expect(roundedPath([], 8)).toBe('');
  });
});
