import type { Server as TcpServer } from 'node:net';
import { type SecureContextOptions, Server as TlsServer } from 'node:tls';
import type { ConnectedClient } from '../gateways/client-events.ts';
import type { Holder } from '../limits/held-bytes.ts';
import type { HubLimits } from '../limits/hub-limits.ts';
import type { TurnBudget } from '../limits/turn-budget.ts';
import { Unauthenticated } from '../limits/unauthenticated.ts';
import { type Listening, type ListenOptions, listen } from './listen.ts';
import { OpenSockets } from './open-sockets.ts';

/** An entrance for connections: a port of the hub's own, or an embedder's server. */
export interface Entrance {
  /** The label `port` in metrics. */
  readonly name: string;
  /** The open connections. */
  readonly sockets: Pick<OpenSockets, 'bytesReceived' | 'bytesSent' | 'destroy'>;
  readonly unauthenticated: Pick<Unauthenticated, 'count' | 'dropped'>;
  /** The holders of memory in this listener. */
  holders(): Iterable<Holder>;
  /** The clients of this listener's own gateways; the broker lists the clients of MQTT. Default: none. */
  clients?(): Iterable<ConnectedClient>;
  /** Stops accepting new connections; open ones stay. */
  drain(): void;
  /** Stops accepting new connections, and resolves once no connection is left. */
  close(): Promise<void>;
}

/** A port and its protocols. A new listener is a file here, and a line in `hub/server.ts`. */
export interface Listener extends Entrance {
  /** Accepts connections; resolves to the port. Rejects with `port/in-use` or `option/invalid`. */
  listen(options: ListenOptions): Promise<number>;
  /** Replaces the certificate, if the listener encrypts. */
  renew(context: SecureContextOptions): void;
}

interface TcpListenerOptions {
  readonly name: string;
  readonly server: TcpServer;
  readonly limits: Pick<HubLimits, 'clients' | 'strangers' | 'strangerBytes'>;
  readonly budget: TurnBudget;
  /** Whether the protocol's handlers continue in promises. */
  readonly isAsync: boolean;
}

/** The common part of listeners over TCP. The constructor does not listen yet. */
export class TcpListener implements Listener {
  readonly name: string;
  readonly server: TcpServer;
  readonly sockets: OpenSockets;
  readonly unauthenticated: Unauthenticated;
  readonly #listening: Listening[] = [];

  constructor({ name, server, limits, budget, isAsync }: TcpListenerOptions) {
    this.name = name;
    this.server = server;
    this.unauthenticated = new Unauthenticated(limits);
    const { unauthenticated } = this;
    const most = limits.clients + limits.strangers;
    this.sockets = new OpenSockets({ budget, isAsync, unauthenticated, most }).followAll(server);
  }

  *holders(): Iterable<Holder> {
    // None here; subclasses may have some.
  }

  async listen(options: ListenOptions): Promise<number> {
    const listening = await listen(this.server, options);
    this.#listening.push(listening);
    return listening.port;
  }

  renew(context: SecureContextOptions): void {
    if (this.server instanceof TlsServer) this.server.setSecureContext(context);
  }

  drain(): void {
    for (const listening of this.#listening.splice(0)) listening.close();
  }

  async close(): Promise<void> {
    this.drain();
    await this.sockets.empty();
  }
}
