import type { Observable } from 'rxjs';
import type { Bus } from '../core/bus.ts';
import type { ErrorCode } from '../core/error.ts';
import type { Identity } from './identity.ts';

/** Where a client stands with its hub. */
export type Connection =
  | { readonly status: 'connecting' }
  | { readonly status: 'online' }
  /** Being retried, unless `final`: the hub refused us, or the client was closed. */
  | {
      readonly status: 'offline';
      readonly reason: string;
      readonly final: boolean;
      /** What the hub calls it, where it is the hub that ended the connection or let none be made. */
      readonly code?: ErrorCode;
    };

/** A bus whose hub is somewhere else. What is published while the hub is away is kept, and sent when it is back. */
export interface HubClient extends Bus {
  /** Where we stand, at once and at every change. Completes when the client is closed. */
  readonly connection$: Observable<Connection>;
  /** The round trip to the hub and back, milliseconds. Rejects with `hub/unreachable`. */
  ping(): Promise<number>;
  /** Whom the hub takes us for, for as long as this connection lasts. Rejects with `hub/unreachable`, and as an older hub does, with `event/unknown`. */
  whoAmI(): Promise<Identity>;
  /** Publishes what is still waiting, if the hub can be reached, says goodbye and completes every observable. */
  close(): Promise<void>;
}
