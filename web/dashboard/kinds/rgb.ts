import { html } from 'lit/html.js';
import { fromEvent, map } from 'rxjs';
import { bind, mount } from '../../shared/mount.ts';
import { colorPayload } from '../../shared/payload.ts';
import { permit } from '../../shared/permit.ts';
import { createProperty } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import { pinout } from '../view/pinout.ts';
import type { Kind } from './kind.ts';

/** An RGB LED: the colour that is wanted, and a lamp of the colour that is. */
export const rgb: Kind = (device) => {
  const color = createProperty(device.feed, 'color', colorPayload);
  const faults = createFaults(device.feed, color.refused$);
  return (words) =>
    card(words, device, {
      title: words.say.rgb,
      emblem: html`<span class="lamp colored" aria-hidden="true" ${bind(HTMLElement, color.actual$, showColor)}></span>`,
      faults,
      isAllowed$: color.isAllowed$,
      body: html`
        <p class="figure">
          <label class="color">
            <input type="color" aria-label=${words.say.color} ${permit(HTMLInputElement, color)}
              ${bind(HTMLInputElement, color.value$, (input, value) => {
                input.value = value ?? '#000000';
              })}
              ${mount(HTMLInputElement, (input) => fromEvent(input, 'input').subscribe(() => color.set(input.value)))}>
            <span>${watch(color.value$.pipe(map((value) => value ?? '–')))}</span>
          </label>
          <span class="actual">${words.say.actual} <b>${watch(color.actual$)}</b></span>
        </p>
        ${watch(device.info$.pipe(map(({ gpios }) => pinout(words, gpios))))}
      `,
    });
};

function showColor(lamp: HTMLElement, color: string): void {
  lamp.style.setProperty('--color', color);
}
