import type { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Credentials, Remote } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import { Outlet } from '../../limits/outlet.ts';
import type { Share } from '../../limits/turn-budget.ts';

/** The network protocol below MQTT. */
export type Carrier = 'tcp' | 'websocket';

/** The receiver of a transport's events. */
export interface TransportEvents {
  /** Bytes have come. The receiver owns them. */
  received(chunk: Buffer): void;
  /** The network has taken all that was sent. */
  drained(): void;
  /**
   * The client sends nothing more: it closed its side, or broke a rule of the carrier, which `fault` then names. Replies to earlier packets
   * can still be sent. The receiver calls `end`.
   */
  ended(fault?: HubError): void;
  /** The connection is gone; nothing follows. */
  closed(): void;
}

/** A stream of bytes in both directions. No method throws: a failure ends in `closed`. */
export interface Transport {
  readonly carrier: Carrier;
  /** Whether packets are sent as they are, or each in a WebSocket frame. */
  readonly form: 'bytes' | 'frames';
  /** The client's IP address. */
  readonly address: string;
  /** The credentials of the connection itself: a client certificate, a browser's login. */
  readonly credentials?: Credentials;
  /** What else the authenticators may know of where the client connects from. Default: its address alone. */
  readonly remote?: Remote | undefined;
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
  /** Ends it at once. */
  destroy(): void;
}

/** The common part of all transports over a socket. */
export abstract class SocketTransport {
  abstract readonly address: string;
  abstract readonly credentials: Credentials;
  readonly share: Share;
  readonly letIn: () => void;
  protected readonly socket: Duplex;
  protected readonly outlet: Outlet;
  #events: TransportEvents | undefined;

  constructor(socket: Duplex, { share, letIn }: Pick<Transport, 'share' | 'letIn'>) {
    this.socket = socket;
    this.share = share;
    this.letIn = letIn;
    this.outlet = new Outlet(socket, () => this.#events?.drained());
    socket.allowHalfOpen = true; // A client that has sent everything may still wait for replies.
  }

  get bufferedBytes(): number {
    return this.outlet.bufferedBytes;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.socket
      .on('data', (chunk: Buffer) => this.read(chunk, events))
      .on('end', () => this.finished(events))
      .on('close', () => events.closed())
      .on('error', () => this.destroy()); // 'close' follows.
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

  /** The client has closed its side of the socket. */
  protected finished(events: TransportEvents): void {
    events.ended();
  }
}
