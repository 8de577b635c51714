import {
  asyncScheduler,
  debounceTime,
  defer,
  distinctUntilChanged,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  Subject,
  scan,
  share,
  startWith,
  tap,
} from 'rxjs';
import { type HubError, toHubError } from '../../hub/core/index.ts';
import { sendLatest } from './send-latest.ts';
import { shareLatest } from './share-latest.ts';
import { hear, hold, noWish, refused, release, send, settle, taken, type Wish, want } from './wish.ts';

/** The two directions between a control and the hub. */
export interface ControlPort<T> {
  /** The wanted value, whoever set it, this page included: at first the retained one. `undefined` once that is cleared. */
  readonly wanted$: Observable<T | undefined>;
  publish(value: T): Promise<void>;
  /** The value to show until one arrives, if the hub does not retain it. */
  readonly rest?: T;
}

export interface ControlOptions {
  /** The least time between two publishes, milliseconds. Default 16: a frame of the screen. */
  readonly intervalMs?: number;
  /** How many publications may be unacknowledged at once. Default 8. */
  readonly maxInFlight?: number;
  /** How long to wait for an echo after the hub has accepted the value, milliseconds. Default 1000. */
  readonly settleMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** A value that this page and others may set. It never moves under the user's hand, and ends on the hub's value. */
export interface Control<T> {
  /** The value to show, at once and at every change; `undefined` while there is none. */
  readonly value$: Observable<T | undefined>;
  /** Why the hub refused a value of ours; the control then returns to the hub's value. */
  readonly refused$: Observable<HubError>;
  /** The user begins to move the control: from now on nobody else moves it. */
  hold(): void;
  /** Wants a value. */
  set(value: T): void;
  /** The hand lets go. */
  release(): void;
}

type Step<T> = (wish: Wish<T>) => Wish<T>;

/**
 * A control of one property. It receives the hub's values while `value$` is observed; a value that is set is sent even if it is not observed.
 * A new observer gets the value that was shown last, until the hub sends another. Values are compared with `===`.
 */
export function createControl<T>(port: ControlPort<T>, options: ControlOptions = {}): Control<T> {
  const { intervalMs = 16, maxInFlight = 8, settleMs = 1000, scheduler = asyncScheduler } = options;
  const hand$ = new Subject<Step<T>>();
  const wants$ = new Subject<T>();
  const refused$ = new Subject<HubError>();
  let last: T | undefined;
  const publish = async (value: T) => {
    try {
      await port.publish(value);
    } catch (error) {
      refused$.next(toHubError(error));
      throw error;
    }
  };

  const heard$ = port.wanted$.pipe(
    map(
      (value): Step<T> =>
        (wish) =>
          hear(wish, value),
    ),
  );
  const deliveries$ = wants$.pipe(
    sendLatest(publish, { intervalMs, maxInFlight, scheduler }),
    map((delivery): Step<T> => {
      if (delivery.type === 'sent') return (wish) => send(wish, delivery.value);
      if (delivery.type === 'taken') return taken;
      return (wish) => refused(wish, delivery.value);
    }),
    share(),
  );
  const settled$ = deliveries$.pipe(
    debounceTime(settleMs, scheduler),
    map((): Step<T> => settle),
  );

  const value$ = defer(() => {
    const known = port.rest ?? last;
    return merge(hand$, deliveries$, heard$, settled$).pipe(
      scan((wish, step) => step(wish), { ...noWish<T>(), shown: known, remote: known }),
      map((wish) => wish.shown),
      startWith(known),
    );
  }).pipe(
    distinctUntilChanged(),
    tap((shown) => {
      last = shown;
    }),
    shareLatest(),
  );

  return {
    value$,
    refused$,
    hold: () => hand$.next(hold),
    set(value) {
      if (!wants$.observed) {
        last = value;
        publish(value).catch(() => {}); // `refused$` tells why.
        return;
      }
      hand$.next((wish) => want(wish, value));
      wants$.next(value);
    },
    release: () => hand$.next(release),
  };
}
