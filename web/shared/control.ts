import {
  asyncScheduler,
  debounceTime,
  distinctUntilChanged,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  Subject,
  scan,
  share,
  startWith,
} from 'rxjs';
import type { HubError } from '../../hub/core/index.ts';
import { sendLatest } from './send-latest.ts';
import { shareLatest } from './share-latest.ts';
import { hear, hold, noWish, refused, release, send, settle, taken, type Wish, want } from './wish.ts';

/** The two ways between a control and the hub. */
export interface ControlPort<T> {
  /** What is wanted by whomever, own values included: at first what is retained. */
  readonly wanted$: Observable<T>;
  publish(value: T): Promise<void>;
}

export interface ControlOptions {
  /** The least time between two publishes, milliseconds. Default 16: a frame of the screen. */
  readonly intervalMs?: number;
  /** How many publishes may be under way at once. Default 8. */
  readonly maxInFlight?: number;
  /** How long an echo is awaited once the hub has taken the value, milliseconds. Default 1000. */
  readonly settleMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** A value that this page and others may set: never fights the hand on it, and ends on what the hub says. */
export interface Control<T> {
  /** What to show, at once and at every change; `undefined` while nobody has said a value. */
  readonly value$: Observable<T | undefined>;
  /** Why the hub refused a value of ours; the control then falls back to what the hub says. */
  readonly refused$: Observable<HubError>;
  /** A hand takes hold: from now on nobody else moves the control. */
  hold(): void;
  /** Wants a value. */
  set(value: T): void;
  /** The hand lets go. */
  release(): void;
}

type Step<T> = (wish: Wish<T>) => Wish<T>;

/** A control over one property. It works while `value$` is observed. Values are compared with `===`. */
export function createControl<T>(port: ControlPort<T>, options: ControlOptions = {}): Control<T> {
  const { intervalMs = 16, maxInFlight = 8, settleMs = 1000, scheduler = asyncScheduler } = options;
  const hand$ = new Subject<Step<T>>();
  const wants$ = new Subject<T>();
  const refused$ = new Subject<HubError>();

  const heard$ = port.wanted$.pipe(
    map(
      (value): Step<T> =>
        (wish) =>
          hear(wish, value),
    ),
  );
  const deliveries$ = wants$.pipe(
    sendLatest(port.publish, { intervalMs, maxInFlight, scheduler }),
    map((delivery): Step<T> => {
      if (delivery.type === 'sent') return (wish) => send(wish, delivery.value);
      if (delivery.type === 'taken') return taken;
      refused$.next(delivery.error);
      return (wish) => refused(wish, delivery.value);
    }),
    share(),
  );
  const settled$ = deliveries$.pipe(
    debounceTime(settleMs, scheduler),
    map((): Step<T> => settle),
  );

  const value$ = merge(hand$, deliveries$, heard$, settled$).pipe(
    scan((wish, step) => step(wish), noWish<T>()),
    map((wish) => wish.shown),
    startWith(undefined),
    distinctUntilChanged(),
    shareLatest(),
  );

  return {
    value$,
    refused$,
    hold: () => hand$.next(hold),
    set(value) {
      hand$.next((wish) => want(wish, value));
      wants$.next(value);
    },
    release: () => hand$.next(release),
  };
}
