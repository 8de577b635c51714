import { type MonoTypeOperatorFunction, ReplaySubject, share } from 'rxjs';

/** One subscription to the source for all; later subscribers get the last value at once. It ends with the last subscriber. */
export function shareLatest<T>(): MonoTypeOperatorFunction<T> {
  return share({ connector: () => new ReplaySubject(1) });
}
