import { expect, it } from 'vitest';
import { type Circuit, EMPTY_CIRCUIT } from '../../../../../web/simulator/circuit/circuit.ts';
import { addPart } from '../../../../../web/simulator/circuit/edit.ts';
import { kindOf } from '../../../../../web/simulator/circuit/kinds/index.ts';
import { firstPlace } from '../../../../../web/simulator/circuit/view/model/first-place.ts';

/** Adds parts one after the other, each in the first place for it; returns where they stand. */
function placesOf(...kinds: readonly string[]): readonly string[] {
  const full = kinds.reduce<Circuit>((circuit, kind) => {
    const variant = kindOf(kind)?.variants[0] ?? '';
    const place = firstPlace(kind, variant, circuit) ?? expect.unreachable('there is room');
    const edited = addPart(circuit, { kind, variant, place });
    return edited.ok ? edited.circuit : expect.unreachable();
  }, EMPTY_CIRCUIT);
  return full.parts.map(({ place }) =>
    place.on === 'breadboard' ? `${place.row}${place.column + 1}` : `${place.x} ${place.y}`,
  );
}

it('puts a new part beside the others, and not between the legs of one', () => {
  expect(placesOf('resistor', 'led', 'resistor')).toEqual(['e1', 'e8', 'e10']);
});

it('uses any free holes once nothing is left apart', () => {
  const leds = Array.from({ length: 40 }, () => 'led');
  expect(new Set(placesOf(...leds)).size).toBe(40);
});
