import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { styleMap } from 'lit/directives/style-map.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { isWatchOnly, mayPublish } from '../../../hub/client/identity.ts';
import type { DeviceState } from '../../shared/devices.ts';
import { meaningOf } from '../../shared/words.ts';
import { type House, type HouseView, isOpen } from '../model/house.ts';
import type { Revealed } from '../model/reveal.ts';
import { createMatcher } from '../model/search.ts';
import { groupOf, type Section } from '../model/sections.ts';
import type { Words } from '../words.ts';
import { type CellParts, cell } from './cell.ts';
import { editDialog } from './edit-dialog.ts';
import { icons } from './icons.ts';
import { titleOf } from './title.ts';

export interface HouseParts extends CellParts {
  /** The topics of the devices that the search finds. */
  readonly found: ReadonlySet<string>;
  readonly revealed: Revealed;
}

/** All devices: up to a handful as open cards, and more as tiles in groups, with a search. */
export function houseView(words: Words, parts: HouseParts): TemplateResult {
  const { house, view } = parts;
  const sections = drawnSections(parts);
  return html`
    ${view.isSmall ? nothing : houseBar(words, house, view)}
    ${parts.found.size === 0 ? html`<p class="no-match" role="status">${words.say.noMatch(view.query)}</p>` : nothing}
    ${view.isArranging && view.failure ? html`<p class="fault" role="alert">${meaningOf(words, view.failure.code) ?? view.failure.message}</p>` : nothing}
    <div class="house">
      <div class="sections">
        ${repeat(
          view.isSmall ? inOne(sections) : sections,
          ({ section: { kind, name } }) => `${kind} ${name}`,
          (one) => sectionView(words, parts, one),
        )}
      </div>
    </div>
    ${view.isSmall ? forgetOffline(words, house, view) : nothing}
    ${editDialog(words, house, view)}
  `;
}

/** The topics of the devices that the search finds, in the order of the page. */
export function findDevices(words: Words, { sections, query, isSmall }: HouseView): readonly string[] {
  const states = sections.flatMap((section) => section.states);
  const isSearched = !isSmall && query.trim() !== '';
  const isMatch = createMatcher(query);
  const found = isSearched ? states.filter((state) => isMatch(textsOf(words, state))) : states;
  return found.map(({ device }) => device.topic);
}

/** A section, and those of its devices that are on the page by now. */
interface DrawnSection {
  readonly section: Section;
  readonly drawn: readonly DeviceState[];
}

function drawnSections({ view: { sections }, revealed }: HouseParts): readonly DrawnSection[] {
  return sections
    .map((section) => ({
      section,
      drawn: section.states.filter(({ device }) => revealed.drawn.has(device.topic)),
    }))
    .filter(({ drawn }) => drawn.length > 0);
}

function textsOf(words: Words, state: DeviceState): readonly string[] {
  return [titleOf(words, state), groupOf(state), state.device.topic];
}

/** A few devices need no sections. Hidden ones stay apart. */
function inOne(sections: readonly DrawnSection[]): readonly DrawnSection[] {
  const isShown = ({ section }: DrawnSection) => section.kind !== 'hidden';
  const shown = sections.filter(isShown);
  const all: DrawnSection = {
    section: { kind: 'group', name: '', states: shown.flatMap(({ section }) => section.states) },
    drawn: shown.flatMap(({ drawn }) => drawn),
  };
  return [all, ...sections.filter((one) => !isShown(one))];
}

function houseBar({ say }: Words, house: House, { query, isArranging, identity }: HouseView): TemplateResult {
  const search = ({ currentTarget }: Event) => {
    if (currentTarget instanceof HTMLInputElement) house.search(currentTarget.value);
  };
  return html`
    <div class="house-bar">
      <div class="search" role="search">
        ${icons.search}
        <input type="search" aria-label=${say.search} placeholder=${say.search} autocomplete="off"
          spellcheck="false" .value=${query} @input=${search}>
      </div>
      ${
        isWatchOnly(identity)
          ? nothing
          : html`<button type="button" class="plain" aria-pressed=${isArranging} @click=${() => house.arrange(!isArranging)}>
              ${isArranging ? say.arranged : say.arrange}</button>`
      }
    </div>
    ${isArranging ? html`<p class="arrange-hint">${say.arrangeHint}</p>` : nothing}
  `;
}

