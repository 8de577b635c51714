import fc from 'fast-check';
import { ROW_NAMES } from '../../web/simulator/bench/breadboard.ts';
import type { Point } from '../../web/simulator/bench/geometry.ts';
import { type Circuit, EMPTY_CIRCUIT, WIRE_COLORS } from '../../web/simulator/circuit/circuit.ts';
import {
  addPart,
  addWire,
  changePart,
  type Edit,
  type Edited,
  recolorWire,
  removePart,
  removeWire,
  rename,
} from '../../web/simulator/circuit/edit.ts';
import { EXAMPLES } from '../../web/simulator/circuit/examples.ts';
import { PART_KINDS } from '../../web/simulator/circuit/kinds/index.ts';
import type { Terminal } from '../../web/simulator/circuit/terminal.ts';
import { nextPlace, placeNear, pointOf, terminalAt } from '../../web/simulator/circuit/view/board/place.ts';
import { wireColorFor } from '../../web/simulator/circuit/wire-color.ts';

const row = fc.constantFrom(...ROW_NAMES);
const column = fc.integer({ min: -1, max: 30 });
const number = fc.integer({ min: 1, max: 4 });
const turn = fc.constantFrom<0 | 2>(0, 2);
const color = fc.constantFrom(...WIRE_COLORS);

const place = fc.oneof(
  fc.record({ on: fc.constant('breadboard' as const), row, column }),
  fc.record({ on: fc.constant('bench' as const), x: column, y: column }),
);

/** Kinds, and their legs, so that most wires fit. */
const kind = fc.constantFrom(...PART_KINDS);
const leg = kind.chain(({ name, legs }) =>
  fc.record({
    at: fc.constant('leg' as const),
    part: number.map((index) => `${name}${index}`),
    leg: fc.constantFrom(...legs.map((each) => each.name)),
  }),
);

export const anyTerminal: fc.Arbitrary<Terminal> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ at: fc.constant('hole' as const), row, column }) },
  {
    weight: 2,
    arbitrary: fc.record({ at: fc.constant('header' as const), physical: fc.integer({ min: 0, max: 41 }) }),
  },
  { weight: 1, arbitrary: leg },
);

const partId = fc.tuple(kind, number).map(([{ name }, index]) => `${name}${index}`);
const wireId = fc.integer({ min: 1, max: 20 }).map((index) => `wire${index}`);

const newPart = kind.chain(({ name, variants }) =>
  fc.record({ kind: fc.constant(name), variant: fc.constantFrom(...variants), place, turn }),
);

/** Any edit, including impossible ones. */
export const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: newPart.map(
      (part): Edit =>
        (circuit) =>
          addPart(circuit, part),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({ from: anyTerminal, to: anyTerminal, color }).map(
      (wire): Edit =>
        (circuit) =>
          addWire(circuit, wire),
    ),
  },
  fc.tuple(partId, fc.record({ place, turn }, { requiredKeys: [] })).map(
    ([id, change]): Edit =>
      (circuit) =>
        changePart(circuit, id, change),
  ),
  partId.map(
    (id): Edit =>
      (circuit) =>
        removePart(circuit, id),
  ),
  wireId.map(
    (id): Edit =>
      (circuit) =>
        removeWire(circuit, id),
  ),
  fc.tuple(wireId, color).map(
    ([id, wanted]): Edit =>
      (circuit) =>
        recolorWire(circuit, id, wanted),
  ),
  fc.string({ unit: 'binary', maxLength: 70 }).map(
    (name): Edit =>
      (circuit) =>
        rename(circuit, name),
  ),
);

/** Near a terminal that may be on the picture, as a hand points, or anywhere. */
const anyPoint: fc.Arbitrary<Point> = fc.oneof(
  fc.record({ x: fc.integer({ min: -50, max: 1300 }), y: fc.integer({ min: -50, max: 900 }) }),
  fc
    .tuple(anyTerminal, fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }))
    .map(([terminal, right, down]) => {
      const { x, y } = pointOf(EMPTY_CIRCUIT, terminal) ?? { x: 0, y: 0 };
      return { x: x + right, y: y + down };
    }),
);

const direction = fc.constantFrom(
  { right: 1, down: 0 },
  { right: -1, down: 0 },
  { right: 0, down: 1 },
  { right: 0, down: -1 },
);

/** An edit by hand or key on the picture: it drops a new part, drags or moves one, or lays a wire in the given color. */
export const anyGesture: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.tuple(kind, anyPoint).map(
      ([{ name }, point]): Edit =>
        (circuit) =>
          addPart(circuit, { kind: name, place: placeNear(name, point) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(partId, anyPoint).map(
      ([id, point]): Edit =>
        (circuit) =>
          changePart(circuit, id, { place: placeNear(id.replace(/\d+$/, ''), point) }),
    ),
  },
  fc.tuple(partId, direction).map(
    ([id, way]): Edit =>
      (circuit) => {
        const part = circuit.parts.find((each) => each.id === id);
        return changePart(circuit, id, part ? { place: nextPlace(part.kind, part.place, way) } : {});
      },
  ),
  {
    weight: 5,
    arbitrary: fc.tuple(anyPoint, anyPoint).map(
      ([one, other]): Edit =>
        (circuit) =>
          layBetween(circuit, one, other),
    ),
  },
  fc.tuple(wireId, color).map(
    ([id, wanted]): Edit =>
      (circuit) =>
        recolorWire(circuit, id, wanted),
  ),
  partId.map(
    (id): Edit =>
      (circuit) =>
        removePart(circuit, id),
  ),
  wireId.map(
    (id): Edit =>
      (circuit) =>
        removeWire(circuit, id),
  ),
);

function layBetween(circuit: Circuit, one: Point, other: Point): Edited {
  const [from, to] = [terminalAt(circuit, one), terminalAt(circuit, other)];
  if (!from || !to) return { ok: true, circuit, id: '' };
  return addWire(circuit, { from, to, color: wireColorFor(circuit, { from, to }) });
}

/** The circuit after an edit, or the same one if the edit is impossible. */
export function apply(circuit: Circuit, edit: Edit): Circuit {
  const edited = edit(circuit);
  return edited.ok ? edited.circuit : circuit;
}

/** A circuit that results from any edits, starting from nothing or from a working one. */
export const anyCircuit: fc.Arbitrary<Circuit> = fc
  .tuple(
    fc.constantFrom(EMPTY_CIRCUIT, ...EXAMPLES.map(({ circuit }) => circuit)),
    fc.array(anyEdit, { maxLength: 40 }),
  )
  .map(([start, edits]) => edits.reduce(apply, start));
