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
 * Writes the first value at once and the last value always, at most one per interval. A write never starts before the previous
 * one has ended; values that arrive in between are dropped. Emits the results of the writes.
 * A failed write ends the stream with its error. After unsubscribing, nothing more is written.
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
      // A busy process runs its timers late, and a steady stream of values could delay them forever. So the clock is checked too.
      const isResting = () => rest !== undefined && scheduler.now() - restBeganMs < intervalMs;
      const start = (value: T) => {
        // Set before the write, because the call itself may cause the next value.
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
        // A timer removes itself from the subscriber after it fires; a scheduled action would stay there.
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
