import { html, type TemplateResult } from 'lit/html.js';
import { bind } from '../../shared/mount.ts';
import { colorPayload } from '../../shared/payload.ts';
import { createProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { createColor } from '../model/color.ts';
import { knownOf } from '../model/known.ts';
import { colorEntry } from '../view/color-entry.ts';
import { showColor } from '../view/lamp.ts';
import { labelOf, type PropertyKind } from './property-kind.ts';

/** A color: a wheel with presets and brightness, or a swatch if it cannot be set. */
export const color: PropertyKind = ({ device, info }) => {
  const property = createProperty(device.feed, info.property, colorPayload);
  const model = createColor(property);
  const label = labelOf(info);
  const swatch = (): TemplateResult => {
    const known$ = knownOf(info, property);
    return html`
      <p class="reading">
        <span class="name">${label}</span>
        <output><span class="swatch" ${bind(HTMLElement, known$, showColor)}></span> <code>${watch(known$)}</code></output>
      </p>
    `;
  };
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => sendAgain(property),
    view: (words) => html`
      <div class="property" role="group" aria-label=${label}>
        ${info.isSettable ? html`<h3 class="name">${label}</h3>${colorEntry(words, model)}` : swatch()}
      </div>
    `,
  };
};
