import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Holder } from '../../limits/held-bytes.ts';

/** Counts of REST since the start, for metrics. */
export class HttpCounters {
  /** Messages published. */
  received = 0;
  /** Requests that were answered with an error. */
  refused = 0;
}

/** Unanswered requests that a connection may have: one being answered, and one that comes before the answer has left completely. */
const MOST_UNANSWERED = 2;

/**
 * The requests that are not answered yet. They hold what has come of their bodies, and what is unsent of their answers. A connection with
 * more than two is cut off: Node parses all requests that are pipelined in one read before it answers any, past every other limit.
 */
export class OpenRequests {
  readonly #open = new Set<Holder>();
  readonly #unanswered = new WeakMap<Socket, number>();
  readonly #onAnswered: (socket: Socket) => void;

  /** Stands before the server's present handlers. `onAnswered` is called with the socket of each request that is over. */
  constructor(server: Server, onAnswered: (socket: Socket) => void) {
    this.#onAnswered = onAnswered;
    const handlers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!this.#mayEnter(request.socket)) return;
      this.#follow(request, response);
      for (const handle of handlers) handle.call(server, request, response);
    });
  }

  #mayEnter(socket: Socket): boolean {
    if ((this.#unanswered.get(socket) ?? 0) >= MOST_UNANSWERED) socket.destroy();
    return !socket.destroyed; // The parser goes on with what it has read.
  }

  #follow(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const holder = createHolder(request);
    this.#open.add(holder);
    this.#count(socket, 1);
    response.once('close', () => {
      this.#open.delete(holder);
      this.#count(socket, -1);
      this.#onAnswered(socket);
    });
  }

  #count(socket: Socket, change: 1 | -1): void {
    this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 0) + change);
  }

  [Symbol.iterator](): Iterator<Holder> {
    return this.#open.values();
  }
}

function createHolder({ socket }: IncomingMessage): Holder {
  const readBefore = socket.bytesRead;
  return {
    get heldBytes() {
      return socket.bytesRead - readBefore + socket.writableLength;
    },
    cutOff: () => socket.destroy(),
  };
}
