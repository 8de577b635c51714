import type { Socket } from 'socket.io';
import type { HubError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { DeliveryFlags, Link, Outgoing } from '../../session/link.ts';
import type { Batch, BatchStart } from '../batch.ts';
import type { MessagesPacket } from './messages-packet.ts';
import { UnsentBytes } from './unsent-bytes.ts';

/** What a connection asks of its gateway: to send its batch at the end of this turn. */
export interface Outlet {
  readonly empty: BatchStart<DeliveryFlags>;
  schedule(connection: Connection): void;
}

/** Engine.IO sends a frame that is given with the packet as it is; other transports take the packet itself. */
interface PreEncodedOptions {
  readonly compress: boolean;
  readonly wsPreEncodedFrame: MessagesPacket['frame'];
}

/** A session's link over one Socket.IO socket. Messages are gathered; the gateway sends them at the end of the turn. */
export class Connection implements Link {
  /** Socket.IO has no acknowledgement by the client: everything goes at QoS 0, so nothing is ever in flight. */
  readonly receiveMaximum = 65_535;
  readonly socket: Socket;
  readonly #outlet: Outlet;
  readonly #unsent: UnsentBytes;
  /** What is due, or nothing. */
  #batch: Batch<DeliveryFlags> | undefined;

  /** `onDrain` is called whenever the network has taken what it was given. */
  constructor(socket: Socket, outlet: Outlet, onDrain: () => void) {
    this.socket = socket;
    this.#outlet = outlet;
    this.#unsent = new UnsentBytes(socket.conn, onDrain);
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  get bufferedBytes(): number {
    return this.#unsent.count + (this.#batch?.size ?? 0);
  }

  send(message: Message, _terms: Terms, flags: DeliveryFlags): boolean {
    if (!this.#batch) this.#outlet.schedule(this);
    this.#batch = (this.#batch ?? this.#outlet.empty).with(message, flags);
    return true;
  }

  sendTracked({ message, terms, retain }: Outgoing): boolean {
    return this.send(message, terms, retain);
  }

  sendRelease(): void {
    // QoS 2 is never granted here.
  }

  close(reason: HubError): void {
    this.socket.emit('goodbye', reason.toJSON());
    this.socket.disconnect(true);
  }

  /** Ends the connection without a word, for a client that does not listen: what waits for it is thrown away. */
  abort(): void {
    this.socket.conn.close(true);
  }

  /** Sends an encoded packet past Socket.IO's own encoder, in order with all that goes through it. */
  write({ text, frame }: MessagesPacket): void {
    const options: PreEncodedOptions = { compress: false, wsPreEncodedFrame: frame };
    this.socket.conn.write(text, options);
  }

  /** Takes what is due, for the gateway to send; `undefined` where that was sent ahead of its turn. */
  takeBatch(): Batch<DeliveryFlags> | undefined {
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }
}
