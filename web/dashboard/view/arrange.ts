import { html, type TemplateResult } from 'lit/html.js';
import type { DeviceState } from '../../shared/devices.ts';
import type { Label } from '../../shared/label.ts';
import { mount } from '../../shared/mount.ts';
import type { House } from '../model/house.ts';
import type { Section } from '../model/sections.ts';
import type { Words } from '../words.ts';
import { dragToPlace } from './drag-to-place.ts';
import { icons } from './icons.ts';
import { titleOf } from './title.ts';

export interface Arranged {
  readonly state: DeviceState;
  readonly section: Section;
  /** Whether one may set the device's label. */
  readonly mayEdit: boolean;
}

/** A tile while the page is being arranged: a handle to move it, and buttons for its label. */
export function arrangingTile(
  words: Words,
  house: House,
  { state, section, mayEdit }: Arranged,
): TemplateResult {
  const { say } = words;
  const { label, device } = state;
  const title = titleOf(words, state);
  const at = section.states.indexOf(state);
  const set = (changes: Partial<Label>) => void house.setLabel(state, { ...label, ...changes });
  const move = (to: number) => house.move(section, at, to);
  const place = say.place(title, String(at + 1), String(section.states.length));
  return html`
    <div class="tile arranging">
      <button type="button" class="handle" aria-label=${place} title=${say.moveHint} ?disabled=${!mayEdit}
        ${mount(HTMLButtonElement, (handle) => dragToPlace(handle, move))}>${icons.grip}</button>
      <span class="arranging-title">${title}</span>
      <button type="button" class="tool" aria-pressed=${label.isFavorite} ?disabled=${!mayEdit}
        aria-label=${say.favoriteDevice(title)} title=${say.favorite}
        @click=${() => set({ isFavorite: !label.isFavorite })}>${icons.star}</button>
      <button type="button" class="tool" aria-pressed=${label.isHidden} ?disabled=${!mayEdit}
        aria-label=${say.hideDevice(title)} title=${say.hidden}
        @click=${() => set({ isHidden: !label.isHidden })}>${label.isHidden ? icons.eyeOff : icons.eye}</button>
      <button type="button" class="tool" ?disabled=${!mayEdit} aria-label=${say.editDevice(title)} title=${say.edit}
        @click=${() => house.edit(device.topic)}>${icons.edit}</button>
    </div>
  `;
}
