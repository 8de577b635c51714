import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { EMPTY_CIRCUIT } from '../../circuit.ts';
import { rename } from '../../edit.ts';
import { circuitName } from '../model/names.ts';
import type { Stage } from '../stage.ts';
import { openView, shareView } from './file-view.ts';

/** The actions for the whole circuit: its name, undo, save, open, share, and sound. */
export function toolbarView(stage: Stage): TemplateResult {
  const { state, editor, circuit, words } = stage;
  const { wording } = words;
  const setName = ({ target }: Event) =>
    target instanceof HTMLInputElement &&
    editor.edit(
      (before) => rename(before, target.value),
      () => (spoken) => circuitName(editor.circuit, spoken),
    );
  const { past, future } = state.history;
  return html`
    <div class="tools" role="group" aria-label=${wording.file}>
      <input class="circuit-name" aria-label=${wording.name} placeholder=${wording.name} maxlength="60" autocomplete="off"
        .value=${live(circuit.name)} @change=${setName}>
      <button type="button" class="tool" data-tool="undo" ?disabled=${past.length === 0} aria-keyshortcuts="Control+Z" title="${wording.undo} (Ctrl+Z)" aria-label=${wording.undo} @click=${() => editor.undo()}>↶</button>
      <button type="button" class="tool" data-tool="redo" ?disabled=${future.length === 0} aria-keyshortcuts="Control+Shift+Z" title="${wording.redo} (Ctrl+Shift+Z)" aria-label=${wording.redo} @click=${() => editor.redo()}>↷</button>
      <button type="button" data-tool="save" @click=${() => stage.shelf.save()}>${wording.save}</button>
      <button type="button" data-tool="open" aria-expanded=${state.panel === 'open'} @click=${() => editor.toggle('open')}>${wording.open}</button>
      <button type="button" data-tool="share" aria-expanded=${state.panel === 'share'} @click=${() => editor.toggle('share')}>${wording.share}</button>
      <button type="button" data-tool="new" @click=${() => editor.open(EMPTY_CIRCUIT, (spoken) => spoken.wording.started)}>${wording.startNew}</button>
      <button type="button" class="tool" aria-pressed=${state.isSounding} title=${wording.speakerHint} aria-label=${wording.speaker} @click=${() => editor.sound(!state.isSounding)}>${speakerIcon}</button>
    </div>
    ${state.panel === 'open' || isEmpty(circuit) ? openView(stage) : ''}
    ${state.panel === 'share' ? shareView(stage) : ''}`;
}

/** A loudspeaker; its sound waves are drawn while the button is pressed. */
const speakerIcon = html`<svg class="speaker" viewBox="0 0 20 20" aria-hidden="true">
  <path d="M3 7.5h3.5L11 3.500v13L6.500 12.500H3z" /><path class="waves" d="M13.500 7a4 4 0 0 1 0 6M15.500 4.500a7.500 7.500 0 0 1 0 11" />
</svg>`;

/** On an empty board, the toolbar offers circuits to start from. */
function isEmpty({ parts, wires }: Stage['circuit']): boolean {
  return parts.length === 0 && wires.length === 0;
}
