import { html, nothing } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, map } from 'rxjs';
import { OVERRIDDEN_PROPERTY, type PropertyInfo, rangeOf } from '../../../devices/facts/property-info.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import type { DeviceInfo } from '../../shared/device-info.ts';
import type { Device } from '../../shared/devices.ts';
import { booleanPayload, numberPayload } from '../../shared/payload.ts';
import { createProperty } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { digitsOf } from '../model/digits.ts';
import { track } from '../view/slider.ts';
import { toggle } from '../view/toggle.ts';
import type { Words } from '../words.ts';
import { type TileKind, tile } from './tile.ts';

/** Any other device: the first property that it describes, with its control; without a description, the first value that there is. */
export const otherTile: TileKind = (device) => {
  const { feed, kind, info$ } = device;
  const main$ = info$.pipe(map(mainProperty), distinctUntilChanged(isSame));
  const controls$ = main$.pipe(map((info) => info && createTileControl(device, info)));
  return (words, title) => {
    const value$ = combineLatest([main$, feed.properties$]).pipe(
      map(([info, values]) => (info ? writtenValue(words, info, values) : firstValue(values))),
    );
    return tile({
      emblem: html`<span class="emblem" aria-hidden="true">${kind.slice(0, 1).toUpperCase()}</span>`,
      value$,
      control: watch(controls$.pipe(map((control) => control?.(words, title) ?? nothing))),
    });
  };
};

/** What one looks at first: the first property that has a value. */
function mainProperty({ properties }: DeviceInfo): PropertyInfo | undefined {
  const shown = properties.filter(
    ({ property, type }) => property !== OVERRIDDEN_PROPERTY && type !== 'trigger',
  );
  return shown.find(({ hasActual }) => hasActual) ?? shown[0];
}

/** A description that comes again must not make its control again. */
function isSame(one: PropertyInfo | undefined, other: PropertyInfo | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A switch, or a slider if the range is known. Everything else is set on the open card. */
function createTileControl({ feed }: Device, info: PropertyInfo) {
  if (!info.isSettable || info.isMomentary) return undefined;
  const label = (title: string) => `${title}: ${info.name ?? info.property}`;
  if (info.type === 'boolean') {
    const property = createProperty(feed, info.property, booleanPayload);
    return (_words: Words, title: string) => toggle(property, { label: label(title) }, property.actual$);
  }
  const range = info.type === 'number' ? rangeOf(info) : undefined;
  if (!range) return undefined;
  const property = createProperty(feed, info.property, numberPayload);
  const { unit, step } = info;
  return (words: Words, title: string) =>
    track(words, property, {
      label: label(title),
      unit,
      ...range,
      ...(step !== undefined && { step, digits: digitsOf(step) }),
      actual$: property.actual$,
    });
}

function writtenValue(words: Words, info: PropertyInfo, values: ReadonlyMap<string, BusMessage>): string {
  const { property, type, unit, step } = info;
  const text = (values.get(`${property}/actual`) ?? values.get(property))?.text ?? '';
  const number = type === 'number' ? numberPayload.read(text) : undefined;
  if (number !== undefined) return words.measure(number, unit, digitsOf(step));
  const flag = type === 'boolean' ? booleanPayload.read(text) : undefined;
  if (flag !== undefined) return flag ? words.say.on : words.say.off;
  return text;
}

/** What every device says of itself, which is no value of its own. */
const REPORTS = new Set(['info', 'status', 'error']);

function firstValue(properties: ReadonlyMap<string, BusMessage>): string {
  const names = [...properties.keys()].filter((name) => !REPORTS.has(name)).sort();
  const name = names.find((one) => one.endsWith('/actual')) ?? names[0] ?? '';
  return properties.get(name)?.text ?? '';
}
