import {
  defer,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type Subscription,
  timer,
} from 'rxjs';
import type { Pace } from './pace.ts';

/**
 * Writes the first value at once and the last value always, at most one per interval, and never a second
 * while the first is still being written; what came in between is dropped. Yields what the writes yield.
 * A failed write ends the stream with its error. Once unsubscribed it writes nothing more.
 */
export function latestWins<T, R>(
  write: (value: T) => ObservableInput<R>,
  { intervalMs, scheduler }: Pace,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      let waiting: { readonly value: T } | undefined;
      let isWriting = false;
      let isEnding = false;
      let rest: Subscription | undefined;
      let restBeganMs = 0;

      const proceed = () => {
        if (isWriting || isResting() || subscriber.closed) return;
        if (waiting) start(waiting.value);
        else if (isEnding) subscriber.complete();
      };
      // A busy process runs its timers late, and values that keep coming would starve what they are for: the clock counts too.
      const isResting = () => rest !== undefined && scheduler.now() - restBeganMs < intervalMs;
      const start = (value: T) => {
        // Before the write, as a write may cause the next value while it is being called.
        waiting = undefined;
        isWriting = true;
        beginRest();
        subscriber.add(
          defer(() => write(value)).subscribe({
            next: (result) => subscriber.next(result),
            error: (error) => subscriber.error(error),
            complete: endWrite,
          }),
        );
      };
      const beginRest = () => {
        rest?.unsubscribe();
        restBeganMs = scheduler.now();
        // A timer takes itself off the subscriber when it has rung; an action that was scheduled would stay.
        rest = timer(intervalMs, scheduler).subscribe(endRest);
        subscriber.add(rest);
      };
      const endRest = () => {
        rest = undefined;
        proceed();
      };
      const endWrite = () => {
        isWriting = false;
        proceed();
      };

      subscriber.add(
        source.subscribe({
          next: (value) => {
            waiting = { value };
            proceed();
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            isEnding = true;
            proceed();
          },
        }),
      );
    });
}
