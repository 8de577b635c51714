import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Holder } from '../../limits/held-bytes.ts';

/** Counts of REST, for metrics. */
export class HttpCounters {
  /** Messages published since the start. */
  received = 0;
  /** Messages sent as events since the start, counted for each client. */
  sent = 0;
  /** Clients of event streams now. */
  streams = 0;
  /** Requests that were answered with an error since the start. */
  refused = 0;
}

/** Unanswered requests that a connection may have: one being answered, and one that arrives before that answer has left completely. */
const MAX_UNANSWERED = 2;

interface OpenRequestsOptions {
  /** The network of a connection's client, who may be behind a proxy. */
  readonly networkOf: (socket: Socket) => string;
  /** Called with the connection of each answered request. */
  readonly onAnswered: (socket: Socket) => void;
}

/**
 * The unanswered requests. Each holds the received part of its body, and the unsent part of its answer. A connection with more than two is
 * destroyed: Node parses all requests that are pipelined in one read before it answers any, past every other limit.
 */
export class OpenRequests {
  readonly #open = new Set<Holder>();
  readonly #unanswered = new WeakMap<Socket, number>();
  readonly #options: OpenRequestsOptions;

  /** Wraps the server's present request handlers. */
  constructor(server: Server, options: OpenRequestsOptions) {
    this.#options = options;
    const handlers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      if (this.#unansweredOf(socket) >= MAX_UNANSWERED) socket.destroy();
      if (socket.destroyed) return; // The parser still emits what it has read.
      this.#follow(socket, response);
      for (const handle of handlers) handle.call(server, request, response);
    });
  }

  #follow(socket: Socket, response: ServerResponse): void {
    const { networkOf, onAnswered } = this.#options;
    const holder = createHolder(socket, networkOf);
    this.#open.add(holder);
    this.#unanswered.set(socket, this.#unansweredOf(socket) + 1);
    response.once('close', () => {
      this.#open.delete(holder);
      this.#unanswered.set(socket, this.#unansweredOf(socket) - 1);
      onAnswered(socket);
    });
  }

  #unansweredOf(socket: Socket): number {
    return this.#unanswered.get(socket) ?? 0;
  }

  [Symbol.iterator](): Iterator<Holder> {
    return this.#open.values();
  }
}

function createHolder(socket: Socket, networkOf: OpenRequestsOptions['networkOf']): Holder {
  const readBefore = socket.bytesRead;
  return {
    get network() {
      return networkOf(socket);
    },
    get heldBytes() {
      return socket.bytesRead - readBefore + socket.writableLength;
    },
    cutOff: () => socket.destroy(),
  };
}
