import {
  asyncScheduler,
  Observable,
  type OperatorFunction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { type HubError, toHubError } from '../../hub/core/index.ts';

/** The progress of a value on its way to the hub. */
export type Delivery<T> =
  | { readonly type: 'sent'; readonly value: T }
  | { readonly type: 'taken'; readonly value: T }
  | { readonly type: 'refused'; readonly value: T; readonly error: HubError };

export interface SendLatestOptions {
  /** The least time between two sends, milliseconds. */
  readonly intervalMs: number;
  /** How many may be on their way at once; on a slow connection newer values replace older ones that wait. */
  readonly maxInFlight: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * Sends the first value at once, then the newest value as often as the options allow. The last value is always sent, even if it still waits when the
 * result is unsubscribed.
 */
export function sendLatest<T>(
  send: (value: T) => Promise<void>,
  { intervalMs, maxInFlight, scheduler = asyncScheduler }: SendLatestOptions,
): OperatorFunction<T, Delivery<T>> {
  return (source$) =>
    new Observable((observer) => {
      let waiting: { readonly value: T } | undefined;
      let inFlight = 0;
      let pause: Subscription | undefined;

      const sendWaiting = () => {
        if (waiting === undefined || pause !== undefined || inFlight >= maxInFlight || observer.closed)
          return;
        const { value } = waiting;
        waiting = undefined;
        inFlight++;
        pause = scheduler.schedule(() => {
          pause = undefined;
          sendWaiting();
        }, intervalMs);
        observer.next({ type: 'sent', value });
        send(value).then(
          () => arrived({ type: 'taken', value }),
          (error) => arrived({ type: 'refused', value, error: toHubError(error) }),
        );
      };
      const arrived = (delivery: Delivery<T>) => {
        inFlight--;
        observer.next(delivery);
        sendWaiting();
      };

      observer.add(() => {
        pause?.unsubscribe();
        if (waiting) send(waiting.value).catch(() => {}); // Nobody listens for the outcome any more.
      });
      observer.add(
        source$.subscribe({
          next: (value) => {
            waiting = { value };
            sendWaiting();
          },
          error: (error) => observer.error(error),
        }),
      );
    });
}
