import type { Publisher } from '../core/subscription.ts';
import type { ClientEvents, ConnectedClient } from '../gateways/client-events.ts';
import { type Identity, identityOf } from './identity.ts';

/** A connected client, as an embedder sees it: the same object for as long as it is connected. */
export interface BrokerClient<I extends Identity = Identity> {
  /** The client identifier; unique among the connected clients. */
  readonly id: string;
  /** The result of `authenticate`. Without `authenticate` its name is `anyone`. */
  readonly identity: I;
  readonly protocol: ConnectedClient['protocol'];
  /** The client's IP address; empty if its stream has none. */
  readonly address: string;
}

/** Translates the clients of gateways, and knows whose a session is. */
export class BrokerClients<I extends Identity> {
  readonly #events: ClientEvents;
  readonly #connected: () => Iterable<ConnectedClient>;
  readonly #known = new WeakMap<ConnectedClient, BrokerClient<I>>();
  /** The clients that are connected, by session; kept only once somebody has asked, as it takes memory for each. */
  #bySession: Map<unknown, ConnectedClient> | undefined;

  constructor(events: ClientEvents, connected: () => Iterable<ConnectedClient>) {
    this.#events = events;
    this.#connected = connected;
  }

  of(client: ConnectedClient): BrokerClient<I> {
    const known = this.#known.get(client) ?? describe<I>(client);
    this.#known.set(client, known);
    return known;
  }

  /** The connected client whose session a publisher is. */
  ofSession(publisher: Publisher | undefined): BrokerClient<I> | undefined {
    this.#bySession ??= this.#followSessions();
    const client = this.#bySession.get(publisher);
    return client && this.of(client);
  }

  #followSessions(): Map<unknown, ConnectedClient> {
    const clients = new Map<unknown, ConnectedClient>();
    for (const client of this.#connected()) clients.set(client.session, client);
    this.#events.connected$.subscribe((client) => clients.set(client.session, client));
    this.#events.disconnected$.subscribe((client) => {
      if (clients.get(client.session) === client) clients.delete(client.session);
    });
    return clients;
  }
}

function describe<I extends Identity>(client: ConnectedClient): BrokerClient<I> {
  const { session, principal, protocol, address } = client;
  return { id: session.clientIdentifier, identity: identityOf(principal) as I, protocol, address };
}
