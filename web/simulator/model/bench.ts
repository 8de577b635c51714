import { combineLatest, distinctUntilChanged, map, type Observable, startWith } from 'rxjs';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import { hasPiHeader } from '../../../devices/facts/drivers.ts';
import type { BusMessage } from '../../../hub/core/index.ts';
import type { Device } from '../../shared/devices.ts';
import { followEach } from '../../shared/follow-each.ts';
import type { PinState } from './pin-state.ts';

/** The state of a device at a moment. */
export interface BenchDevice {
  /** The kind and the id, like `led/21`, without the board's prefix. */
  readonly path: string;
  readonly kind: string;
  readonly id: string;
  readonly isOnline: boolean;
  /** Its description; `undefined` until it has arrived. */
  readonly info: DeviceInfo | undefined;
  /** The actual value of each property, by name, from `…/actual`. */
  readonly actual: ReadonlyMap<string, string>;
  /** Its topics; `undefined` if no such device exists. */
  readonly source: Device | undefined;
}

/** The known state of a board and its devices. Immutable. */
export interface Bench {
  /** Indexed by path. */
  readonly devices: ReadonlyMap<string, BenchDevice>;
  /** The pins that have been used, by BCM number. */
  readonly pins: ReadonlyMap<number, PinState>;
}

export const EMPTY_BENCH: Bench = { devices: new Map(), pins: new Map() };

/** The bench of a board, at once and at every change: the board's own devices, and the states of its pins. */
export function watchBench(
  devices$: Observable<readonly Device[]>,
  prefix: string,
  pins$: Observable<Bench['pins']>,
): Observable<Bench> {
  const own$ = devices$.pipe(map((devices) => devices.filter((device) => device.prefix === prefix)));
  const known$ = followEach(own$, watchDevice).pipe(
    map((known) => new Map([...known.values()].filter(isOnPi).map((device) => [device.path, device]))),
  );
  return combineLatest({ devices: known$, pins: pins$ });
}

/** Whether a device is on the pins of a Raspberry Pi, real or virtual. */
export function isOnPi({ info }: Pick<BenchDevice, 'info'>): boolean {
  return hasPiHeader(info?.driver);
}

function watchDevice(source: Device): Observable<BenchDevice> {
  const { topic, prefix, kind, feed, info$, isOnline$ } = source;
  const path = prefix === '' ? topic : topic.slice(prefix.length + 1);
  const id = path.slice(kind.length + 1);
  const actual$ = feed.properties$.pipe(map(actualOf), distinctUntilChanged(isSame));
  return combineLatest([info$.pipe(startWith(undefined)), isOnline$, actual$]).pipe(
    map(([info, isOnline, actual]) => ({ path, kind, id, isOnline, info, actual, source })),
  );
}

const ACTUAL = '/actual';

function actualOf(properties: ReadonlyMap<string, BusMessage>): ReadonlyMap<string, string> {
  const reports = [...properties].filter(([name]) => name.endsWith(ACTUAL));
  return new Map(reports.map(([name, { text }]) => [name.slice(0, -ACTUAL.length), text ?? '']));
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);
}

/** A placeholder for a device of which only the path is known. */
export function createDevice(kind: string, id: string): BenchDevice {
  return {
    path: `${kind}/${id}`,
    kind,
    id,
    isOnline: false,
    info: undefined,
    actual: new Map(),
    source: undefined,
  };
}

/** The actual value of a property if it is a number. */
export function actualNumber(device: BenchDevice | undefined, property: string): number | undefined {
  const text = device?.actual.get(property) ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The state of a pin: its LED's values if it has one (the pin may be real), otherwise the virtual board's. */
export function pinStateOf(bench: Bench, gpio: number): PinState | undefined {
  const led = bench.devices.get(`led/${gpio}`);
  const dutyPercent = actualNumber(led, 'duty');
  const board = bench.pins.get(gpio);
  if (dutyPercent === undefined || board?.mode === 'input') return board;
  const frequencyHz = actualNumber(led, 'frequency') ?? board?.frequencyHz ?? 0;
  const level = dutyPercent >= 50 ? 1 : 0;
  return { mode: 'output', dutyPercent, frequencyHz, level, pulseUs: board?.pulseUs ?? 0 };
}
