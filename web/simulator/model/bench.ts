import { map, NEVER, type Observable, scan, startWith } from 'rxjs';
import type { Bus, BusMessage, HubError } from '../../../hub/core/index.ts';
import { askAgain } from '../../shared/ask-again.ts';
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

export interface WatchBenchOptions {
  /** Each time that the hub is back: what it refused to show it may show then. */
  readonly hubBack$?: Observable<unknown>;
  /** Is told why the hub does not let us see the bench. */
  readonly onDenied?: (error: HubError) => void;
}

/** The bench behind a topic prefix (`''`, or `ana/`): at once, and at every change. */
export function watchBench(
  bus: Bus,
  prefix: string,
  { hubBack$ = NEVER, onDenied = () => {} }: WatchBenchOptions = {},
): Observable<Bench> {
  const filters = ['+/+/info', '+/+/status', '+/+/bounce', '+/+/+/actual', 'board/gpio/+'];
  return bus.messages(filters.map((filter) => prefix + filter)).pipe(
    askAgain(hubBack$, onDenied),
    map((message) => withoutPrefix(message, prefix)),
    scan(applyMessage, EMPTY_BENCH),
    startWith(EMPTY_BENCH),
  );
}

interface Report {
  readonly levels: readonly string[];
  readonly text: string | undefined;
}

function withoutPrefix({ topic, text }: BusMessage, prefix: string): Report {
  return { levels: topic.slice(prefix.length).split('/'), text };
}

/** The bench after one more message; the same bench where the message changes nothing. */
export function applyMessage(bench: Bench, { levels, text }: Report): Bench {
  const [kind = '', id = '', property = '', actual] = levels;
  if (kind === 'board') return withPin(bench, Number(property), text);
  const device = bench.devices.get(`${kind}/${id}`) ?? createDevice(kind, id);
  const changed = actual ? withActual(device, property, text) : withReport(device, property, text);
  return { ...bench, devices: new Map(bench.devices).set(device.path, changed) };
}

/** A device of which nothing is known yet but where it would be. */
export function createDevice(kind: string, id: string): Device {
  const nothing = { info: undefined, actual: new Map(), wanted: new Map() };
  return { path: `${kind}/${id}`, kind, id, isOnline: false, ...nothing };
}

function withActual(device: Device, property: string, text = ''): Device {
  return { ...device, actual: new Map(device.actual).set(property, text) };
}

function withReport(device: Device, property: string, text = ''): Device {
  if (property === 'info') return { ...device, info: readObject(text) };
  if (property === 'status') return { ...device, isOnline: text === 'online' };
  return { ...device, wanted: new Map(device.wanted).set(property, text) };
}

function withPin(bench: Bench, gpio: number, text: string | undefined): Bench {
  if (!Number.isInteger(gpio)) return bench;
  const pins = new Map(bench.pins);
  const state = readPinState(text);
  if (state) pins.set(gpio, state);
  else pins.delete(gpio);
  return { ...bench, pins };
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
