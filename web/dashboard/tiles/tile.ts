import { html, nothing, type TemplateResult } from 'lit/html.js';
import { type Observable, of } from 'rxjs';
import type { Device } from '../../shared/devices.ts';
import { bind } from '../../shared/mount.ts';
import { READABLE, watch } from '../../shared/watch.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { Words } from '../words.ts';

/** The live part of a closed device, in a language. `title` goes into the names of its controls, so that no two of them have the same name. */
export type TileView = (words: Words, title: string) => TemplateResult;

/** A kind of device as a tile: makes the models for one device, once, when it first comes near the screen. */
export type TileKind = (device: Device, surroundings: Surroundings) => TileView;

export interface TileParts {
  /** The picture of the device: its lamp, its knob. */
  readonly emblem: TemplateResult;
  /** The device's current state, in a word or a number. */
  readonly value$: Observable<string>;
  /** Whether the value is a text, which may need several lines. */
  readonly isText$?: Observable<boolean>;
  /** The one control on the tile. */
  readonly control?: unknown;
}

/** The live part of a tile: emblem, value and control around the device's name, which the page itself writes. */
export function tile({ emblem, value$, isText$ = of(false), control = nothing }: TileParts): TemplateResult {
  return html`
    <span class="tile-emblem">${emblem}</span>
    <span class="tile-value" ${bind(HTMLElement, isText$, showText)}>${watch(value$, READABLE)}</span>
    <span class="tile-control">${control}</span>
  `;
}

function showText(value: HTMLElement, isText: boolean): void {
  value.toggleAttribute('data-text', isText);
}
