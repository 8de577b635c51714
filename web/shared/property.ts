import { distinctUntilChanged, filter, map, type Observable, take } from 'rxjs';
import { type Control, type ControlOptions, type ControlPort, createControl } from './control.ts';
import type { DeviceFeed } from './device-feed.ts';
import { booleanPayload, type Payload } from './payload.ts';
import { shareLatest } from './share-latest.ts';

/** A value that is shown, and that people with the right may set. */
export interface Settable<T> extends Control<T> {
  /** Whether one may set it, at once and at every change. */
  readonly isAllowed$: Observable<boolean>;
}

/** A property of a device: the wanted value, to be shown and set, and the actual one. */
export interface Property<T> extends Settable<T> {
  /** The actual value, as far as the device has reported it. */
  readonly actual$: Observable<T>;
}

/** A property of a device's own, whose actual value can be cleared. */
export interface DeviceProperty<T> extends Property<T> {
  /** The same as `actual$`, and `undefined` once it is cleared: for views of the value now, rather than of its past. */
  readonly reading$: Observable<T | undefined>;
}

/** The property `name` of the device whose feed this is. */
export function createProperty<T>(
  feed: DeviceFeed,
  name: string,
  payload: Payload<T>,
  options?: ControlOptions,
): DeviceProperty<T> {
  return propertyOver(feed, name, payload, {
    publish: (value) => feed.publish(name, payload.write(value)),
    ...options,
  });
}

/** A property that is true only for as long as somebody holds it: it is never retained, and false once this page has vanished. */
export function createMomentary(feed: DeviceFeed, name: string): DeviceProperty<boolean> {
  const { write } = booleanPayload;
  return propertyOver(feed, name, booleanPayload, {
    publish: (value) => feed.hold(name, write(value), write(false)),
    rest: false,
  });
}

/** Sends the wanted value again: another program may have changed the actual one meanwhile. */
export function sendAgain<T>(control: Control<T>): void {
  control.value$.pipe(take(1)).subscribe((value) => {
    if (value !== undefined) control.set(value);
  });
}

function propertyOver<T>(
  feed: DeviceFeed,
  name: string,
  { read }: Payload<T>,
  { publish, rest, ...options }: Omit<ControlPort<T>, 'wanted$'> & ControlOptions,
): DeviceProperty<T> {
  const control = createControl<T>(
    {
      wanted$: valuesOf(feed.text$(name), read).pipe(map((value) => value ?? rest)),
      publish,
      ...(rest !== undefined && { rest }),
    },
    options,
  );
  const reading$ = valuesOf(feed.text$(`${name}/actual`), read).pipe(distinctUntilChanged(), shareLatest());
  const actual$ = reading$.pipe(filter(isKnown), distinctUntilChanged());
  return { ...control, actual$, reading$, isAllowed$: feed.mayPublish$(name) };
}

/** The values in texts, and `undefined` for a topic that was cleared. A text without a value changes nothing. */
function valuesOf<T>(text$: Observable<string>, read: Payload<T>['read']): Observable<T | undefined> {
  return text$.pipe(
    map((text) => ({ isCleared: text === '', value: text === '' ? undefined : read(text) })),
    filter(({ isCleared, value }) => isCleared || value !== undefined),
    map(({ value }) => value),
  );
}

function isKnown<T>(value: T | undefined): value is T {
  return value !== undefined;
}
