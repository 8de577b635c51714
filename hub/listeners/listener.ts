import type { Server as TcpServer } from 'node:net';
import { type SecureContextOptions, Server as TlsServer } from 'node:tls';
import type { Holder } from '../limits/held-bytes.ts';
import type { HubLimits } from '../limits/hub-limits.ts';
import type { TurnBudget } from '../limits/turn-budget.ts';
import { Unauthenticated } from '../limits/unauthenticated.ts';
import { type Listening, type ListenOptions, listen } from './listen.ts';
import { OpenSockets } from './open-sockets.ts';

/** What takes connections: a port, and what is spoken there. A new one is a file here, and a line in `hub/server.ts`. */
export interface Listener {
  /** Stands in metrics as the label `port`. */
  readonly name: string;
  /** Every connection that it has open. */
  readonly sockets: Pick<OpenSockets, 'bytesReceived' | 'bytesSent' | 'destroy'>;
  readonly unauthenticated: Pick<Unauthenticated, 'count' | 'dropped'>;
  /** What keeps memory here. */
  holders(): Iterable<Holder>;
  /** Takes connections; resolves to the port. Rejects with `port/in-use` or `option/invalid`. */
  listen(options: ListenOptions): Promise<number>;
  /** Goes on with another certificate, if it encrypts. */
  renew(context: SecureContextOptions): void;
  /** Takes no more connections; those that are open stay. */
  drain(): void;
  /** Takes no more connections, and resolves once none is left. */
  close(): Promise<void>;
}

export interface TcpListenerOptions {
  readonly name: string;
  readonly server: TcpServer;
  readonly limits: Pick<HubLimits, 'strangers' | 'strangerBytes'>;
  readonly budget: TurnBudget;
  /** Whether what is spoken there is handled by promises. */
  readonly isAsync: boolean;
}

/** What listeners over TCP have in common. It does not listen yet. */
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
    this.sockets = new OpenSockets(server, { budget, isAsync, unauthenticated: this.unauthenticated });
  }

  *holders(): Iterable<Holder> {
    // Nothing, unless a listener keeps something itself.
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
