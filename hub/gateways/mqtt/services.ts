import type { Logger } from 'pino';
import type { Access } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import type { RateLimiter } from '../../limits/rate-limiter.ts';
import type { TurnBudget } from '../../limits/turn-budget.ts';
import type { Ending, Sessions } from '../../session/sessions.ts';
import type { Claims } from '../../session/store-peers.ts';
import type { ClientEvents, ConnectedClient, Refused } from '../client-events.ts';
import type { Packet, ProtocolVersion, TopicNames } from './codec/index.ts';
import type { MqttCounters, MqttLimits } from './limits.ts';
import type { MqttLink } from './link.ts';
import type { Outbound } from './outbound.ts';
import type { Carrier } from './transport.ts';

/** Shared by all connections of a gateway. */
export interface Services {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** Asks the other hubs of a cluster, if there are any, for a client that connects here. */
  readonly claims: Claims | undefined;
  readonly access: Access;
  readonly limits: MqttLimits;
  readonly counters: MqttCounters;
  readonly outbound: Outbound;
  /** Limits the rate of new connections from each network. */
  readonly connectRate: RateLimiter;
  readonly topicNames: TopicNames;
  readonly budget: TurnBudget;
  readonly events: ClientEvents;
  /** Other servers, for a client over this carrier, as a Server Reference (MQTT 5, 4.13); `undefined` if there are none. */
  readonly elsewhere: (carrier: Carrier) => string | undefined;
  readonly log: Logger;
}

/** An accepted client. */
export interface Client extends ConnectedClient {
  readonly protocol: 'mqtt';
  readonly version: ProtocolVersion;
  readonly carrier: Carrier;
  readonly link: MqttLink;
  /** Seconds, 0 for none. */
  readonly keepAlive: number;
  /** The session expiry that the client asked for, seconds. */
  readonly sessionExpiry: number;
}

/** Names of a client and of its user; before it is accepted, the names that it claims. */
export type ClientNames = Pick<Refused, 'client' | 'user'>;

/** Handles a connection's packets: first the handshake, then the conversation. */
export interface Phase {
  /** Set once the client is accepted. */
  readonly client: Client | undefined;
  /** The client and its user as far as they are known. */
  readonly who: ClientNames;
  /** Seconds, 0 for none; `undefined` before the client is accepted. */
  readonly keepAlive: number | undefined;
  /** Bytes kept between packets. */
  readonly heldBytes: number;
  /** Bytes for the client that the network has not taken, including those that wait for the journal. */
  readonly unsentBytes: number;
  /** Handles a packet. An error that it throws ends the connection. */
  handle(packet: Packet): void;
  /** Continues once the client has room again. */
  resume(): void;
  /** Delays everything that is due to the client until all changes in the journal so far are safe. */
  bind(): void;
  /** Sends everything that is due, and the reason if the version allows. Without a reason the client has ended the connection. */
  sayGoodbye(reason?: HubError): void;
  /** Called when the connection is over. */
  leave(ending: Ending): void;
}

/** A phase's view of its connection. */
export interface Host {
  readonly carrier: Carrier;
  /** Waits for a decision about the client, and reads nothing meanwhile. */
  decide<T>(decision: Promise<T>, then: (decided: T) => void): void;
  /** Changes the connection to another phase. */
  enter(phase: Phase): void;
  /** Ends the connection after the client's DISCONNECT. */
  end(ending: Ending): void;
  /** Ends the connection from the hub's side, and gives the client the reason. */
  close(reason: HubError): void;
  /** Continues, as the client has room again. */
  goOn(): void;
}
