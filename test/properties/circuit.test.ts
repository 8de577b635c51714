import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEADER_PINS } from '../../devices/facts/header.ts';
import { ROW_NAMES } from '../../web/simulator/bench/breadboard.ts';
import type { Point } from '../../web/simulator/bench/geometry.ts';
import { analyze, createAnalyzer } from '../../web/simulator/circuit/analysis.ts';
import {
  type Circuit,
  EMPTY_CIRCUIT,
  kindOfPart,
  LIMITS,
  legsOf,
} from '../../web/simulator/circuit/circuit.ts';
import { MAX_BYTES, readCircuit, writeCircuit } from '../../web/simulator/circuit/circuit-json.ts';
import { EXAMPLES } from '../../web/simulator/circuit/examples.ts';
import { netlistOf } from '../../web/simulator/circuit/netlist.ts';
import { ampsThrough, LEAK_OHMS, type Network } from '../../web/simulator/circuit/network.ts';
import { readShareCode, writeShareCode } from '../../web/simulator/circuit/share-code.ts';
import { solve } from '../../web/simulator/circuit/solve.ts';
import { COLUMNS, isOnBoard, type Terminal, terminalText } from '../../web/simulator/circuit/terminal.ts';
import { record, redo, startHistory, undo } from '../../web/simulator/circuit/undo.ts';
import { gripOf, pictureSize, pointOf } from '../../web/simulator/circuit/view/board/place.ts';
import { wirePath } from '../../web/simulator/circuit/view/board/wire-path.ts';
import { wireColorFor } from '../../web/simulator/circuit/wire-color.ts';
import type { PinState } from '../../web/simulator/model/pin-state.ts';
import { course } from '../web/simulator/circuit/build.ts';
import { anyCircuit, anyEdit, anyGesture, anyTerminal, apply } from './circuit-laws.ts';

/** Checks that every part and every end of a wire lies within the picture, and that all lines consist of numbers. */
function assertDrawn(circuit: Circuit): void {
  const { width, height } = pictureSize(circuit);
  const assertInside = (point: Point | undefined) => {
    const isInside = point && point.x >= 0 && point.x <= width && point.y >= 0 && point.y <= height;
    expect(isInside, JSON.stringify(point)).toBe(true);
  };
  for (const wire of circuit.wires) {
    const [from, to] = [pointOf(circuit, wire.from), pointOf(circuit, wire.to)];
    assertInside(from);
    assertInside(to);
    if (from && to) expect(wirePath(from, to, wire)).toMatch(/^[MC\d. -]+$/);
  }
  for (const part of circuit.parts) {
    const grip = gripOf(part);
    assertInside({ x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 });
  }
}

/** The laws of every circuit. */
function assertValid(circuit: Circuit): void {
  const { parts, wires } = circuit;
  expect(parts.length).toBeLessThanOrEqual(LIMITS.parts);
  expect(wires.length).toBeLessThanOrEqual(LIMITS.wires);
  const ids = [...parts, ...wires].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const ends = wires.flatMap(({ from, to }) => [from, to]);
  const legs = parts.flatMap(legsOf).map(({ terminal }) => terminal);
  expect(legs).not.toContain(undefined);
  for (const end of ends) {
    if (end.at === 'leg') expect(legs.map((leg) => leg && terminalText(leg))).toContain(terminalText(end));
    if (end.at === 'hole') expect(isOnBoard(end)).toBe(true);
  }
  const inHoles = [...ends, ...legs.filter((leg) => leg?.at === 'hole')].map(
    (end) => end && terminalText(end),
  );
  expect(new Set(inHoles).size).toBe(inHoles.length);
}

