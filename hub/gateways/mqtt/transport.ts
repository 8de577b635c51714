import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { HubError } from '../../core/error.ts';
import { Outlet } from '../../limits/outlet.ts';
import type { Share } from '../../limits/turn-share.ts';

/** The network protocol below MQTT. */
export type Carrier = 'tcp' | 'websocket';

/** The receiver of a transport's events. */
export interface TransportEvents {
  /** Called when bytes have come. The receiver owns them. */
  received(chunk: Buffer): void;
  /** Called when the network has taken everything that was sent. */
  drained(): void;
  /**
   * Called when the client sends nothing more: it closed its side, or broke a rule of the transport protocol, which `fault` then names. Replies to earlier packets
   * can still be sent. The receiver calls `end`.
   */
  ended(fault?: HubError): void;
  /** Called when the connection is gone; no further calls follow. */
  closed(): void;
}

/** A stream of bytes in both directions. No method throws: a failure ends in `closed`. */
export interface Transport {
  readonly carrier: Carrier;
  /** Whether packets are sent as they are, or each in a WebSocket frame. */
  readonly form: 'bytes' | 'frames';
  /** The client's IP address. */
  readonly address: string;
  /** The connection's part of each turn. */
  readonly share: Share;
  /** Bytes sent that the network has not taken yet. */
  readonly bufferedBytes: number;
  /** Called when the client is accepted, which gives it a larger share. */
  letIn(): void;
  /** Starts to report events. Called once. */
  start(events: TransportEvents): void;
  /** Sends packets in the transport's form. */
  send(bytes: Buffer): void;
  /** Stops reading, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends the connection once everything has been sent; later input is discarded. */
  end(): void;
  /** Ends the connection at once. */
  destroy(): void;
}

export interface SocketTransportParts {
  /** The client's IP address. */
  readonly address: string;
  readonly share: Share;
  /** Called when the client is accepted. */
  readonly onLetIn: (socket: Duplex) => void;
}

/** Before the transport starts. */
const NOBODY: TransportEvents = {
  received: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

const TRANSPORT = Symbol('transport');

/** A socket that has its transport. */
interface SocketWithTransport extends Duplex {
  [TRANSPORT]: SocketTransport;
}

/** All sockets share these, as thousands of clients may be idle. */
const listeners = {
  data(this: SocketWithTransport, chunk: Buffer): void {
    this[TRANSPORT].arrived(chunk);
  },
  end(this: SocketWithTransport): void {
    this[TRANSPORT].ended();
  },
  close(this: SocketWithTransport): void {
    this[TRANSPORT].closed();
  },
  /** 'close' follows. */
  error(this: SocketWithTransport): void {
    this.destroy();
  },
};

/** The common part of all transports over a socket. */
export abstract class SocketTransport {
  readonly address: string;
  readonly share: Share;
  protected readonly socket: Duplex;
  protected readonly outlet: Outlet;
  readonly #onLetIn: (socket: Duplex) => void;
  #events: TransportEvents = NOBODY;

  constructor(socket: Duplex, { address, share, onLetIn }: SocketTransportParts) {
    this.socket = socket;
    this.address = address;
    this.share = share;
    this.#onLetIn = onLetIn;
    this.outlet = new Outlet(socket, this);
    socket.allowHalfOpen = true; // A client that has sent everything may still wait for replies.
  }

  get bufferedBytes(): number {
    return this.outlet.bufferedBytes;
  }

  letIn(): void {
    this.#onLetIn(this.socket);
  }

  /** Called when the network has taken what was sent. */
  drained(): void {
    this.#events.drained();
  }

  start(events: TransportEvents): void {
    this.#events = events;
    Object.assign(this.socket, { [TRANSPORT]: this });
    this.socket
      .on('data', listeners.data)
      .on('end', listeners.end)
      .on('close', listeners.close)
      .on('error', listeners.error);
  }

  /** Called when bytes have come over the socket. Only the socket's listeners call this method and the next two. */
  arrived(chunk: Buffer): void {
    this.read(chunk, this.#events);
  }

  /** Called when the client has closed its side of the socket. */
  ended(): void {
    this.finished(this.#events);
  }

  closed(): void {
    this.outlet.forget();
    this.#events.closed();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Takes bytes from the socket. */
  protected abstract read(chunk: Buffer, events: TransportEvents): void;

  /** Called when nothing more comes from the client. */
  protected finished(events: TransportEvents): void {
    events.ended();
  }
}
