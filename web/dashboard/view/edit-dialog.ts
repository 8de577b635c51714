import { guard } from 'lit/directives/guard.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { Subscription } from 'rxjs';
import { type Label, LONGEST_NAME } from '../../shared/label.ts';
import { mount } from '../../shared/mount.ts';
import { meaningOf } from '../../shared/words.ts';
import type { House, HouseView } from '../model/house.ts';
import { groupOf } from '../model/sections.ts';
import type { Words } from '../words.ts';
import { titleOf } from './title.ts';

/** The dialog in which a device's name, group and so on are set, for everybody. */
export function editDialog(
  words: Words,
  house: House,
  { edited, sections, failure }: HouseView,
): TemplateResult | typeof nothing {
  if (!edited) return nothing;
  const { say } = words;
  const { label, device } = edited;
  const close = () => house.edit(undefined);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (
      event.target instanceof HTMLFormElement &&
      (await house.setLabel(edited, readForm(event.target, label)))
    )
      close();
  };
  const groups = new Set(
    sections.flatMap(({ states }) => states.map(groupOf)).filter((group) => group !== ''),
  );
  const ownName = titleOf(words, { ...edited, label: { ...label, name: undefined } });
  return html`
    <dialog class="dialog" aria-labelledby="edit-title" @close=${close} ${guard([device], () => mount(HTMLDialogElement, showModal))}>
      <form @submit=${save}>
        <h2 id="edit-title">${titleOf(words, edited)}</h2>
        <p class="dialog-topic"><code>${device.topic}</code></p>
        <label class="field">${say.name}
          <input name="name" maxlength=${LONGEST_NAME} autocomplete="off" placeholder=${ownName} .value=${label.name ?? ''}></label>
        <label class="field">${say.group}
          <input name="group" maxlength=${LONGEST_NAME} autocomplete="off" list="groups" placeholder=${device.prefix || say.noGroup} .value=${label.group ?? ''}></label>
        <datalist id="groups">${[...groups].map((group) => html`<option value=${group}></option>`)}</datalist>
        <label class="check"><input type="checkbox" name="isFavorite" .checked=${label.isFavorite}><span>${say.favorite} <small>${say.favoriteHint}</small></span></label>
        <label class="check"><input type="checkbox" name="isHidden" .checked=${label.isHidden}><span>${say.hidden} <small>${say.hiddenHint}</small></span></label>
        <p class="dialog-hint">${say.forEverybody}</p>
        <div role="alert">${failure ? html`<p class="dialog-fault">${meaningOf(words, failure.code) ?? failure.message}</p>` : nothing}</div>
        <div class="dialog-actions">
          <button type="button" class="plain" @click=${close}>${say.cancel}</button>
          <button type="submit" class="strong">${say.save}</button>
        </div>
      </form>
    </dialog>
  `;
}

function readForm(form: HTMLFormElement, label: Label): Label {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '').trim() || undefined;
  return {
    ...label,
    name: text('name'),
    group: text('group'),
    isFavorite: data.has('isFavorite'),
    isHidden: data.has('isHidden'),
  };
}

/** The window keeps the focus while it is there, and gives it back. */
export function showModal(dialog: HTMLDialogElement): Subscription {
  // The browser can show it only once it is in the document.
  const frame = requestAnimationFrame(() => dialog.showModal());
  return new Subscription(() => {
    cancelAnimationFrame(frame);
    dialog.close();
  });
}