function sectionView(words: Words, parts: HouseParts, { section, drawn }: DrawnSection): TemplateResult {
  const { view, found, revealed } = parts;
  const cells = html`
    <ul class="cells ${view.isSmall && section.kind !== 'hidden' ? 'few' : 'many'}" ?data-beside=${isOneOpen(view, section)}>
      ${repeat(
        drawn,
        ({ device }) => device.topic,
        (state) => cell(words, parts, { state, section, isShown: revealed.shown.has(state.device.topic) }),
      )}
    </ul>
  `;
  const isHidden = !section.states.some(({ device }) => found.has(device.topic));
  if (section.kind === 'hidden') return hiddenSection(words, view, { section, isHidden, cells });
  return html`
    <section class="section" data-section=${section.kind} ?hidden=${isHidden}
      style=${styleMap({ '--size': sizeOf(view, section) })}>
      ${hasHeading(view, section) ? heading(words, parts, section) : nothing}
      ${cells}
    </section>
  `;
}

/** Whether one device is an open card among tiles. */
function isOneOpen(view: HouseView, { states }: Section): boolean {
  const open = states.filter(({ device }) => isOpen(view, device.topic));
  return open.length === 1 && states.length > 1;
}

/** How many columns a section takes: one for each device, or all of them for an open card. */
function sizeOf(view: HouseView, { states }: Section): string {
  return states.some(({ device }) => isOpen(view, device.topic)) ? 'var(--columns)' : String(states.length);
}

function hiddenSection(
  { say }: Words,
  { query, isArranging }: HouseView,
  {
    section,
    isHidden,
    cells,
  }: { readonly section: Section; readonly isHidden: boolean; readonly cells: TemplateResult },
): TemplateResult {
  const isForced = isArranging || query.trim() !== '';
  return html`
    <details class="section" data-section="hidden" ?hidden=${isHidden} ?open=${guard([isForced], () => isForced)}>
      <summary>${say.hiddenSection} <span class="count">${section.states.length}</span></summary>
      ${cells}
    </details>
  `;
}

function hasHeading({ isSmall, sections }: HouseView, { kind, name }: Section): boolean {
  const isAlone = sections.filter(({ kind: other }) => other !== 'hidden').length === 1;
  return !isSmall && !(isAlone && kind === 'group' && name === '');
}

function heading(words: Words, { house, view }: CellParts, section: Section): TemplateResult {
  const { say } = words;
  const titles = {
    favorites: say.favorites,
    group: section.name || say.ungrouped,
    away: say.offlineSection,
    hidden: '',
  };
  return html`
    <header class="section-head">
      <h2>${titles[section.kind]} <span class="count">${section.states.length}</span></h2>
      ${section.kind === 'away' ? forgetAll(words, house, { view, section, label: say.forgetAll }) : nothing}
    </header>
  `;
}

/** With a few devices there is no heading for the offline ones. */
function forgetOffline(words: Words, house: House, view: HouseView): unknown {
  const section = view.sections.find(({ kind }) => kind === 'away');
  if (!section) return nothing;
  return html`<div class="house-foot">${forgetAll(words, house, { view, section, label: words.say.forgetOffline })}</div>`;
}

function forgetAll(
  words: Words,
  house: House,
  { view, section, label }: { readonly view: HouseView; readonly section: Section; readonly label: string },
): unknown {
  const { say } = words;
  const gone = section.states.filter(({ device }) => mayPublish(view.identity, `${device.topic}/info`));
  if (gone.length === 0) return nothing;
  const count = String(gone.length);
  const ask = ({ currentTarget }: Event) => {
    const dialog = currentTarget instanceof Element ? currentTarget.nextElementSibling : null;
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  };
  return html`
    <button type="button" class="plain" @click=${ask}>${label}</button>
    <dialog class="dialog" aria-labelledby="forget-title">
      <form method="dialog" @submit=${() => void house.forget(gone)}>
        <h2 id="forget-title">${say.forgetAllTitle(count)}</h2>
        <p>${say.forgetAllHint}</p>
        <div class="dialog-actions">
          <button type="button" class="plain" @click=${closeDialog}>${say.cancel}</button>
          <button type="submit" class="strong">${say.forget}</button>
        </div>
      </form>
    </dialog>
    ${view.failure ? html`<p class="fault" role="alert">${meaningOf(words, view.failure.code) ?? view.failure.message}</p>` : nothing}
  `;
}

function closeDialog({ currentTarget }: Event): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
}
