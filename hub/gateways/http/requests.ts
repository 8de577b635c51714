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

/** The requests that are not answered yet. They hold what has come of their bodies, and what is unsent of their answers. */
export class OpenRequests {
  readonly #open = new Set<Holder>();

  /** Follows requests from now on; `onAnswered` is called with the socket of each one that is over. */
  constructor(server: Server, onAnswered: (socket: Socket) => void) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const holder = createHolder(request);
      this.#open.add(holder);
      response.once('close', () => {
        this.#open.delete(holder);
        onAnswered(request.socket);
      });
    });
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
