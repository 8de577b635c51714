import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Holder } from '../../limits/held-bytes.ts';

/** What has come over REST since the start, for metrics. */
export class HttpCounters {
  /** Messages published. */
  received = 0;
  /** Requests that were answered with an error. */
  refused = 0;
}

/** The requests that are not answered yet: what has come of their bodies, and what of their answers is not taken. */
export class OpenRequests {
  readonly #open = new Set<Holder>();

  /** Follows the requests that the server takes from now on. */
  constructor(server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const holder = createHolder(request);
      this.#open.add(holder);
      response.once('close', () => this.#open.delete(holder));
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
