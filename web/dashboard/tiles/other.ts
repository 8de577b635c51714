import type { TemplateResult } from 'lit/html.js';
import { distinctUntilChanged, map, switchMap } from 'rxjs';
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
import { stepOf } from '../model/step.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { watchText } from '../model/watch-text.ts';
import { labelOf } from '../properties/property-kind.ts';
import { letterEmblem } from '../view/letter-emblem.ts';
import { track } from '../view/slider.ts';
import { toggle } from '../view/toggle.ts';
import type { Words } from '../words.ts';
import { type TileKind, tile } from './tile.ts';

/** Any other device: the first thing that it measures, and the first that can be set with one control. */
export const otherTile: TileKind = (device, surroundings) => {
  const { info$, feed, kind } = device;
  const reading$ = info$.pipe(map(readingOf), distinctUntilChanged(isSame));
  const controls = new Map<string, ControlView>();
  const control$ = info$.pipe(
    map(settingOf),
    distinctUntilChanged(isSame),
    map(
      (info) => info && keptIn(controls, JSON.stringify(info), () => controlOf(device, surroundings, info)),
    ),
  );
  const first$ = feed.properties$.pipe(map(firstValue));
  return (words, title) =>
    tile({
      emblem: letterEmblem(kind),
      value$: reading$.pipe(
        switchMap((info) =>
          info ? watchText(feed, info).pipe(map((text) => written(words, info, text))) : first$,
        ),
      ),
      control: watch(control$.pipe(map((control) => control?.(words, title) ?? ''))),
    });
};

/** A control around its model: the model outlives the views, as when the device is renamed. */
type ControlView = (words: Words, title: string) => TemplateResult;

/** What the map has, made once. It keeps one entry: a device is seldom described in another way. */
function keptIn<T>(known: Map<string, T>, key: string, create: () => T): T {
  const one = known.get(key) ?? create();
  known.clear();
  known.set(key, one);
  return one;
}

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

function written(words: Words, { type, unit, step }: PropertyInfo, text: string): string {
  if (type === 'number') {
    const value = numberPayload.read(text);
    return value === undefined ? text : words.measure(value, unit, digitsOf(step)).trim();
  }
  const isOn = type === 'boolean' ? booleanPayload.read(text) : undefined;
  if (isOn === undefined) return text;
  return isOn ? words.say.on : words.say.off;
}

function controlOf(device: Device, { isOnline$ }: Surroundings, info: PropertyInfo): ControlView {
  const label = labelOf(info);
  if (info.type === 'number') return numberControl(device, info);
  if (info.isMomentary) {
    const pressed = createMomentary(device.feed, info.property);
    const parts = { device, pressed, isHubThere$: isOnline$, text: label };
    return (words, title) => pressButton(words, { ...parts, label: `${title}: ${label}` });
  }
  const property = createProperty(device.feed, info.property, booleanPayload);
  const known$ = knownOf(info, property);
  return (_words, title) => toggle(property, { text: label, label: `${title}: ${label}` }, known$);
}

function numberControl({ feed }: Device, info: PropertyInfo): ControlView {
  const property = createProperty(feed, info.property, numberPayload);
  const step = stepOf(info);
  const parts = {
    unit: info.unit,
    ...(rangeOf(info) ?? { min: 0, max: 100 }),
    step,
    digits: digitsOf(step),
    actual$: knownOf(info, property),
  };
  return (words, title) => track(words, property, { ...parts, label: `${title}: ${labelOf(info)}` });
}

/** What every device says of itself, which is no value of its own. */
const REPORTS = new Set(['info', 'status', 'error']);

/** Of a device that describes nothing: its first property. */
function firstValue(properties: ReadonlyMap<string, BusMessage>): string {
  const names = [...properties.keys()].filter((name) => !REPORTS.has(name)).sort();
  const name = names.find((one) => one.endsWith('/actual')) ?? names[0] ?? '';
  return properties.get(name)?.text ?? '';
}
