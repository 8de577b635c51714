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
import { labelOf, type PropertyContext, type PropertyKind, type TileControlKind } from './property-kind.ts';

/** Yes or no: a switch, a button to hold if it is momentary, or a word if it cannot be set. */
export const boolean: PropertyKind = (context) => {
  const { info } = context;
  const property = propertyOf(context);
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => (info.isMomentary ? undefined : sendAgain(property)),
    view: (words) =>
      html`<div class="property" role="group" aria-label=${labelOf(info)}>${entry(words, context, property)}</div>`,
  };
};

/** The control of a boolean on a tile. */
export const booleanControl: TileControlKind = (context) => {
  const property = propertyOf(context);
  const text = labelOf(context.info);
  return (words, title) => control(words, context, property, { text, label: `${title}: ${text}` });
};

/** A value as the device reports it: on or off; `undefined` for anything else. */
export function writeBoolean(words: Words, text: string): string | undefined {
  return wordOf(words, booleanPayload.read(text));
}

function propertyOf({ device, info }: PropertyContext): DeviceProperty<boolean> {
  const create = info.isMomentary ? createMomentary : createSwitch;
  return create(device.feed, info.property);
}

const createSwitch: typeof createMomentary = (feed, name) => createProperty(feed, name, booleanPayload);

function entry(words: Words, context: PropertyContext, property: DeviceProperty<boolean>): TemplateResult {
  const { info } = context;
  const label = labelOf(info);
  const word$ = knownOf(info, property).pipe(map((value) => wordOf(words, value)));
  if (!info.isSettable) {
    return html`<p class="reading"><span class="name">${label}</span><output><b>${watch(word$)}</b></output></p>`;
  }
  const name = { text: label, label };
  return html`<div class="pair">${control(words, context, property, name)}${info.hasActual ? actual(words, word$) : nothing}</div>`;
}

/** The control. `label` is its name for screen readers, `text` is written on it. */
function control(
  words: Words,
  { device, info, surroundings }: PropertyContext,
  property: DeviceProperty<boolean>,
  name: { readonly text: string; readonly label: string },
): TemplateResult {
  if (!info.isMomentary) return toggle(property, name, knownOf(info, property));
  return pressButton(words, { device, pressed: property, isHubThere$: surroundings.isOnline$, ...name });
}

function wordOf({ say }: Words, value: boolean | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value ? say.on : say.off;
}