describe('any sequence of edits and undos', () => {
  it('leaves a circuit in which every leg and every end of a wire has its own place', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: anyEdit },
      fc.constantFrom('undo' as const, 'redo' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let history = startHistory(EMPTY_CIRCUIT);
        for (const each of steps) {
          if (each === 'undo') history = undo(history);
          else if (each === 'redo') history = redo(history);
          else history = record(history, apply(history.present, each));
        }
        assertValid(history.present);
      }),
    );
  });

  it('of hands on the picture, too, leaves a circuit that can be drawn and whose netlist is that of its holes', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: anyGesture },
      fc.constantFrom('undo' as const, 'redo' as const),
    );
    const start = fc.constantFrom(EMPTY_CIRCUIT, ...EXAMPLES.map(({ circuit }) => circuit));
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 60 }), (begun, steps) => {
        let history = startHistory(begun);
        for (const each of steps) {
          if (each === 'undo') history = undo(history);
          else if (each === 'redo') history = redo(history);
          else history = record(history, apply(history.present, each));
          assertDrawn(history.present);
        }
        assertValid(history.present);
        assertNetlist(history.present);
      }),
      { numRuns: 20 },
    );
  });

  it('is undone by as many undos, and done again by as many redos', () => {
    fc.assert(
      fc.property(anyCircuit, fc.array(anyEdit, { maxLength: 30 }), (start, edits) => {
        const begun = startHistory(start);
        const done = edits.reduce((history, edit) => record(history, apply(history.present, edit)), begun);
        const steps = done.past.length;
        const undone = Array.from({ length: steps }).reduce<typeof done>(undo, done);
        expect(undone.present).toBe(start);
        expect(undo(undone)).toBe(undone);
        const again = Array.from({ length: steps }).reduce<typeof done>(redo, undone);
        expect(again).toEqual(done);
      }),
    );
  });

  it('keeps a bounded past', () => {
    const long = Array.from({ length: 500 }).reduce<ReturnType<typeof startHistory<{ at: number }>>>(
      (history, _, at) => record(history, { at }),
      startHistory({ at: -1 }),
    );
    expect(long.past.length).toBe(100);
    expect(undo(long).present).toEqual({ at: 498 });
  });
});

type Neighbors = ReadonlyMap<string, ReadonlySet<string>>;

const COLUMN_NUMBERS = Array.from({ length: COLUMNS }, (_, column) => column);

/** Every hole, and every pin of the header. */
const BOARD: readonly Terminal[] = [
  ...ROW_NAMES.flatMap((row) =>
    COLUMN_NUMBERS.map((column) => ({ at: 'hole', row, column }) as const),
  ).filter(isOnBoard),
  ...HEADER_PINS.map(({ physical }) => ({ at: 'header', physical }) as const),
];

/** The connections inside the board and the Raspberry Pi: the definition, hole by hole. */
const METAL: Neighbors = new Map(
  BOARD.map((one) => [
    terminalText(one),
    new Set(BOARD.filter((other) => isOneMetal(one, other)).map(terminalText)),
  ]),
);

/** The holes and pins that one piece of metal connects in a circuit. */
function neighborsOf({ wires, parts }: Circuit): Neighbors {
  const neighbors = new Map([...METAL].map(([text, others]) => [text, new Set(others)]));
  const join = (one: string, other: string) => {
    neighbors.set(one, (neighbors.get(one) ?? new Set()).add(other));
    neighbors.set(other, (neighbors.get(other) ?? new Set()).add(one));
  };
  for (const { from, to } of wires) join(terminalText(from), terminalText(to));
  for (const part of parts)
    for (const group of kindOfPart(part).joined ?? []) {
      const legs = legsOf(part).filter(({ leg }) => group.includes(leg));
      for (const { terminal } of legs)
        if (terminal && legs[0]?.terminal) join(terminalText(legs[0].terminal), terminalText(terminal));
    }
  return neighbors;
}

function isOneMetal(one: Terminal, other: Terminal): boolean {
  if (one.at === 'hole' && other.at === 'hole') {
    const isSameHalf = 'abcde'.includes(one.row) === 'abcde'.includes(other.row);
    if (one.row.length > 1) return one.row === other.row;
    return other.row.length === 1 && isSameHalf && one.column === other.column;
  }
  if (one.at !== 'header' || other.at !== 'header') return terminalText(one) === terminalText(other);
  const [pin, peer] = [HEADER_PINS[one.physical - 1], HEADER_PINS[other.physical - 1]];
  return pin === peer || (pin?.gpio === undefined && pin?.role === peer?.role);
}

function reachableFrom(start: string, neighbors: Neighbors): ReadonlySet<string> {
  const seen = new Set([start]);
  const queue = [start];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const each of neighbors.get(next) ?? [])
      if (!seen.has(each)) {
        seen.add(each);
        queue.push(each);
      }
  return seen;
}

