import type { Socket as Stream } from 'node:net';
import type { Server } from 'socket.io';
import type { Holder } from '../../limits/held-bytes.ts';
import { abort, type EngineSocket, streamOf, webSocketOf } from './engine.ts';

/** What has come over each WebSocket of a message that is not all there yet, whether its client is let in or not. A long poll is a request like others. */
export class IncomingMessages {
  readonly #open = new Set<IncomingMessage>();

  constructor(io: Server) {
    io.engine.on('connection', (connection: EngineSocket) => {
      const incoming = new IncomingMessage(connection);
      this.#open.add(incoming);
      connection.on('close', () => this.#open.delete(incoming));
    });
  }

  [Symbol.iterator](): Iterator<Holder> {
    return this.#open.values();
  }
}

class IncomingMessage implements Holder {
  readonly #connection: EngineSocket;
  /** `undefined` while the client is polling. */
  #stream: Stream | undefined;
  /** How much had come by the end of the last message, bytes. */
  #readBefore = 0;

  constructor(connection: EngineSocket) {
    this.#connection = connection;
    this.#follow();
    connection.on('upgrade', () => this.#follow());
  }

  get heldBytes(): number {
    return this.#bytesRead - this.#readBefore;
  }

  cutOff(): void {
    abort(this.#connection);
  }

  get #bytesRead(): number {
    return this.#stream?.bytesRead ?? 0;
  }

  #follow(): void {
    this.#stream = streamOf(this.#connection);
    this.#readBefore = this.#bytesRead;
    webSocketOf(this.#connection)?.on('message', () => {
      this.#readBefore = this.#bytesRead;
    });
  }
}
