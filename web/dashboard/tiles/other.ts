import type { TemplateResult } from 'lit/html.js';
import { distinctUntilChanged, map, type Observable, switchMap } from 'rxjs';
import {
  OVERRIDDEN_PROPERTY,
  type PropertyInfo,
  type PropertyType,
  rangeOf,
} from '../../../devices/facts/property-info.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import type { DeviceInfo } from '../../shared/device-info.ts';
import type { Device } from '../../shared/devices.ts';
import { booleanPayload, numberPayload } from '../../shared/payload.ts';
import { createMomentary, createProperty } from '../../shared/property.ts';
import { watch } from '../../shared/watch.ts';
import { pressButton } from '../kinds/button.ts';
import { digitsOf } from '../model/digits.ts';
import { knownOf } from '../model/known.ts';
import { labelOf } from '../properties/property-kind.ts';
import { letterEmblem } from '../view/letter-emblem.ts';
import { track } from '../view/slider.ts';
import { toggle } from '../view/toggle.ts';
import type { Words } from '../words.ts';
import { type TileKind, tile } from './tile.ts';

/** Any other device: the first thing that it measures, and the first that can be set with one control. */
export const otherTile: TileKind = (device) => {
  const { info$, feed, kind } = device;
  const reading$ = info$.pipe(map(readingOf), distinctUntilChanged(isSame));
  const setting$ = info$.pipe(map(settingOf), distinctUntilChanged(isSame));
  const first$ = feed.properties$.pipe(map(firstValue));
  return (words, title) =>
    tile({
      emblem: letterEmblem(kind),
      value$: reading$.pipe(switchMap((info) => (info ? watchValue(words, device, info) : first$))),
      control: watch(setting$.pipe(map((info) => (info ? controlOf(words, device, { info, title }) : '')))),
    });
};

function isSame(one: PropertyInfo | undefined, other: PropertyInfo | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A number that is measured is told before anything else. */
function readingOf({ properties }: DeviceInfo): PropertyInfo | undefined {
  const readable = properties.filter(
    ({ property, type }) => property !== OVERRIDDEN_PROPERTY && type !== 'trigger',
  );
  const measured = readable.filter(({ isSettable }) => !isSettable);
  return measured.find(({ type }) => type === 'number') ?? measured[0] ?? readable[0];
}

/** The types that one control on a tile can set. */
const TILE_TYPES: readonly PropertyType[] = ['number', 'boolean'];

function settingOf({ properties }: DeviceInfo): PropertyInfo | undefined {
  return properties.find(
    (info) =>
      info.isSettable &&
      TILE_TYPES.includes(info.type) &&
      (info.type !== 'number' || rangeOf(info) !== undefined),
  );
}

function watchValue(words: Words, { feed }: Device, info: PropertyInfo): Observable<string> {
  const text$ = feed.text$(info.hasActual ? `${info.property}/actual` : info.property);
  return text$.pipe(map((text) => written(words, info, text)));
}

function written(words: Words, { type, unit, step }: PropertyInfo, text: string): string {
  if (type === 'number') {
    const value = numberPayload.read(text);
    return value === undefined ? text : words.measure(value, unit, digitsOf(step)).trim();
  }
  const isOn = type === 'boolean' ? booleanPayload.read(text) : undefined;
  if (isOn === undefined) return text;
  return isOn ? words.say.on : words.say.off;
}

interface Setting {
  readonly info: PropertyInfo;
  readonly title: string;
}

function controlOf(words: Words, device: Device, { info, title }: Setting): TemplateResult {
  const label = labelOf(info);
  if (info.type === 'number') return numberControl(words, device, { info, title });
  if (info.isMomentary) {
    const pressed = createMomentary(device.feed, info.property);
    return pressButton(words, device, pressed, { label: `${title}: ${label}`, text: label });
  }
  const property = createProperty(device.feed, info.property, booleanPayload);
  return toggle(property, { text: label, label: `${title}: ${label}` }, knownOf(info, property));
}

function numberControl(words: Words, { feed }: Device, { info, title }: Setting): TemplateResult {
  const property = createProperty(feed, info.property, numberPayload);
  const { min, max } = rangeOf(info) ?? { min: 0, max: 100 };
  return track(words, property, {
    label: `${title}: ${labelOf(info)}`,
    unit: info.unit,
    min,
    max,
    ...(info.step !== undefined && { step: info.step }),
    actual$: knownOf(info, property),
  });
}

/** What every device says of itself, which is no value of its own. */
const REPORTS = new Set(['info', 'status', 'error']);

/** Of a device that describes nothing: its first property. */
function firstValue(properties: ReadonlyMap<string, BusMessage>): string {
  const names = [...properties.keys()].filter((name) => !REPORTS.has(name)).sort();
  const name = names.find((one) => one.endsWith('/actual')) ?? names[0] ?? '';
  return properties.get(name)?.text ?? '';
}
