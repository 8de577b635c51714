import { filter, map, merge, type Observable, Subject, scan, take } from 'rxjs';
import { type Hsv, toHex, toHsv } from '../../shared/hsv.ts';
import type { DeviceProperty, Settable } from '../../shared/property.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import { wantedOrActual } from './wanted-or-actual.ts';

/** A color that is set by a wheel and a brightness. */
export interface Color {
  readonly property: DeviceProperty<string>;
  /** The wanted color, at once and at every change. It keeps hue and saturation while the light is off. */
  readonly wanted$: Observable<Hsv>;
  /** `undefined` once it is cleared. */
  readonly actual$: Observable<Hsv | undefined>;
  /** Percent, 0–100. */
  readonly brightness: Settable<number>;
  /** Percent, 0–100; `undefined` once the color is cleared. */
  readonly actualBrightness$: Observable<number | undefined>;
  /** Wants a place on the wheel; a light that is off is turned on. */
  choose(place: Pick<Hsv, 'hue' | 'saturation'>): void;
  /** Wants a color, `#rrggbb`. */
  set(hex: string): void;
  turnOff(): void;
  /** Wants the light again that was there before it was turned off. */
  turnOn(): void;
}

interface State {
  readonly hsv: Hsv;
  /** The value of the last light that was on. */
  readonly lit: number;
}

const WHITE: Hsv = { hue: 0, saturation: 0, value: 1 };

/** The models work while `wanted$` is observed. */
export function createColor(property: DeviceProperty<string>): Color {
  const edits$ = new Subject<Hsv>();
  const heard$ = wantedOrActual(property.value$, property.reading$).pipe(filter((hex) => hex !== undefined));
  const state$ = merge(edits$, heard$).pipe(
    scan(follow, { hsv: WHITE, lit: 1 } satisfies State as State),
    shareLatest(),
  );
  const edit = (change: (state: State) => Hsv) => {
    state$.pipe(take(1)).subscribe((state) => {
      const hsv = change(state);
      edits$.next(hsv);
      property.set(toHex(hsv));
    });
  };
  const actual$ = property.reading$.pipe(
    scan(
      ({ last }, hex) => {
        const hsv = hex === undefined ? undefined : toHsv(hex, last);
        return { hsv, last: hsv ?? last };
      },
      { hsv: undefined as Hsv | undefined, last: WHITE },
    ),
    map(({ hsv }) => hsv),
    shareLatest(),
  );
  const wanted$ = state$.pipe(map(({ hsv }) => hsv));
  return {
    property,
    wanted$,
    actual$,
    actualBrightness$: actual$.pipe(map((hsv) => hsv && percentOf(hsv))),
    brightness: {
      ...property,
      value$: wanted$.pipe(map(percentOf)),
      set: (percentage) => edit(({ hsv }) => ({ ...hsv, value: percentage / 100 })),
    },
    choose: (place) => edit(({ hsv, lit }) => ({ ...place, value: hsv.value === 0 ? lit : hsv.value })),
    set: (hex) => edit(({ hsv }) => toHsv(hex, hsv)),
    turnOff: () => edit(({ hsv }) => ({ ...hsv, value: 0 })),
    turnOn: () => edit(({ hsv, lit }) => ({ ...hsv, value: lit })),
  };
}

function percentOf({ value }: Hsv): number {
  return value * 100;
}

/** The hub returns the nearest `#rrggbb`: it changes nothing if that is the color that we wanted. */
function follow({ hsv, lit }: State, next: Hsv | string): State {
  const wanted = typeof next !== 'string' ? next : toHex(hsv) === next ? hsv : toHsv(next, hsv);
  return { hsv: wanted, lit: wanted.value > 0 ? wanted.value : lit };
}