describe('the netlist', () => {
  it('joins exactly what one can walk to from hole to hole', () => {
    fc.assert(fc.property(anyCircuit, assertNetlist), { numRuns: 20 });
  });

  it('is all that the color of a wire follows from: ground is black, a supply is red, and no signal is either', () => {
    fc.assert(
      fc.property(anyCircuit, anyTerminal, anyTerminal, (circuit, from, to) => {
        const { nets, netAt } = netlistOf(circuit);
        const supplies = [from, to].flatMap((end) => nets[netAt(end) ?? -1]?.supplies ?? []);
        const isRail = [from, to].some((end) => end.at === 'hole' && end.row.length > 1);
        const color = wireColorFor(circuit, { from, to });
        if (supplies.includes('ground')) expect(color).toBe('black');
        else if (supplies.length > 0) expect(color).toBe('red');
        else if (!isRail) expect(['orange', 'yellow', 'green', 'blue', 'purple']).toContain(color);
      }),
    );
  });
});

/** Two terminals are in one net exactly if one can walk from one to the other. */
function assertNetlist(circuit: Circuit): void {
  const { netAt } = netlistOf(circuit);
  const neighbors = neighborsOf(circuit);
  const terminals = [...BOARD, ...circuit.parts.flatMap(legsOf).flatMap(({ terminal }) => terminal ?? [])];
  const byNet = new Map<number | undefined, Set<string>>();
  for (const each of terminals)
    byNet.set(netAt(each), (byNet.get(netAt(each)) ?? new Set()).add(terminalText(each)));
  for (const group of byNet.values()) {
    const [start = ''] = group;
    expect(group).toEqual(reachableFrom(start, neighbors));
  }
}

