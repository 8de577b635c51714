import { html, nothing, type TemplateResult } from 'lit/html.js';
import { textPayload } from '../../shared/payload.ts';
import { createProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { actual } from '../view/actual.ts';
import { choice as radios, wordPicker } from '../view/select.ts';
import { labelOf, type PropertyKind } from './property-kind.ts';

/** The most options that fit beside each other. */
const MOST_RADIOS = 4;

/** One of several words: beside each other if there are few, else in a list; a word if it cannot be set. */
export const choice: PropertyKind = ({ device, info }) => {
  const property = createProperty(device.feed, info.property, textPayload);
  const label = labelOf(info);
  const known = () => watch(info.hasActual ? property.reading$ : property.value$);
  const entry = (): TemplateResult => {
    if (info.options.length > MOST_RADIOS) {
      return html`<div class="setting"><span class="name">${label}</span>${wordPicker(property, info.options, label)}</div>`;
    }
    const options = info.options.map((value) => ({ value, label: value }));
    return radios(property, { legend: label, group: `${device.topic}/${info.property}`, options });
  };
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => sendAgain(property),
    view: (words) => html`
        <div class="property" role="group" aria-label=${label}>
          ${
            info.isSettable
              ? html`<div class="pair">${entry()}${info.hasActual ? actual(words, property.reading$) : nothing}</div>`
              : html`<p class="reading"><span class="name">${label}</span><output><b>${known()}</b></output></p>`
          }
        </div>
      `,
  };
};
