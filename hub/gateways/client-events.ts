import { Subject } from 'rxjs';
import type { Principal } from '../access/access.ts';
import type { HubError } from '../core/error.ts';
import type { Qos } from '../core/message.ts';
import type { Session } from '../session/session.ts';
import { Traces } from './traces.ts';

/** A client while it is connected, whatever protocol it speaks. */
export interface ConnectedClient {
  readonly session: Session;
  readonly principal: Principal;
  readonly protocol: 'mqtt' | 'socket.io' | 'http';
  /** The transport of MQTT. */
  readonly carrier?: 'tcp' | 'websocket';
  /** The protocol level of MQTT: 3, 4 or 5. */
  readonly version?: number;
  /** The client's IP address, as its connection gives it. */
  readonly address: string;
  /** When the client was admitted, milliseconds of the hub's clock. */
  readonly connectedAt: number;
}

/** A connection, message or request that was refused. */
export interface Refused {
  readonly protocol: ConnectedClient['protocol'];
  readonly address: string;
  /** The client identifier, as far as it is known. */
  readonly client?: string | undefined;
  /** The user name of the client, or the one that it claims. */
  readonly user?: string | undefined;
  readonly error: HubError;
}

/** A client has begun a subscription. */
export interface ClientSubscribed {
  readonly client: ConnectedClient;
  readonly filter: string;
  readonly qos: Qos;
}

/** A client has ended a subscription itself. Subscriptions that end with their session are not reported. */
export type ClientUnsubscribed = Omit<ClientSubscribed, 'qos'>;

/** Events of clients, from the gateways. Emits within the call; costs next to nothing while nobody observes. */
export class ClientEvents {
  readonly connected$ = new Subject<ConnectedClient>();
  /** A client's connection is over. Its will, if it is due at once, is already published. */
  readonly disconnected$ = new Subject<ConnectedClient>();
  readonly subscribed$ = new Subject<ClientSubscribed>();
  readonly unsubscribed$ = new Subject<ClientUnsubscribed>();
  readonly refused$ = new Subject<Refused>();
  /** The traces of clients' packets that somebody watches. */
  readonly traces = new Traces();
}
