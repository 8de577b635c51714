import { expect, it } from 'vitest';
import { EMPTY_CIRCUIT } from '../../../../../web/simulator/circuit/circuit.ts';
import { EXAMPLES } from '../../../../../web/simulator/circuit/examples.ts';
import { terminalText } from '../../../../../web/simulator/circuit/terminal.ts';
import { readInput } from '../../../../../web/simulator/circuit/view/model/terminal-input.ts';
import { circuitWords } from '../../../../../web/simulator/circuit/view/words.ts';

const servo = EXAMPLES.find(({ key }) => key === 'servo')?.circuit ?? EMPTY_CIRCUIT;
const read = (text: string, circuit = EMPTY_CIRCUIT) => {
  const terminal = readInput(text, circuit, circuitWords['pt-BR']);
  return terminal && terminalText(terminal);
};

it.each([
  ['E12', 'e12'],
  [' top + 3 ', 'top+3'],
  ['bottom −1', 'bottom-1'],
  ['−9 de baixo', 'bottom-9'],
  ['+3 da trilha de cima', 'top+3'],
  ['trilha de baixo -9', 'bottom-9'],
  ['furo E12', 'e12'],
  ['GPIO 17', 'pin11'],
  ['pino 40', 'pin40'],
  ['gnd', 'pin6'],
  ['terra', 'pin6'],
  ['3.3 V', 'pin1'],
  ['3,3 V', 'pin1'],
  ['GPIO 17 (pino 11)', 'pin11'],
  ['5V', 'pin2'],
])('understands %j', (text, expected) => {
  expect(read(text)).toBe(expected);
});

it.each([
  '',
  'e0',
  'k3',
  'pin41',
  'GPIO 99',
  '+3',
  '+6 de cima',
  'GND (pino 41)',
  'servo1.signal',
  'constructor',
])('knows no %j', (text) => {
  expect(read(text)).toBeUndefined();
});

it('takes the first pin of a supply that is free, and legs that are there', () => {
  expect(read('GND', servo)).toBe('pin9');
  expect(read('5V', servo)).toBe('pin4');
  expect(read('Servo1.Signal', servo)).toBe('servo1.signal');
  expect(read('Servo 1: sinal', servo)).toBe('servo1.signal');
  expect(read('servo 1: alimentacao', servo)).toBe('servo1.power');
  expect(read('servo1.nose', servo)).toBeUndefined();
});
