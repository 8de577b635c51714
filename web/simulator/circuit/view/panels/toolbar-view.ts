import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { EMPTY_CIRCUIT } from '../../circuit.ts';
import { rename } from '../../edit.ts';
import { circuitName } from '../model/names.ts';
import type { Stage } from '../stage.ts';
import { openView, shareView } from './file-view.ts';
import { NEW_ICON, OPEN_ICON, SAVE_ICON, SHARE_ICON, SPEAKER_ICON } from './tool-icons.ts';

/** The actions for the whole circuit: its name, undo, save, open, share, and sound. */
export function toolbarView(stage: Stage): TemplateResult {
  const { state, editor, circuit, shelf, words } = stage;
  const { wording } = words;
  const setName = ({ target }: Event) =>
    target instanceof HTMLInputElement &&
    editor.edit(
      (before) => rename(before, target.value),
      () => (spoken) => circuitName(editor.circuit, spoken),
    );
  // Browsers name the circuit first: a field that has changed says so before its form is submitted.
  const saveNamed = (event: Event) => {
    event.preventDefault();
    shelf.save();
  };
  const { past, future } = state.history;
  return html`
    <form class="file-row" @submit=${saveNamed}>
    <input class="circuit-name" aria-label=${wording.name} placeholder=${wording.name} maxlength="60" autocomplete="off"
      .value=${live(circuit.name)} @change=${setName}>
    <div class="tools" role="group" aria-label=${wording.file}>
      <button type="button" class="tool" data-tool="undo" ?disabled=${past.length === 0} aria-keyshortcuts="Control+Z" title="${wording.undo} (Ctrl+Z)" aria-label=${wording.undo} @click=${() => editor.undo()}>↶</button>
      <button type="button" class="tool" data-tool="redo" ?disabled=${future.length === 0} aria-keyshortcuts="Control+Shift+Z" title="${wording.redo} (Ctrl+Shift+Z)" aria-label=${wording.redo} @click=${() => editor.redo()}>↷</button>
      ${worded({ name: 'save', text: wording.save, icon: SAVE_ICON }, (event) => save(event, stage))}
      ${worded({ name: 'open', text: wording.open, icon: OPEN_ICON, isOpen: state.panel === 'open' }, () => editor.toggle('open'))}
      ${worded({ name: 'share', text: wording.share, icon: SHARE_ICON, isOpen: state.panel === 'share' }, () => editor.toggle('share'))}
      ${worded({ name: 'new', text: wording.startNew, icon: NEW_ICON }, () => editor.open(EMPTY_CIRCUIT, (spoken) => spoken.wording.started))}
      <button type="button" class="tool" aria-pressed=${state.isSounding} title=${wording.speakerHint} aria-label=${wording.speaker} @click=${() => editor.sound(!state.isSounding)}>${SPEAKER_ICON}</button>
    </div>
    </form>
    ${state.panel === 'open' || isEmpty(circuit) ? openView(stage) : ''}
    ${state.panel === 'share' ? shareView(stage) : ''}`;
}

interface Tool {
  readonly name: string;
  readonly text: string;
  readonly icon: TemplateResult;
  /** Whether what it opens is open; `undefined` if it opens nothing. */
  readonly isOpen?: boolean;
}

/** A tool with its name, or with a picture where there is no room for the name. */
function worded({ name, text, icon, isOpen }: Tool, act: (event: Event) => void): TemplateResult {
  return html`<button type="button" class="worded" data-tool=${name} title=${text} aria-expanded=${isOpen ?? nothing}
    @click=${act}>${icon}<span class="roomy">${text}</span></button>`;
}

/** Saves the circuit; without a name, the user is led to where it is given. */
function save({ currentTarget }: Event, { circuit, shelf }: Stage): void {
  shelf.save();
  if (circuit.name !== '' || !(currentTarget instanceof Element)) return;
  currentTarget.closest('.own-circuit')?.querySelector<HTMLInputElement>('.circuit-name')?.focus();
}

/** On an empty board, the toolbar offers circuits to start from. */
function isEmpty({ parts, wires }: Stage['circuit']): boolean {
  return parts.length === 0 && wires.length === 0;
}
