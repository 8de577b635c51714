import { expect, it } from 'vitest';
import type { Circuit, WireColor } from '../../../../web/simulator/circuit/circuit.ts';
import { EMPTY_CIRCUIT } from '../../../../web/simulator/circuit/circuit.ts';
import { addWire, removeWire } from '../../../../web/simulator/circuit/edit.ts';
import { readTerminal, type Terminal } from '../../../../web/simulator/circuit/terminal.ts';
import { wireColorFor } from '../../../../web/simulator/circuit/wire-color.ts';

const end = (text: string): Terminal => readTerminal(text) ?? expect.unreachable(text);
const colorOf = (circuit: Circuit, from: string, to: string) =>
  wireColorFor(circuit, { from: end(from), to: end(to) });

/** Lays wires one after the other, each in the color that it is given. */
function lay(circuit: Circuit, ...wires: readonly (readonly [string, string])[]): Circuit {
  return wires.reduce((before, [from, to]) => {
    const wire = { from: end(from), to: end(to), color: colorOf(before, from, to) };
    const edited = addWire(before, wire);
    return edited.ok ? edited.circuit : expect.unreachable(JSON.stringify(edited.refusal));
  }, circuit);
}

const colorsOf = ({ wires }: Circuit) => wires.map(({ color }) => color);

it.each<[from: string, to: string, WireColor]>([
  ['pin39', 'a1', 'black'],
  ['a1', 'pin6', 'black'],
  ['pin1', 'a1', 'red'],
  ['pin2', 'top+1', 'red'],
  ['a1', 'bottom-2', 'black'],
  ['a1', 'top+2', 'red'],
])('a wire from %s to %s is %s', (from, to, color) => {
  expect(colorOf(EMPTY_CIRCUIT, from, to)).toBe(color);
});

it('gives five signals five colors, none of them black or red, and then begins again', () => {
  const signals = [11, 12, 13, 15, 16, 18].map((pin, index) => [`pin${pin}`, `a${index + 1}`] as const);
  const colors = colorsOf(lay(EMPTY_CIRCUIT, ...signals));
  expect(new Set(colors.slice(0, 5)).size).toBe(5);
  expect(colors).not.toContain('black');
  expect(colors).not.toContain('red');
  expect(colors[5]).toBe(colors[0]);
});

it('continues a signal in its color, and ground and supply over the breadboard', () => {
  const circuit = lay(
    EMPTY_CIRCUIT,
    ['pin11', 'a1'],
    ['pin13', 'a2'],
    ['b1', 'a20'],
    ['pin39', 'a7'],
    ['b7', 'a9'],
    ['pin17', 'j7'],
    ['i7', 'j9'],
  );
  const [first, second, ...rest] = colorsOf(circuit);
  expect(second).not.toBe(first);
  expect(rest).toEqual([first, 'black', 'black', 'red', 'red']);
});

it('uses a color again that has become free', () => {
  const two = lay(EMPTY_CIRCUIT, ['pin11', 'a1'], ['pin13', 'a2']);
  const removed = removeWire(two, 'wire1');
  const one = removed.ok ? removed.circuit : expect.unreachable();
  expect(colorOf(one, 'pin15', 'a3')).toBe(two.wires[0]?.color);
});
