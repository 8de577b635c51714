import { describe, expect, it } from 'vitest';
import { LANGUAGE_TAGS } from '../../../../../web/languages/index.ts';
import { ROW_NAMES } from '../../../../../web/simulator/bench/breadboard.ts';
import { EMPTY_CIRCUIT } from '../../../../../web/simulator/circuit/circuit.ts';
import { addWire } from '../../../../../web/simulator/circuit/edit.ts';
import { EXAMPLES } from '../../../../../web/simulator/circuit/examples.ts';
import {
  COLUMNS,
  isOnBoard,
  readTerminal,
  type Terminal,
} from '../../../../../web/simulator/circuit/terminal.ts';
import { shortName, terminalName } from '../../../../../web/simulator/circuit/view/model/names.ts';
import { refusalText } from '../../../../../web/simulator/circuit/view/model/refusal.ts';
import { readInput } from '../../../../../web/simulator/circuit/view/model/terminal-input.ts';
import { circuitWords } from '../../../../../web/simulator/circuit/view/words.ts';

const end = (text: string): Terminal => readTerminal(text) ?? expect.unreachable(text);
const servo = EXAMPLES.find(({ key }) => key === 'servo')?.circuit ?? expect.unreachable();

describe.each([
  ['en', 'hole e12', 'hole −9 of the bottom rail', 'GND (pin 6)', 'Servo 1: signal'],
  ['pt-BR', 'furo e12', 'furo −9 da trilha de baixo', 'GND (pino 6)', 'Servo 1: sinal'],
] as const)('in %s the ends of wires', (language, hole, rail, ground, leg) => {
  const words = circuitWords[language];

  it('have the names that are printed on the board', () => {
    const names = ['e12', 'bottom-9', 'pin6', 'servo1.signal'].map((text) =>
      terminalName(end(text), servo, words),
    );
    expect(names).toEqual([hole, rail, ground, leg]);
    expect(shortName(end('bottom-9'), words)).toBe('−9');
  });

  it('are refused by these names', () => {
    const refuse = (text: string) => {
      const wire = { from: end(text), to: end('a1'), color: 'red' as const };
      const first = addWire(EMPTY_CIRCUIT, wire);
      const again = first.ok && addWire(first.circuit, { ...wire, to: end('a2') });
      return again && !again.ok ? refusalText(again.refusal, EMPTY_CIRCUIT, words) : '';
    };
    expect(refuse('bottom-9')).toContain(rail.replace(/^\S+ /, ''));
    expect(refuse('pin6')).toContain(ground);
  });
});

it.each(LANGUAGE_TAGS)('what the page calls a terminal in %s, it understands', (language) => {
  const words = circuitWords[language];
  const holes = ROW_NAMES.flatMap((row) =>
    Array.from({ length: COLUMNS }, (_, column) => ({ at: 'hole', row, column }) as const),
  ).filter(isOnBoard);
  const others = ['pin1', 'pin6', 'pin40', 'servo1.signal', 'servo1.power', 'servo1.ground'].map(end);
  for (const terminal of [...holes, ...others])
    expect(readInput(terminalName(terminal, servo, words), servo, words)).toEqual(terminal);
});
