import { describe, expect, it } from 'vitest';
import { type Circuit, EMPTY_CIRCUIT, LIMITS } from '../../../../web/simulator/circuit/circuit.ts';
import {
  addPart,
  addWire,
  changePart,
  type Edited,
  type NewPart,
  type Refusal,
  recolorWire,
  removePart,
  removeWire,
  rename,
} from '../../../../web/simulator/circuit/edit.ts';
import { readTerminal } from '../../../../web/simulator/circuit/terminal.ts';
import { build, course } from './build.ts';

const LED: NewPart = { kind: 'led', place: { on: 'breadboard', row: 'e', column: 7 } };
const SERVO: NewPart = { kind: 'servo', place: { on: 'bench', x: 0, y: 0 } };

function circuitOf(edited: Edited): Circuit {
  if (!edited.ok) throw new Error(`refused: ${JSON.stringify(edited.refusal)}`);
  return edited.circuit;
}

function refusalOf(edited: Edited): Refusal | undefined {
  return edited.ok ? undefined : edited.refusal;
}

function wire(circuit: Circuit, from: string, to: string): Edited {
  const [start, end] = [readTerminal(from), readTerminal(to)];
  if (!start || !end) throw new Error(`${from} or ${to} is no terminal`);
  return addWire(circuit, { from: start, to: end, color: 'red' });
}

describe('a part', () => {
  it('comes with an id of its own and the usual variant', () => {
    const one = addPart(EMPTY_CIRCUIT, LED);
    expect(one).toMatchObject({ ok: true, id: 'led1' });
    const two = addPart(circuitOf(one), { ...LED, place: { on: 'breadboard', row: 'a', column: 0 } });
    expect(two).toMatchObject({ ok: true, id: 'led2' });
    expect(circuitOf(two).parts.map(({ variant }) => variant)).toEqual(['red', 'red']);
  });

  it('cannot stand on another part, beside the board, or on the wrong ground', () => {
    const circuit = circuitOf(addPart(EMPTY_CIRCUIT, LED));
    const at = (column: number, row: 'e' | 'a' = 'e') =>
      refusalOf(addPart(circuit, { ...LED, place: { on: 'breadboard', row, column } }));
    expect(at(8)).toEqual({ code: 'circuit/occupied', terminal: 'e9', by: 'led1' });
    expect(at(29)).toEqual({ code: 'circuit/off-board' });
    expect(at(-1)).toEqual({ code: 'circuit/off-board' });
    expect(at(0.5)).toEqual({ code: 'circuit/off-board' });
    expect(refusalOf(addPart(circuit, { ...SERVO, place: LED.place }))).toEqual({
      code: 'circuit/wrong-ground',
      kind: 'servo',
      stands: 'bench',
    });
    expect(refusalOf(addPart(circuit, { ...SERVO, place: { on: 'bench', x: 0, y: 99 } }))).toEqual({
      code: 'circuit/off-board',
    });
  });

  it('must have a known kind, variant and turn', () => {
    expect(refusalOf(addPart(EMPTY_CIRCUIT, { ...LED, kind: 'lamp' }))).toEqual({
      code: 'circuit/unknown-kind',
      kind: 'lamp',
    });
    expect(refusalOf(addPart(EMPTY_CIRCUIT, { ...LED, variant: 'pink' }))).toEqual({
      code: 'circuit/unknown-variant',
      kind: 'led',
      variant: 'pink',
    });
    expect(refusalOf(addPart(EMPTY_CIRCUIT, { ...SERVO, turn: 2 }))).toEqual({
      code: 'circuit/wrong-turn',
      kind: 'servo',
      turn: 2,
    });
  });

  it('moves into holes that it has itself, and not into those of others', () => {
    const circuit = course();
    expect(changePart(circuit, 'led1', { place: { on: 'breadboard', row: 'd', column: 7 } }).ok).toBe(true);
    expect(changePart(circuit, 'led1', { place: { on: 'breadboard', row: 'e', column: 8 } }).ok).toBe(true);
    expect(
      refusalOf(changePart(circuit, 'led1', { place: { on: 'breadboard', row: 'c', column: 7 } })),
    ).toEqual({
      code: 'circuit/occupied',
      terminal: 'c8',
      by: 'resistor1',
    });
    expect(refusalOf(changePart(circuit, 'led9', { turn: 2 }))).toEqual({
      code: 'circuit/unknown-part',
      part: 'led9',
    });
  });

  it('of the bench takes its wires along, and one of the board leaves its wires in the holes', () => {
    const circuit = build(
      { servo1: { at: [0, 0] }, led1: { at: 'e8' } },
      'pin2-servo1.power',
      'pin6-servo1.ground',
      'pin40-a8',
    );
    expect(circuitOf(removePart(circuit, 'servo1')).wires.map(({ id }) => id)).toEqual(['wire3']);
    expect(circuitOf(removePart(circuit, 'led1')).wires).toHaveLength(3);
  });

  it('does not come in beyond the limit', () => {
    let circuit = EMPTY_CIRCUIT;
    for (let x = 0; x < LIMITS.parts; x++)
      circuit = circuitOf(addPart(circuit, { ...SERVO, place: { on: 'bench', x: 0, y: 0 } }));
    expect(refusalOf(addPart(circuit, SERVO))).toEqual({ code: 'circuit/too-many-parts', limit: 100 });
  });
});

describe('a wire', () => {
  it('goes into existing free terminals', () => {
    const circuit = course();
    expect(wire(circuit, 'pin1', 'top+1')).toMatchObject({ ok: true, id: 'wire4' });
    expect(refusalOf(wire(circuit, 'pin40', 'top+1'))).toEqual({
      code: 'circuit/occupied',
      terminal: 'pin40',
      by: 'wire1',
    });
    expect(refusalOf(wire(circuit, 'top+1', 'e8'))).toEqual({
      code: 'circuit/occupied',
      terminal: 'e8',
      by: 'led1',
    });
    expect(refusalOf(wire(circuit, 'pin1', 'servo1.power'))).toEqual({
      code: 'circuit/no-terminal',
      terminal: 'servo1.power',
    });
    expect(refusalOf(wire(circuit, 'pin1', 'pin1'))).toEqual({
      code: 'circuit/wire-to-itself',
      terminal: 'pin1',
    });
  });

  it('is recolored and removed by its id', () => {
    const circuit = course();
    expect(circuitOf(recolorWire(circuit, 'wire1', 'blue')).wires[0]?.color).toBe('blue');
    expect(circuitOf(removeWire(circuit, 'wire1')).wires.map(({ id }) => id)).toEqual(['wire2', 'wire3']);
    expect(refusalOf(removeWire(circuit, 'wire9'))).toEqual({ code: 'circuit/unknown-wire', wire: 'wire9' });
  });
});

it('takes a name of limited length', () => {
  expect(circuitOf(rename(EMPTY_CIRCUIT, '  Semáforo ')).name).toBe('Semáforo');
  expect(refusalOf(rename(EMPTY_CIRCUIT, 'x'.repeat(61)))).toEqual({
    code: 'circuit/name-too-long',
    limit: 60,
  });
});
