import type { Circuit } from '../../circuit.ts';
import type { Refusal } from '../../edit.ts';
import { readTerminal } from '../../terminal.ts';
import type { CircuitWords } from '../words.ts';
import { spotName } from './names.ts';

/** The reason why an edit is refused, in words. */
export function refusalText(refusal: Refusal, circuit: Circuit, words: CircuitWords): string {
  const { wording, instrument } = words;
  const refusals = wording.refusals;
  switch (refusal.code) {
    case 'circuit/too-many-parts':
    case 'circuit/too-many-wires':
    case 'circuit/name-too-long':
      return refusals[refusal.code](instrument.number(refusal.limit));
    case 'circuit/no-terminal':
      return refusals[refusal.code](nameOf(refusal.terminal, circuit, words));
    case 'circuit/occupied':
      return occupiedText(refusal.terminal, circuit, words);
    case 'circuit/off-board':
    case 'circuit/wire-to-itself':
      return refusals[refusal.code]();
    default:
      return refusals.other();
  }
}

function nameOf(text: string, circuit: Circuit, words: CircuitWords): string {
  const terminal = readTerminal(text);
  return terminal ? spotName(terminal, circuit, words) : text;
}

function occupiedText(text: string, circuit: Circuit, words: CircuitWords): string {
  const { refusals } = words.wording;
  const isHole = readTerminal(text)?.at === 'hole';
  const say = isHole ? refusals['circuit/occupied'] : refusals.pinOccupied;
  return say(nameOf(text, circuit, words));
}
