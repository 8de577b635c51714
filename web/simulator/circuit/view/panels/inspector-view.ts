import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { kindOfPart, type Part, type Wire } from '../../circuit.ts';
import { changePart, recolorWire } from '../../edit.ts';
import { turnPart } from '../board/keys.ts';
import { partName, variantName, wireName } from '../model/names.ts';
import { gpioOfPart } from '../model/part-gpio.ts';
import { readingText } from '../model/reading-text.ts';
import { type Stage, selectedPart } from '../stage.ts';
import { colorChoice } from './color-choice.ts';

/** The selected item, and its actions. */
export function inspectorView(stage: Stage): TemplateResult | '' {
  const part = selectedPart(stage);
  if (part) return partInspector(part, stage);
  const wire = stage.circuit.wires.find(({ id }) => id === stage.state.selected);
  return wire ? wireInspector(wire, stage) : '';
}

function partInspector(part: Part, stage: Stage): TemplateResult {
  const { words, editor, analysis } = stage;
  const { wording } = words;
  const { turns, variants } = kindOfPart(part);
  const name = partName(part, words);
  return html`
    <div class="inspector" role="group" aria-label=${name}>
      <p><b>${name}</b> <span>${readingText(analysis.readings.get(part.id), words)}</span></p>
      ${variants.length > 1 ? variantChoice(part, variants, stage) : ''}
      ${turns.length > 1 ? html`<button type="button" data-tool="turn" aria-keyshortcuts="R" @click=${() => turnPart(part, editor)}>${wording.turn}</button>` : ''}
      <button type="button" data-tool="remove" @click=${() => editor.remove(part.id)}>${wording.remove}</button>
      ${probeButtons(part, stage)}
    </div>`;
}

function variantChoice(part: Part, variants: readonly string[], { words, editor }: Stage): TemplateResult {
  const choose = ({ target }: Event) => {
    if (!(target instanceof HTMLSelectElement)) return;
    const variant = target.value;
    editor.edit(
      (circuit) => changePart(circuit, part.id, { variant }),
      () => (spoken) => spoken.wording.changed(variantName(part.kind, variant, spoken)),
    );
  };
  return html`<select name="variant" aria-label=${words.wording.variant} .value=${live(part.variant)} @change=${choose}>
    ${variants.map((variant) => html`<option value=${variant} ?selected=${variant === part.variant}>${variantName(part.kind, variant, words)}</option>`)}
  </select>`;
}

/** Buttons that put its pin on a channel of the oscilloscope, if it has one. */
function probeButtons(part: Part, { circuit, analysis, scene, words }: Stage): TemplateResult | '' {
  const gpio = gpioOfPart(circuit, analysis.netlist, part.id);
  if (gpio === undefined) return '';
  const { choices, actions } = scene;
  const { wording } = words;
  return html`
    <button type="button" data-probe="1" aria-pressed=${choices.gpio === gpio} @click=${() => actions.choose({ gpio })}>${wording.showOnScope(String(gpio), '1')}</button>
    <button type="button" data-probe="2" aria-pressed=${choices.secondGpio === gpio}
      @click=${() => actions.choose({ secondGpio: choices.secondGpio === gpio ? undefined : gpio })}>${wording.showOnScope(String(gpio), '2')}</button>`;
}

function wireInspector(wire: Wire, { circuit, words, editor }: Stage): TemplateResult {
  const { wording } = words;
  const name = wireName(wire, circuit, words);
  return html`
    <div class="inspector" role="group" aria-label=${name}>
      <p><b>${name}</b></p>
      ${colorChoice(words, wire.color, (color) =>
        editor.edit(
          (before) => recolorWire(before, wire.id, color),
          () => (spoken) => spoken.wording.wireRecolored(spoken.wording.wireColors[color] ?? color),
        ),
      )}
      <button type="button" data-tool="remove" @click=${() => editor.remove(wire.id)}>${wording.remove}</button>
    </div>`;
}
