import { guard } from 'lit/directives/guard.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { mayPublish } from '../../../hub/client/identity.ts';
import type { Device, DeviceState } from '../../shared/devices.ts';
import { labelTopic } from '../../shared/label.ts';
import type { Sight } from '../../shared/sight.ts';
import type { View } from '../kinds/kind.ts';
import { type House, type HouseView, isOpen } from '../model/house.ts';
import { groupOf, type Section } from '../model/sections.ts';
import type { TileView } from '../tiles/tile.ts';
import type { Words } from '../words.ts';
import { arrangingTile } from './arrange.ts';
import { icons } from './icons.ts';
import { whileNear } from './near.ts';
import { titleOf } from './title.ts';

/** The views of a device: each is made once, when it is first needed. */
export interface DeviceViews {
  tileOf(device: Device): TileView;
  cardOf(device: Device): View;
}

export interface CellParts {
  readonly house: House;
  readonly view: HouseView;
  readonly views: DeviceViews;
  readonly isNear: Sight;
}

/** A device's place on the page: a tile that opens into the device's card. A cell is rendered again only when something in it has changed. */
export function cell(
  words: Words,
  parts: CellParts,
  {
    state,
    section,
    isShown,
  }: { readonly state: DeviceState; readonly section: Section; readonly isShown: boolean },
): unknown {
  const { view } = parts;
  const { topic } = state.device;
  const isOpened = isOpen(view, topic);
  const mayEdit = mayPublish(view.identity, `${topic}/${labelTopic('name')}`);
  const place = view.isArranging ? section : undefined;
  const cellState = { state, section, isOpened, mayEdit };
  const seen = [words, state, isOpened, mayEdit, view.isSmall, section.kind, place];
  // The search hides and shows many cells at once. Their content is not rendered again.
  const content = guard(seen, () =>
    place && !view.isSmall
      ? arrangingTile(words, parts.house, cellState)
      : cellContent(words, parts, cellState),
  );
  return guard([...seen, isShown], () => cellView(cellState, { isShown, content }));
}

interface CellState {
  readonly state: DeviceState;
  readonly section: Section;
  readonly isOpened: boolean;
  readonly mayEdit: boolean;
}

function cellView(
  { state, isOpened }: CellState,
  { isShown, content }: { readonly isShown: boolean; readonly content: unknown },
): TemplateResult {
  const { device } = state;
  return html`
    <li class="cell" data-topic=${device.topic} data-kind=${device.kind} ?data-open=${isOpened}
      ?data-offline=${state.status !== 'online'} ?hidden=${!isShown}>
      ${content}
    </li>
  `;
}

function cellContent(words: Words, parts: CellParts, cellState: CellState): unknown {
  const { house, view } = parts;
  const { state, section, isOpened, mayEdit } = cellState;
  const { topic } = state.device;
  const title = titleOf(words, state);
  // A device without a name has its topic for a title, which begins with the group.
  const group = section.kind === 'group' || title === topic ? '' : groupOf(state);
  const open = () => house.open(topic, !isOpened);
  const edit = () => house.edit(topic);
  return html`
    ${
      view.isSmall
        ? nothing
        : html`<button type="button" class="opener" aria-expanded=${isOpened} @click=${open}>
            <span class="opener-title">${group ? html`<i class="opener-group">${group}</i>` : nothing}<span>${title}</span></span>
            ${icons.chevron}
          </button>`
    }
    ${isOpened ? cardPlace(words, parts, state) : tilePlace(words, parts, { state, title })}
    ${
      isOpened && mayEdit
        ? html`<button type="button" class="edit" title=${words.say.edit} aria-label=${words.say.editDevice(title)} @click=${edit}>${icons.edit}</button>`
        : nothing
    }
  `;
}

/** A card that somebody has used stays open when more devices come. */
function cardPlace(words: Words, { house, views }: CellParts, { device }: DeviceState): TemplateResult {
  const keep = () => house.open(device.topic, true);
  return html`
    <div class="card-place" @pointerdown=${keep} @keydown=${keep}>
      ${guard([device, words], () => views.cardOf(device)(words))}
    </div>
  `;
}

function tilePlace(
  words: Words,
  { views, isNear }: CellParts,
  { state: { device, status }, title }: { readonly state: DeviceState; readonly title: string },
): TemplateResult {
  const live = guard([device, words, title], () =>
    whileNear(isNear, () => views.tileOf(device)(words, title)),
  );
  return html`
    <div class="tile" ${live}></div>
    ${status === 'online' ? nothing : html`<span class="tile-presence">${words.say.offline}</span>`}
  `;
}
