import { Subject } from 'rxjs';
import type { Principal } from '../access/access.ts';
import type { Qos } from '../core/message.ts';
import type { Session } from '../session/session.ts';

/** A client while it is connected, whatever protocol it speaks. */
export interface ConnectedClient {
  readonly session: Session;
  readonly principal: Principal;
  readonly protocol: 'mqtt' | 'socket.io' | 'http';
  /** The client's IP address, as its connection gives it. */
  readonly address: string;
}

/** A client has begun a subscription. */
export interface ClientSubscribed {
  readonly client: ConnectedClient;
  readonly filter: string;
  readonly qos: Qos;
}

/** A client has ended a subscription itself. Those that end with their session are not told. */
export type ClientUnsubscribed = Omit<ClientSubscribed, 'qos'>;

/** Events of clients, from the gateways. Emits within the call; costs next to nothing while nobody observes. */
export class ClientEvents {
  readonly connected$ = new Subject<ConnectedClient>();
  /** The connection is over; the will, if it is due at once, is published. */
  readonly disconnected$ = new Subject<ConnectedClient>();
  readonly subscribed$ = new Subject<ClientSubscribed>();
  readonly unsubscribed$ = new Subject<ClientUnsubscribed>();
}
