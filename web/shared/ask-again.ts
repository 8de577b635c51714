import { concat, type MonoTypeOperatorFunction, NEVER, type Observable, retry } from 'rxjs';
import { type HubError, toHubError } from '../../hub/core/error.ts';

/** Subscribes again each time that the hub is back, if it has refused: rights may have changed meanwhile. Each refusal is reported. */
export function askAgain<T>(
  hubBack$: Observable<unknown>,
  tell: (error: HubError) => void,
): MonoTypeOperatorFunction<T> {
  return retry({
    delay: (error) => {
      tell(toHubError(error));
      return concat(hubBack$, NEVER); // A hub that never comes back does not end the stream.
    },
  });
}
