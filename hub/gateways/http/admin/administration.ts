import type { SchedulerLike } from 'rxjs';
import type { Access } from '../../../access/access.ts';
import type { ManagedAccounts } from '../../../access/accounts/managed.ts';
import type { Hub } from '../../../core/hub.ts';
import type { Sessions } from '../../../session/sessions.ts';
import type { ClientEvents, ConnectedClient } from '../../client-events.ts';
import type { ClusterHubs } from '../../cluster-hubs.ts';
import type { RefusalRing } from '../../refusal-ring.ts';

/** A measured quantity, as far as administration shows it. */
interface Measured {
  readonly name?: string;
  readonly read: () => number | string | Readonly<Record<string, number>>;
}

/** The hub's traffic, sampled at equal intervals. */
interface RateSamples {
  readonly everySeconds: number;
  readonly columns: readonly string[];
  /** The rows of the last `seconds`; the first value of each is a time of the hub's clock, milliseconds. */
  last(seconds: number): readonly (readonly number[])[];
}

/** The parts of a hub that administrators see and change. */
export interface Administration {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** The connected clients of all protocols. */
  readonly clients: () => Iterable<ConnectedClient>;
  /** Default: the hub has no accounts that could be managed. */
  readonly accounts: ManagedAccounts | undefined;
  readonly limits: Readonly<Record<string, number>>;
  readonly readings: () => readonly Measured[];
  readonly rates: RateSamples;
  readonly refusals: RefusalRing;
  readonly events: Pick<ClientEvents, 'traces'>;
  readonly access: Pick<Access, 'ended$'>;
  /** Ends traces. */
  readonly scheduler: SchedulerLike;
  readonly clusterHubs: ClusterHubs | undefined;
}
