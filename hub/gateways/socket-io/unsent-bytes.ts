import type { EngineSocket } from './engine-socket.ts';

/**
 * Bytes handed to an Engine.IO connection that the network has not taken yet: messages, answers and pings alike. Over long-polling the
 * network takes them when the client asks for them.
 */
export class UnsentBytes {
  /** Waiting for the transport. */
  #queued = 0;
  /** With the transport. */
  #inTransport = 0;

  /** `onDrain` is called whenever the transport has got rid of what it had. */
  constructor(connection: EngineSocket, onDrain: () => void) {
    const follow = (transport: EngineSocket['transport']) => {
      this.#inTransport = 0;
      transport.on('drain', () => {
        this.#inTransport = 0;
        onDrain();
      });
    };
    connection.on('packetCreate', ({ data }: { data?: string | Uint8Array }) => {
      this.#queued += data?.length ?? 0;
    });
    connection.on('flush', () => {
      this.#inTransport += this.#queued;
      this.#queued = 0;
    });
    connection.on('upgrade', follow);
    follow(connection.transport);
  }

  get count(): number {
    return this.#queued + this.#inTransport;
  }
}