describe('what flows', () => {
  const node = fc.integer({ min: 0, max: 7 });
  const branch = fc.record(
    {
      from: node,
      to: node,
      ohms: fc.constantFrom(0.1, 10, 220, 10_000, 1_000_000),
      kneeVolts: fc.constantFrom(1.7, 2.7),
    },
    { requiredKeys: ['from', 'to', 'ohms'] },
  );
  const network: fc.Arbitrary<Network> = fc.record({
    nodes: fc.constant(8),
    held: fc.tuple(fc.constantFrom(0, 3.3), fc.constantFrom(3.3, 5)).map(
      ([low, high]) =>
        new Map([
          [0, low],
          [1, high],
        ]),
    ),
    branches: fc.array(branch, { maxLength: 20 }),
  });

  it('into every node flows out again (Kirchhoff)', () => {
    fc.assert(
      fc.property(network, ({ nodes, held, branches }) => {
        const volts = solve({ nodes, held, branches });
        for (let each = 0; each < nodes; each++) {
          if (held.has(each)) continue;
          const around = branches.filter(({ from, to }) => (from === each) !== (to === each));
          const amps = around.map((one) => (one.to === each ? 1 : -1) * ampsThrough(one, volts));
          const leak = around.length > 0 ? (volts[each] ?? 0) / LEAK_OHMS : 0;
          expect(amps.reduce((sum, one) => sum + one, 0)).toBeCloseTo(leak, 6);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const states = fc.dictionary(
  fc.constantFrom('2', '4', '17', '18', '21', '23', '27'),
  fc.record({
    mode: fc.constantFrom('input', 'output', 'alt0'),
    dutyPercent: fc.integer({ min: 0, max: 100 }),
    frequencyHz: fc.constantFrom(0, 50, 800),
    level: fc.constantFrom<0 | 1>(0, 1),
    pulseUs: fc.constantFrom(0, 0, 1500),
    pull: fc.constantFrom('up' as const, 'down' as const, 'none' as const),
  }),
);

function pinsOf(record: Record<string, PinState>): ReadonlyMap<number, PinState> {
  return new Map(Object.entries(record).map(([gpio, state]) => [Number(gpio), state]));
}

describe('the analysis', () => {
  it('has a reading for every part, and every light is between dark and full', () => {
    fc.assert(
      fc.property(anyCircuit, states, fc.float({ min: 0, max: 1, noNaN: true }), (circuit, pins, hand) => {
        const hands = new Map(circuit.parts.map(({ id }) => [id, hand]));
        const { readings } = analyze(circuit, pinsOf(pins), hands);
        expect([...readings.keys()]).toEqual(circuit.parts.map(({ id }) => id));
        for (const reading of readings.values())
          if (reading.is === 'light')
            for (const { light, currentMa } of reading.lights) {
              expect(light).toBeGreaterThanOrEqual(0);
              expect(light).toBeLessThanOrEqual(1);
              expect(Number.isFinite(currentMa)).toBe(true);
            }
      }),
      { numRuns: 40 },
    );
  });

  it('never says of an LED that it is reversed and lights', () => {
    fc.assert(
      fc.property(anyCircuit, states, (circuit, pins) => {
        const { readings, faults } = analyze(circuit, pinsOf(pins), new Map());
        for (const { code, parts } of faults) {
          if (code !== 'led/reversed') continue;
          const reading = readings.get(parts[0] ?? '');
          const isSingle = reading?.is === 'light' && reading.lights.length === 1;
          if (isSingle) expect(reading.lights[0]?.light).toBeLessThan(0.02);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lets an LED be no darker at a higher duty cycle', () => {
    const circuit = course({ ohms: '470' });
    const analyzeNext = createAnalyzer();
    const lightAt = (dutyPercent: number) => {
      const pins = pinsOf({ 21: { mode: 'output', dutyPercent, frequencyHz: 800, level: 1, pulseUs: 0 } });
      const reading = analyzeNext(circuit, pins, new Map()).readings.get('led1');
      return reading?.is === 'light' ? (reading.lights[0]?.light ?? -1) : -1;
    };
    const percent = fc.float({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(percent, percent, (one, other) => {
        expect(lightAt(Math.max(one, other))).toBeGreaterThanOrEqual(lightAt(Math.min(one, other)));
      }),
    );
  });
});

describe('a circuit that is written', () => {
  it('is small enough to be read, however large the circuit is', () => {
    const pots = Array.from({ length: LIMITS.parts }, (_, index) => `potentiometer${900 + index}`);
    const legs = pots.flatMap((part) =>
      ['wiper', 'end1', 'end2'].map((leg) => ({ at: 'leg' as const, part, leg })),
    );
    const holes = BOARD.filter((each) => terminalText(each).startsWith('bottom'));
    const ends = [...legs, ...holes, ...holes];
    const largest: Circuit = {
      name: '漢'.repeat(LIMITS.nameCharacters),
      parts: pots.map((id) => ({
        id,
        kind: 'potentiometer',
        variant: '',
        place: { on: 'bench', x: 60, y: 40 },
        turn: 0,
      })),
      wires: Array.from({ length: LIMITS.wires }, (_, index) => ({
        id: `wire${700 + index}`,
        from: ends[index] ?? holes[0] ?? assert.fail(),
        to: ends[2 * LIMITS.wires - 1 - index] ?? holes[0] ?? assert.fail(),
        color: 'orange',
      })),
    };
    expect(new TextEncoder().encode(writeCircuit(largest)).length).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('is the same when it is read, and small enough', () => {
    fc.assert(
      fc.property(anyCircuit, (circuit) => {
        expect(readCircuit(writeCircuit(circuit))).toEqual({ ok: true, circuit });
      }),
    );
  });

  it('is the same when it is shared', async () => {
    await fc.assert(
      fc.asyncProperty(anyCircuit, async (circuit) => {
        expect(await readShareCode(await writeShareCode(circuit))).toEqual({ ok: true, circuit });
      }),
      { numRuns: 20 },
    );
  });

  it('may be any text: it is a circuit or a problem, and never an exception', () => {
    const shape = fc.record(
      {
        version: fc.constantFrom(1, 1, 1, 2, '1'),
        name: fc.anything(),
        parts: fc.dictionary(fc.constantFrom('led1', 'servo1', 'rgb2', 'x', '__proto__'), fc.anything()),
        wires: fc.dictionary(
          fc.constantFrom('wire1', 'wire2', 'wire'),
          fc.array(fc.anything(), { maxLength: 4 }),
        ),
      },
      { requiredKeys: [] },
    );
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), shape.map(toJson));
    fc.assert(
      fc.property(text, (given) => {
        const read = readCircuit(given);
        if (read.ok) assertValid(read.circuit);
      }),
      { numRuns: 200 },
    );
  });

  it('may be any code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String()), async (code) => {
        expect((await readShareCode(code)).ok).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? '';
}
