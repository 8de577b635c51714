import { html, type TemplateResult } from 'lit';
import { layWire } from '../board/wire-gesture.ts';
import { offeredInputs, readInput } from '../model/terminal-input.ts';
import type { Stage } from '../stage.ts';
import { newColorChoice } from './color-choice.ts';

/** A form that adds a wire between named terminals, for keyboard and screen reader users. */
export function wireForm(stage: Stage): TemplateResult {
  const { words, editor, state, circuit } = stage;
  const { wording } = words;
  const field = (name: string, label: string) => html`
    <label>${label} <input name=${name} required autocomplete="off" autocapitalize="none" spellcheck="false" list="terminals" aria-describedby="terminal-hint"></label>`;
  return html`
    <form class="wire-form" aria-label=${wording.addWire} @submit=${(event: SubmitEvent) => submit(event, stage)}>
      ${field('from', wording.from)} ${field('to', wording.to)}
      ${newColorChoice(words, { chosen: state.color, choose: (color) => editor.color(color) })}
      <button type="submit">${wording.addWire}</button>
      <datalist id="terminals">${offeredInputs(circuit, words).map((text) => html`<option value=${text}></option>`)}</datalist>
      <p class="hint" id="terminal-hint">${wording.terminalHint}</p>
    </form>`;
}

function submit(event: SubmitEvent, { editor, circuit, words }: Stage): void {
  event.preventDefault();
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return;
  const inputs = ['from', 'to'].map((name) => form.querySelector<HTMLInputElement>(`[name="${name}"]`));
  const texts = inputs.map((input) => input?.value ?? '');
  const [from, to] = texts.map((text) => readInput(text, circuit, words));
  if (from && to) {
    if (layWire({ from, to }, editor)) form.reset();
    inputs[0]?.focus();
    return;
  }
  const wrong = from ? 1 : 0;
  editor.tell(({ wording }) => wording.noTerminal(texts[wrong] ?? ''));
  inputs[wrong]?.focus();
}
