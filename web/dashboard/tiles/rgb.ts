import { html } from 'lit/html.js';
import { fromEvent, map } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { colorPayload } from '../../shared/payload.ts';
import { permit } from '../../shared/permit.ts';
import { createProperty } from '../../shared/property.ts';
import { coloredLamp } from '../view/lamp.ts';
import { type TileKind, tile } from './tile.ts';

/** An RGB LED: its color. */
export const rgbTile: TileKind = ({ feed }) => {
  const color = createProperty(feed, 'color', colorPayload);
  return (words, title) =>
    tile({
      emblem: coloredLamp(color.reading$),
      value$: color.reading$.pipe(map((value) => value ?? '')),
      control: html`
        <input type="color" aria-label=${`${title}: ${words.say.color}`} ${permit(HTMLInputElement, color)}
          ${bind(HTMLInputElement, color.value$, (input, value) => {
            input.value = value ?? '#000000';
          })}
          ${mount(HTMLInputElement, (input) => fromEvent(input, 'input').subscribe(() => color.set(input.value)))}>
      `,
    });
};
