import { catchError, EMPTY, from, type Observable, of, ReplaySubject, share, switchMap } from 'rxjs';
import type { HubClient } from './hub-client.ts';
import type { Identity } from './identity.ts';
/**
 * Whom the hub takes us for: asked on every connection, as the rights may be others by then, and replayed. `undefined` where the hub
 * does not say, being older than the question.
 */
export function watchIdentity(
  client: Pick<HubClient, 'connection$' | 'whoAmI'>,
): Observable<Identity | undefined> {
  return client.connection$.pipe(
    switchMap(({ status }) =>
      status === 'online' ? from(client.whoAmI()).pipe(catchError(() => of(undefined))) : EMPTY,
    ),
    share({ connector: () => new ReplaySubject(1) }),
  );
}
