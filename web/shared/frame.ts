import { animationFrames, type Observable, share, take, throttle } from 'rxjs';

/** The screen's frames, on one clock for the whole page; it only runs while somebody waits for it. */
export const frame$ = animationFrames().pipe(share());

/** The first value at once, then the newest of each frame; a hidden page has no frames, and so no work. */
export function eachFrame<T>(source$: Observable<T>): Observable<T> {
  return source$.pipe(throttle(() => frame$.pipe(take(1)), { leading: true, trailing: true }));
}
