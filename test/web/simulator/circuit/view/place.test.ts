import { expect, it } from 'vitest';
import { HEADER_PINS } from '../../../../../devices/facts/header.ts';
import { ROW_NAMES } from '../../../../../web/simulator/bench/breadboard.ts';
import { EMPTY_CIRCUIT } from '../../../../../web/simulator/circuit/circuit.ts';
import { EXAMPLES } from '../../../../../web/simulator/circuit/examples.ts';
import { COLUMNS, isOnBoard, type Terminal } from '../../../../../web/simulator/circuit/terminal.ts';
import {
  cornerOf,
  looseLegs,
  nextPlace,
  placeNear,
  pointOf,
  terminalAt,
} from '../../../../../web/simulator/circuit/view/board/place.ts';

const HOLES = ROW_NAMES.flatMap((row) =>
  Array.from({ length: COLUMNS }, (_, column) => ({ at: 'hole', row, column }) as const),
).filter(isOnBoard);
const PINS = HEADER_PINS.map(({ physical }): Terminal => ({ at: 'header', physical }));

it('finds every hole and pin at the place where it is drawn', () => {
  for (const terminal of [...HOLES, ...PINS]) {
    const point = pointOf(EMPTY_CIRCUIT, terminal);
    expect(point && terminalAt(EMPTY_CIRCUIT, point)).toEqual(terminal);
  }
});

it('finds the legs of parts beside the board', () => {
  for (const { circuit } of EXAMPLES)
    for (const { terminal, point } of looseLegs(circuit))
      expect(terminalAt(circuit, point)).toEqual(terminal);
});

it('leaves a part at its place if it is released there', () => {
  for (const { circuit } of EXAMPLES)
    for (const { kind, place } of circuit.parts) expect(placeNear(kind, cornerOf(place))).toEqual(place);
});

it('leads no part off the board', () => {
  const edge = { on: 'breadboard', row: 'j', column: 0 } as const;
  expect(nextPlace('led', edge, { right: -1, down: 0 })).toEqual(edge);
  expect(nextPlace('led', edge, { right: 0, down: -1 })).toEqual(edge);
  const last = { ...edge, column: COLUMNS - 2 };
  expect(nextPlace('led', last, { right: 1, down: 0 })).toEqual(last);
});
