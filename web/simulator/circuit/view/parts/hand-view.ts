import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { hold } from '../../../parts/hold.ts';
import { kindOfPart, type Part } from '../../circuit.ts';
import { bodyOf } from '../board/bodies.ts';
import { cornerOf, gripOf } from '../board/place.ts';
import { partName } from '../model/names.ts';
import { choosePart, type Stage } from '../stage.ts';

/** The control on a part itself: press it, or turn it. */
export function handView(part: Part, stage: Stage): TemplateResult | '' {
  const { hand } = kindOfPart(part);
  if (hand?.does === 'press') return pressView(part, stage);
  return hand?.does === 'turn' ? turnView(part, stage, hand.atRest) : '';
}

/** The cap of a push-button. */
function pressView(part: Part, stage: Stage): TemplateResult {
  const { state, editor, words } = stage;
  const { x, y, width, height } = gripOf(part);
  const size = 44;
  const style = `left: ${x + (width - size) / 2}px; top: ${y + (height - size) / 2}px; width: ${size}px; height: ${size}px`;
  const isPressed = (state.hands.get(part.id) ?? 0) >= 0.5;
  const press = (pressed: boolean) => {
    if (pressed) choosePart(part, stage);
    editor.hand(part.id, pressed ? 1 : undefined);
  };
  return html`<button type="button" class="press" aria-label=${words.wording.press(partName(part, words))}
    aria-pressed=${isPressed} .style=${style} ${hold(press, true)}></button>`;
}

/** A slider below the knob, for touch and keyboard. */
function turnView(part: Part, { state, editor, words }: Stage, atRest: number): TemplateResult {
  const { width, scale } = bodyOf(part.kind);
  const { x, y } = cornerOf(part.place);
  const share = state.hands.get(part.id) ?? atRest;
  const turn = ({ target }: Event) =>
    target instanceof HTMLInputElement && editor.hand(part.id, Number(target.value) / 100);
  const style = `left: ${x + width * scale + 10}px; top: ${y + 30}px; width: 150px`;
  return html`<input type="range" class="knob" min="0" max="100" step="1" aria-label=${words.wording.knob(partName(part, words))}
    .value=${live(String(Math.round(share * 100)))} .style=${style} @input=${turn}>`;
}
