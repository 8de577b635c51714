import { catchError, EMPTY, from, type Observable, of, ReplaySubject, share, switchMap } from 'rxjs';
import type { Bus } from '../core/bus.ts';
import type { ErrorCode } from '../core/error.ts';
import type { InspectionFrame, InspectionRequest } from '../core/inspection.ts';
import type { Identity } from './identity.ts';

/** The state of a client's connection. */
export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  /** The client tries again, unless `final` is true: then the hub has refused this client, or the client was closed. */
  | {
      readonly status: 'offline';
      readonly reason: string;
      readonly final: boolean;
      /** The hub's code, if the hub ended or refused the connection. */
      readonly code?: ErrorCode;
    };

/** A bus on a remote hub. Messages published while the hub is unreachable are sent when it is back. */
export interface HubClient extends Bus {
  /** The state, at once and at every change. Completes when the client is closed. */
  readonly connection$: Observable<Connection>;
  /** The round-trip time to the hub, milliseconds. Rejects with `hub/unreachable`. */
  ping(): Promise<number>;
  /** The identity of this connection. Rejects with `hub/unreachable`; with an older hub, `event/unknown`. */
  whoAmI(): Promise<Identity>;
  /**
   * The hub's view of its topics: frames for the last request, on every connection. The hub counts from the first observer's `subscribe` to
   * its `unsubscribe`, for one observer at a time. Errors if the hub refuses a request; an older hub does, with `event/unknown`.
   */
  inspect(request$: Observable<InspectionRequest>): Observable<InspectionFrame>;
  /** Sends waiting messages if the hub can be reached, disconnects, and completes every observable. */
  close(): Promise<void>;
}

/** The client's identity, requested on every connection, as rights may change, and replayed. `undefined` from a hub too old to answer. */
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
