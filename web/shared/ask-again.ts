import { concat, type MonoTypeOperatorFunction, NEVER, type Observable, retry } from 'rxjs';
import { type HubError, toHubError } from '../../hub/core/error.ts';

/** Asks the hub anew each time that it is back, where it has refused: what one may know can have changed. Each refusal is told. */
export function askAgain<T>(
  hubBack$: Observable<unknown>,
  tell: (error: HubError) => void,
): MonoTypeOperatorFunction<T> {
  return retry({
    delay: (error) => {
      tell(toHubError(error));
      return concat(hubBack$, NEVER); // That it never comes back is no end of what was known.
    },
  });
}
