import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Holder } from '../../limits/held-bytes.ts';
import { networkOf } from '../../limits/network.ts';

/** Counts of REST since the start, for metrics. */
export class HttpCounters {
  /** Messages published. */
  received = 0;
  /** Requests that were answered with an error. */
  refused = 0;
}

/** Unanswered requests that a connection may have: one being answered, and one that arrives before that answer has left completely. */
const MAX_UNANSWERED = 2;

/**
 * The unanswered requests. Each holds the received part of its body, and the unsent part of its answer. A connection with more than two is
 * destroyed: Node parses all requests that are pipelined in one read before it answers any, past every other limit.
 */
export class OpenRequests {
  readonly #open = new Set<Holder>();
  readonly #unanswered = new WeakMap<Socket, number>();

  /** Wraps the server's present request handlers. `onAnswered` is called with the socket of each completed request. */
  constructor(server: Server, onAnswered: (socket: Socket) => void) {
    const handlers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      if (this.#unansweredOf(socket) >= MAX_UNANSWERED) socket.destroy();
      if (socket.destroyed) return; // The parser still emits what it has read.
      this.#follow(socket, response, onAnswered);
      for (const handle of handlers) handle.call(server, request, response);
    });
  }

  #follow(socket: Socket, response: ServerResponse, onAnswered: (socket: Socket) => void): void {
    const holder = createHolder(socket);
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

function createHolder(socket: Socket): Holder {
  const readBefore = socket.bytesRead;
  return {
    get network() {
      return networkOf(socket.remoteAddress ?? '');
    },
    get heldBytes() {
      return socket.bytesRead - readBefore + socket.writableLength;
    },
    cutOff: () => socket.destroy(),
  };
}
