import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Stranger, Strangers } from './strangers.ts';

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
