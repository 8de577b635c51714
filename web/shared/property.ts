import { distinctUntilChanged, filter, map, type Observable } from 'rxjs';
import { type Control, type ControlOptions, createControl } from './control.ts';
import type { DeviceFeed } from './device-feed.ts';
import { shareLatest } from './share-latest.ts';

/** How a property's values are read from payloads, `undefined` where a payload holds none, and written. */
export interface Payload<T> {
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

/** A property of a device: what is wanted, to be shown and set, and what is. */
export interface Property<T> extends Control<T> {
  readonly actual$: Observable<T>;
  /** Whether one may set it, at once and at every change. */
  readonly isAllowed$: Observable<boolean>;
}

/** The property `name` of the device whose feed this is. */
export function createProperty<T>(
  feed: DeviceFeed,
  name: string,
  { read, write }: Payload<T>,
  options?: ControlOptions,
): Property<T> {
  const values$ = (topic: string) =>
    feed.text$(topic).pipe(
      map(read),
      filter((value) => value !== undefined),
    );
  const control = createControl<T>(
    { wanted$: values$(name), publish: (value) => feed.publish(name, write(value)) },
    options,
  );
  const actual$ = values$(`${name}/actual`).pipe(distinctUntilChanged(), shareLatest());
  return { ...control, actual$, isAllowed$: feed.mayPublish$(name) };
}
