import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { networkOf } from './network.ts';

/** What a stranger's connection is, to whoever counts them. */
export interface Stranger {
  /** An IP address. */
  readonly address: string;
  /** Ends the connection. */
  drop(): void;
}

/**
 * Connections whose owners have not been let in, or not yet: so many, and no more. Where one more comes, one goes: of the network that has
 * most of them, the one that has been there for longest. So nobody keeps others out by being there first, or by being many.
 */
export class Strangers {
  /** How many were dropped since the start. */
  dropped = 0;
  readonly #most: number;
  readonly #networks = new Map<string, Set<Stranger>>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  add(stranger: Stranger): void {
    const network = networkOf(stranger.address);
    const theirs = this.#networks.get(network) ?? new Set();
    this.#networks.set(network, theirs);
    if (theirs.has(stranger)) return;
    theirs.add(stranger);
    this.#count++;
    if (this.#count > this.#most) this.#dropOne();
  }

  /** One was let in, or has gone. */
  delete(stranger: Stranger): void {
    const network = networkOf(stranger.address);
    const theirs = this.#networks.get(network);
    if (!theirs?.delete(stranger)) return;
    this.#count--;
    if (theirs.size === 0) this.#networks.delete(network);
  }

  #dropOne(): void {
    let most: Set<Stranger> | undefined;
    for (const theirs of this.#networks.values()) if (theirs.size > (most?.size ?? 0)) most = theirs;
    const [oldest] = most ?? [];
    if (!oldest) return;
    this.delete(oldest);
    this.dropped++;
    oldest.drop();
  }
}

/** The connections at a port that nobody has been let in over. */
export class StrangerSockets {
  readonly strangers: Strangers;
  readonly #bySocket = new Map<string, Stranger>();

  /** Follows the connections that the server takes from now on. */
  constructor(server: Server, strangers: Strangers) {
    this.strangers = strangers;
    server.on('connection', (socket: Socket) => this.#follow(socket));
  }

  /** Somebody was let in over a connection, encrypted or not, for as long as it lasts. */
  letIn(socket: Socket): void {
    const name = nameOf(socket);
    const stranger = this.#bySocket.get(name);
    if (!stranger) return;
    this.#bySocket.delete(name);
    this.strangers.delete(stranger);
  }

  /** The same, until a request is answered: what the next one is nobody knows. */
  letInFor(response: ServerResponse): void {
    const name = response.socket ? nameOf(response.socket) : '';
    const stranger = this.#bySocket.get(name);
    if (!stranger) return;
    this.strangers.delete(stranger);
    response.once('close', () => {
      if (this.#bySocket.get(name) === stranger) this.strangers.add(stranger);
    });
  }

  #follow(socket: Socket): void {
    const name = nameOf(socket);
    const stranger = { address: socket.remoteAddress ?? '', drop: () => socket.destroy() };
    this.#bySocket.set(name, stranger);
    this.strangers.add(stranger);
    socket.once('close', () => {
      this.strangers.delete(stranger);
      if (this.#bySocket.get(name) === stranger) this.#bySocket.delete(name);
    });
  }
}

/** By what a connection is the same, with encryption and without. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
