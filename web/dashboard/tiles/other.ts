import { distinctUntilChanged, map, switchMap } from 'rxjs';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import { OVERRIDDEN_PROPERTY, type PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import { watch } from '../../shared/watch.ts';
import { watchText } from '../model/watch-text.ts';
import { createTileControl, fitsTile, writeValue } from '../properties/index.ts';
import { letterEmblem } from '../view/letter-emblem.ts';
import { type TileKind, tile } from './tile.ts';

/** Any other device: the first thing that it measures, and the first that can be set with one control. */
export const otherTile: TileKind = (device, surroundings) => {
  const { info$, feed, kind } = device;
  const reading$ = info$.pipe(map(readingOf), distinctUntilChanged(isSame));
  const controls = new Map<string, ReturnType<typeof createTileControl>>();
  const control$ = info$.pipe(
    map(settingOf),
    distinctUntilChanged(isSame),
    map((info) => info && keptIn(controls, info, () => createTileControl({ device, info, surroundings }))),
  );
  const first$ = feed.properties$.pipe(map(firstValue));
  return (words, title) =>
    tile({
      emblem: letterEmblem(kind),
      value$: reading$.pipe(
        switchMap((info) =>
          info ? watchText(feed, info).pipe(map((text) => writeValue(words, info, text))) : first$,
        ),
      ),
      isText$: reading$.pipe(map((info) => info?.type === 'text')),
      control: watch(control$.pipe(map((control) => control?.(words, title) ?? ''))),
    });
};

/**
 * The control's model, made once: it outlives the views, as when the device is renamed. The map keeps one entry: a device is seldom described
 * in another way.
 */
function keptIn<T>(known: Map<string, T>, info: PropertyInfo, create: () => T): T {
  const key = JSON.stringify(info);
  const one = known.get(key) ?? create();
  known.clear();
  known.set(key, one);
  return one;
}

function isSame(one: PropertyInfo | undefined, other: PropertyInfo | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A measured value comes first, a number before others. Without one, the tile shows the value of its control. */
function readingOf(info: DeviceInfo): PropertyInfo | undefined {
  const readable = info.properties.filter(
    ({ property, type }) => property !== OVERRIDDEN_PROPERTY && type !== 'trigger',
  );
  const measured = readable.filter(({ isSettable }) => !isSettable);
  return measured.find(({ type }) => type === 'number') ?? measured[0] ?? settingOf(info) ?? readable[0];
}

function settingOf({ properties }: DeviceInfo): PropertyInfo | undefined {
  return properties.find(fitsTile);
}

/** The topics on which every device reports about itself: none of them is a value. */
const REPORTS = new Set(['info', 'status', 'error']);

/** The value on the tile of a device that describes nothing: its first property's. */
function firstValue(properties: ReadonlyMap<string, BusMessage>): string {
  const names = [...properties.keys()].filter((name) => !REPORTS.has(name)).sort();
  const name = names.find((one) => one.endsWith('/actual')) ?? names[0] ?? '';
  return properties.get(name)?.text ?? '';
}
