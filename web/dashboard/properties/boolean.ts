import { html, nothing, type TemplateResult } from 'lit/html.js';
import { map } from 'rxjs';
import { booleanPayload } from '../../shared/payload.ts';
import { createMomentary, createProperty, type DeviceProperty, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { pressButton } from '../kinds/button.ts';
import { knownOf } from '../model/known.ts';
import { actual } from '../view/actual.ts';
import { toggle } from '../view/toggle.ts';
import type { Words } from '../words.ts';
import { labelOf, type PropertyContext, type PropertyKind } from './property-kind.ts';

/** Yes or no: a switch, a button to hold if it is momentary, or a word if it cannot be set. */
export const boolean: PropertyKind = (context) => {
  const { device, info } = context;
  const create = info.isMomentary ? createMomentary : createSwitch;
  const property = create(device.feed, info.property);
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => (info.isMomentary ? undefined : sendAgain(property)),
    view: (words) =>
      html`<section class="property" aria-label=${labelOf(info)}>${entry(words, context, property)}</section>`,
  };
};

const createSwitch: typeof createMomentary = (feed, name) => createProperty(feed, name, booleanPayload);

function entry(
  words: Words,
  { device, info, surroundings }: PropertyContext,
  property: DeviceProperty<boolean>,
): TemplateResult {
  const label = labelOf(info);
  const known$ = knownOf(info, property);
  const word$ = known$.pipe(map((value) => wordOf(words, value)));
  if (!info.isSettable) {
    return html`<p class="reading"><span class="name">${label}</span><output><b>${watch(word$)}</b></output></p>`;
  }
  const control = info.isMomentary
    ? pressButton(words, {
        device,
        pressed: property,
        isHubThere$: surroundings.isOnline$,
        label,
        text: label,
      })
    : toggle(property, { text: label }, known$);
  return html`<div class="pair">${control}${info.hasActual ? actual(words, word$) : nothing}</div>`;
}

function wordOf({ say }: Words, value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? say.on : say.off;
}
