import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { WIRE_COLORS, type WireColor } from '../../circuit.ts';
import type { CircuitWords } from '../words.ts';

interface ColorChoice {
  /** `undefined` if the color follows from what the wire connects. */
  readonly chosen: WireColor | undefined;
  readonly choose: (color: WireColor | undefined) => void;
}

/** A choice of the color for new wires: fixed, or by what each connects. */
export function newColorChoice({ wording }: CircuitWords, { chosen, choose }: ColorChoice): TemplateResult {
  return html`<select name="wire-color" aria-label=${wording.color} .value=${live(chosen ?? '')} @change=${chooser(choose)}>
    <option value="" ?selected=${chosen === undefined}>${wording.autoColor}</option>
    ${colorOptions(wording, chosen)}
  </select>`;
}

/** A choice of the color of a wire. */
export function colorChoice(
  { wording }: CircuitWords,
  chosen: WireColor,
  choose: (color: WireColor) => void,
): TemplateResult {
  return html`<select name="wire-color" aria-label=${wording.color} .value=${live(chosen)}
    @change=${chooser((color) => color && choose(color))}>${colorOptions(wording, chosen)}</select>`;
}

function chooser(choose: ColorChoice['choose']): (event: Event) => void {
  return ({ target }) => {
    const value = target instanceof HTMLSelectElement ? target.value : '';
    choose(WIRE_COLORS.find((each) => each === value));
  };
}

function colorOptions(
  { wireColors }: CircuitWords['wording'],
  chosen: WireColor | undefined,
): readonly TemplateResult[] {
  return WIRE_COLORS.map(
    (color) =>
      html`<option value=${color} ?selected=${color === chosen}>${wireColors[color] ?? color}</option>`,
  );
}
