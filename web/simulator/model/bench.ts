import { asyncScheduler, distinctUntilChanged, map, NEVER, type Observable } from 'rxjs';
import type { Bus, HubError } from '../../../hub/core/index.ts';
import { askAgain } from '../../shared/ask-again.ts';
import { type Change, type ConfirmOptions, keepConfirmed } from '../../shared/confirm.ts';
import { readObject } from './json.ts';
import { type PinState, readPinState } from './pin-state.ts';

/** A device as the hub knows it. */
export interface Device {
  /** The kind and the id, as `led/21`, without the board's prefix. */
  readonly path: string;
  readonly kind: string;
  readonly id: string;
  readonly isOnline: boolean;
  /** What it says of itself on `…/info`; `undefined` while it has not. */
  readonly info: Readonly<Record<string, unknown>> | undefined;
  /** What each property is, by name, as `…/actual` says. */
  readonly actual: ReadonlyMap<string, string>;
  /** What is wanted of the properties that have no `actual`. */
  readonly wanted: ReadonlyMap<string, string>;
}

/** All that is known of one board and of the devices on it. Never changed, only replaced. */
export interface Bench {
  readonly devices: ReadonlyMap<string, Device>;
  /** The pins that have been used, by BCM number. */
  readonly pins: ReadonlyMap<number, PinState>;
}

export const EMPTY_BENCH: Bench = { devices: new Map(), pins: new Map() };

export interface WatchBenchOptions extends Partial<ConfirmOptions> {
  /** Is told why the hub does not let us see the bench. */
  readonly onDenied?: (error: HubError) => void;
}

/** What stands on the bench, by `led/21`, or by `board/gpio/21` for what a pin does. */
type Thing = Device | PinState;

/** The bench behind a topic prefix (`''`, or `ana/`): at once, and at every change. */
export function watchBench(bus: Bus, prefix: string, options: WatchBenchOptions = {}): Observable<Bench> {
  const { hubBack$ = NEVER, onDenied = () => {}, scheduler = asyncScheduler } = options;
  const filters = ['+/+/info', '+/+/status', '+/+/bounce', '+/+/+/actual', `${BOARD}/+`];
  const changes$ = bus.messages(filters.map((filter) => prefix + filter)).pipe(
    askAgain(hubBack$, onDenied),
    map(({ topic, text }) => changeOf(topic.slice(prefix.length), text)),
  );
  return keepConfirmed(changes$, { ...options, scheduler }).pipe(distinctUntilChanged(), map(toBench));
}

const BOARD = 'board/gpio';

function toBench(things: ReadonlyMap<string, Thing>): Bench {
  const devices = new Map<string, Device>();
  const pins = new Map<number, PinState>();
  for (const [key, thing] of things) {
    if ('path' in thing) devices.set(key, thing);
    else pins.set(Number(key.slice(BOARD.length + 1)), thing);
  }
  return { devices, pins };
}

/** What one message changes; nothing where it says what is known already. */
function changeOf(path: string, text: string | undefined): Change<Thing> {
  const [kind = '', id = '', property = '', actual] = path.split('/');
  if (path.startsWith(`${BOARD}/`)) return change(path, () => pinOf(property, text));
  return change(`${kind}/${id}`, (before) => {
    const device = before && 'path' in before ? before : createDevice(kind, id);
    return actual ? withActual(device, property, text) : withReport(device, property, text);
  });
}

/** `next` gives what is known of a thing then, the same object where nothing has changed, or `undefined` where it is gone. */
function change(key: string, next: (before: Thing | undefined) => Thing | undefined): Change<Thing> {
  return {
    key,
    apply(known) {
      const before = known.get(key);
      const after = next(before);
      if (after === before) return known;
      const things = new Map(known);
      if (after) things.set(key, after);
      else things.delete(key);
      return things;
    },
  };
}

function pinOf(gpio: string, text: string | undefined): PinState | undefined {
  return /^\d+$/.test(gpio) ? readPinState(text) : undefined;
}

/** A device of which nothing is known yet but where it would be. */
export function createDevice(kind: string, id: string): Device {
  const nothing = { info: undefined, actual: new Map(), wanted: new Map() };
  return { path: `${kind}/${id}`, kind, id, isOnline: false, ...nothing };
}

function withActual(device: Device, property: string, text = ''): Device {
  if (device.actual.get(property) === text) return device;
  return { ...device, actual: new Map(device.actual).set(property, text) };
}

function withReport(device: Device, property: string, text = ''): Device {
  if (property === 'info') return { ...device, info: readObject(text) };
  if (property === 'status') {
    const isOnline = text === 'online';
    return device.isOnline === isOnline ? device : { ...device, isOnline };
  }
  if (device.wanted.get(property) === text) return device;
  return { ...device, wanted: new Map(device.wanted).set(property, text) };
}

/** What a property is, where that is a number; `undefined` where the device has not said. */
export function actualNumber(device: Device | undefined, property: string): number | undefined {
  return readNumber(device?.actual.get(property));
}

/** What is wanted of a property, where that is a number. */
export function wantedNumber(device: Device | undefined, property: string): number | undefined {
  return readNumber(device?.wanted.get(property));
}

function readNumber(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** What a pin does: what its LED says where there is one on it (it may be real), else what the virtual board says. */
export function pinStateOf(bench: Bench, gpio: number): PinState | undefined {
  const led = bench.devices.get(`led/${gpio}`);
  const dutyPercent = actualNumber(led, 'duty');
  const board = bench.pins.get(gpio);
  if (dutyPercent === undefined || board?.mode === 'input') return board;
  const frequencyHz = actualNumber(led, 'frequency') ?? board?.frequencyHz ?? 0;
  const level = dutyPercent >= 50 ? 1 : 0;
  return { mode: 'output', dutyPercent, frequencyHz, level, pulseUs: board?.pulseUs ?? 0 };
}
