import { html } from 'lit/html.js';
import { map, merge } from 'rxjs';
import { colorPayload, textPayload } from '../../shared/payload.ts';
import { createProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createColor } from '../model/color.ts';
import { createFaults } from '../model/fault.ts';
import { card } from '../view/card.ts';
import { colorEntry } from '../view/color-entry.ts';
import { effectChoice } from '../view/effect-choice.ts';
import { coloredLamp } from '../view/lamp.ts';
import { overrideNote } from '../view/override.ts';
import { pinout } from '../view/pinout.ts';
import type { Kind } from './kind.ts';

/** An RGB LED: the color that is wanted, an effect, and a lamp of the color that is. */
export const rgb: Kind = (device) => {
  const { feed } = device;
  const property = createProperty(feed, 'color', colorPayload);
  const effect = createProperty(feed, 'effect', textPayload);
  const color = createColor(property);
  const faults = createFaults(feed, merge(property.refused$, effect.refused$));
  const takeBack = () => sendAgain(property);
  return (words) =>
    card(words, device, {
      emblem: coloredLamp(property.reading$),
      faults,
      isAllowed$: property.isAllowed$,
      body: html`
        ${overrideNote(words, device, { isAllowed$: property.isAllowed$, takeBack })}
        ${colorEntry(words, color)}
        <div class="settings">
          ${watch(device.info$.pipe(map(({ effects }) => effectChoice(words, effects, feed.topic, effect))))}
        </div>
        ${watch(device.info$.pipe(map((info) => pinout(words, info))))}
      `,
    });
};
