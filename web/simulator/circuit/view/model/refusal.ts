import type { Refusal } from '../../edit.ts';
import type { CircuitWords } from '../words.ts';

/** The reason why an edit is refused, in words. */
export function refusalText(refusal: Refusal, { wording, instrument }: CircuitWords): string {
  const refusals = wording.refusals;
  switch (refusal.code) {
    case 'circuit/too-many-parts':
    case 'circuit/too-many-wires':
    case 'circuit/name-too-long':
      return refusals[refusal.code](instrument.number(refusal.limit));
    case 'circuit/no-terminal':
    case 'circuit/occupied':
      return refusals[refusal.code](refusal.terminal);
    case 'circuit/off-board':
    case 'circuit/wire-to-itself':
      return refusals[refusal.code]();
    default:
      return refusals.other();
  }
}
