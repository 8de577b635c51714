import { html, nothing } from 'lit/html.js';
import { textPayload } from '../../shared/payload.ts';
import { createProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { actual } from '../view/actual.ts';
import { textBox } from '../view/text-box.ts';
import { labelOf, type PropertyKind } from './property-kind.ts';

/** A text: a box to type it or, if it cannot be set, the text alone. */
export const text: PropertyKind = ({ device, info }) => {
  const property = createProperty(device.feed, info.property, textPayload);
  const label = labelOf(info);
  const known = () => watch(info.hasActual ? property.reading$ : property.value$);
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => sendAgain(property),
    view: (words) => {
      if (!info.isSettable) {
        return html`<div class="property" role="group" aria-label=${label}>
          <p class="reading"><span class="name">${label}</span><output class="words">${known()}</output></p>
        </div>`;
      }
      return html`<div class="property" role="group" aria-label=${label}>
        <div class="setting"><span class="name">${label}</span>${textBox(words, property, label)}${info.hasActual ? actual(words, property.reading$) : nothing}</div>
      </div>`;
    },
  };
};
