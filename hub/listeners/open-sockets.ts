import type { Server, Socket } from 'node:net';

/** The connections of a server, whatever is spoken over them: what they carry, as the system counts it, and an end to them. */
export class OpenSockets {
  readonly #open = new Set<Socket>();
  readonly #whenEmpty: (() => void)[] = [];
  #received = 0;
  #sent = 0;

  /** Follows the connections that the server takes from now on. */
  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#forget(socket));
    });
  }

  /** Bytes that have come since the start. Looks at every connection; so does `bytesSent`. */
  get bytesReceived(): number {
    let bytes = this.#received;
    for (const socket of this.#open) bytes += socket.bytesRead;
    return bytes;
  }

  /** Bytes that the system was given to send since the start. */
  get bytesSent(): number {
    let bytes = this.#sent;
    for (const socket of this.#open) bytes += socket.bytesWritten;
    return bytes;
  }

  /** Ends all connections at once, those too that have gone over to another protocol. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Resolves once there is no connection left. */
  async empty(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #forget(socket: Socket): void {
    this.#open.delete(socket);
    this.#received += socket.bytesRead;
    this.#sent += socket.bytesWritten;
    if (this.#open.size > 0) return;
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }
}
