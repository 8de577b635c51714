import { html, nothing, type TemplateResult } from 'lit/html.js';
import { map, NEVER, type Observable } from 'rxjs';
import { type PropertyInfo, rangeOf } from '../../../devices/facts/property-info.ts';
import { mount } from '../../shared/mount.ts';
import { numberPayload } from '../../shared/payload.ts';
import { createProperty, type DeviceProperty, type Property, sendAgain } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { digitsOf } from '../model/digits.ts';
import { knownOf } from '../model/known.ts';
import { createLookBack, type LookBack } from '../model/look-back.ts';
import { stepOf } from '../model/step.ts';
import { actual } from '../view/actual.ts';
import { chart } from '../view/chart.ts';
import { numberBox } from '../view/number-box.ts';
import { slider, track } from '../view/slider.ts';
import type { Words } from '../words.ts';
import { labelOf, type PropertyContext, type PropertyKind, type TileControlKind } from './property-kind.ts';

/** A number: a slider if its range is known, else a box; a reading in large figures if it cannot be set; and a chart of its past. */
export const number: PropertyKind = (context) => {
  const { device, info } = context;
  const property = createProperty(device.feed, info.property, numberPayload);
  const known$ = knownOf(info, property);
  const lookBack = info.hasActual ? lookBackOf(context, property) : undefined;
  return {
    info,
    refused$: property.refused$,
    isAllowed$: property.isAllowed$,
    sendAgain: () => sendAgain(property),
    view: (words) => html`
      <div class="property" role="group" aria-label=${labelOf(info)}>
        ${info.isSettable ? entry(words, info, property, known$) : reading(words, info, known$)}
        ${lookBack ? past(words, context, lookBack) : nothing}
      </div>
    `,
  };
};

/** The slider alone, on a tile; nothing if its range is not known. */
export const numberControl: TileControlKind = ({ device, info }) => {
  const range = rangeOf(info);
  if (!range) return undefined;
  const property = createProperty(device.feed, info.property, numberPayload);
  const parts = { ...range, ...measureOf(info), actual$: knownOf(info, property) };
  return (words, title) => track(words, property, { ...parts, label: `${title}: ${labelOf(info)}` });
};

/** A value as the device reports it, with its unit; `undefined` if it is not a number. */
export function writeNumber(words: Words, { unit, step }: PropertyInfo, text: string): string | undefined {
  const value = numberPayload.read(text);
  return value === undefined ? undefined : words.measure(value, unit, digitsOf(step)).trim();
}

/** The unit and the step of a number. */
function measureOf(info: PropertyInfo) {
  const step = stepOf(info);
  return { unit: info.unit, step, digits: digitsOf(step) };
}

function lookBackOf({ device, info, surroundings }: PropertyContext, property: Property<number>): LookBack {
  return createLookBack({
    ...surroundings,
    topic: `${device.feed.topic}/${info.property}/actual`,
    wanted$: info.isSettable ? property.value$ : NEVER,
    actual$: property.actual$,
    isThere$: device.isOnline$,
  });
}

function reading(words: Words, info: PropertyInfo, known$: Observable<number | undefined>): TemplateResult {
  const digits = digitsOf(info.step);
  const figures$ = known$.pipe(map((value) => (value === undefined ? '' : words.number(value, digits))));
  return html`
    <p class="reading">
      <span class="name">${labelOf(info)}</span>
      <output><b>${watch(figures$)}</b> ${info.unit}</output>
    </p>
  `;
}

function entry(
  words: Words,
  info: PropertyInfo,
  property: DeviceProperty<number>,
  known$: Observable<number | undefined>,
): TemplateResult {
  const range = rangeOf(info);
  const label = labelOf(info);
  const { unit } = info;
  const parts = { ...measureOf(info), boxLabel: unit === '' ? label : `${label}, ${unit}` };
  if (range) {
    return html`<h3 class="name">${label}</h3>${slider(words, property, { ...range, ...parts, label, actual$: known$ })}`;
  }
  const { min, max } = info;
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  const actual$ = property.reading$.pipe(
    map((value) => (value === undefined ? undefined : words.measure(value, unit, parts.digits))),
  );
  return html`
    <div class="setting">
      <span class="name">${label}</span>
      <span class="pair">
        ${numberBox(words, property, { ...bounds, ...parts, label: parts.boxLabel })}
        ${info.hasActual ? actual(words, actual$) : nothing}
      </span>
    </div>
  `;
}

/** The chart of a reading is open; the chart of a setting can be opened. */
function past(words: Words, { device, info }: PropertyContext, lookBack: LookBack): TemplateResult {
  const { unit, step, isSettable } = info;
  const scale = {
    name: labelOf(info),
    unit,
    ...rangeOf(info),
    digits: digitsOf(step),
    isReadOnly: !isSettable,
  };
  const picture = html`<div ${mount(HTMLElement, () => lookBack.recording$.subscribe())}>
    ${chart(words, `${device.topic}/${info.property}`, lookBack, scale)}
  </div>`;
  if (!isSettable) return picture;
  return html`<details class="past"><summary>${words.say.past}</summary>${picture}</details>`;
}
