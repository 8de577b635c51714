import type { Socket } from 'socket.io';
import type { HubError } from '../../core/error.ts';
import type { DeliveryFlags, Message } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import type { Link, Outgoing } from '../../session/link.ts';
import type { Batch, BatchStart } from '../batch.ts';
import { abort, UnsentBytes, webSocketOf } from './engine.ts';
import { type Answer, type EncodedPacket, encodeAnswer, encodeGoodbye } from './packets.ts';

/** Sends what is due to connections at the end of the turn. */
export interface Outlet {
  readonly empty: BatchStart<DeliveryFlags>;
  schedule(connection: Connection): void;
  /** Sends it now. */
  flush(connection: Connection): void;
}

/** Engine.IO sends a pre-encoded frame as it is; transports other than WebSocket send the packet itself. */
interface PreEncodedOptions {
  readonly compress: boolean;
  readonly wsPreEncodedFrame: readonly [whole: Buffer];
}

/** A session's link over one Socket.IO socket. Messages and answers are gathered; the gateway sends them at the end of the turn. */
export class Connection implements Link, Holder {
  /** Socket.IO has no acknowledgement by the client: everything goes at QoS 0, so nothing is ever in flight. */
  readonly receiveMaximum = 65_535;
  readonly socket: Socket;
  readonly #outlet: Outlet;
  readonly #unsent: UnsentBytes;
  /** The messages that are due, if any. */
  #batch: Batch<DeliveryFlags> | undefined;
  /** The answers that are due. */
  #answers: EncodedPacket[] = [];
  #answerBytes = 0;
  /** The last packet goes out in one write with what is due: when the hub closes, there may be no second write. */
  #goodbye: EncodedPacket | undefined;

  /** `onDrain` is called whenever the network has taken everything. */
  constructor(socket: Socket, outlet: Outlet, onDrain: () => void) {
    this.socket = socket;
    this.#outlet = outlet;
    this.#unsent = new UnsentBytes(socket.conn, onDrain);
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  get bufferedBytes(): number {
    return this.#unsent.count + this.#answerBytes + (this.#batch?.size ?? 0);
  }

  get heldBytes(): number {
    return this.bufferedBytes;
  }

  /** Ends it at once, without a goodbye: the client does not read. */
  cutOff(): void {
    abort(this.socket.conn);
  }

  send(message: Message, _terms: Terms, flags: DeliveryFlags): boolean {
    this.#schedule();
    this.#batch = (this.#batch ?? this.#outlet.empty).with(message, flags);
    return true;
  }

  sendTracked({ message, terms, retain }: Outgoing): boolean {
    return this.send(message, terms, retain);
  }

  sendRelease(): void {
    // QoS 2 is never granted here.
  }

  /** Answers the event that has this acknowledgement id. */
  answer(id: number, answer: Answer): void {
    this.#schedule();
    const packet = encodeAnswer(id, answer);
    this.#answers.push(packet);
    this.#answerBytes += packet.frame.byteLength;
  }

  close(reason: HubError): void {
    this.#goodbye = encodeGoodbye(reason);
    this.#outlet.flush(this);
    this.socket.disconnect(true);
  }

  /** Stops reading from a WebSocket, until `resume`. Long-polling is held back by its reader. */
  pause(): void {
    webSocketOf(this.socket.conn)?.pause();
  }

  resume(): void {
    webSocketOf(this.socket.conn)?.resume();
  }

  /** Takes the messages that are due; `undefined` if they were sent early. */
  takeBatch(): Batch<DeliveryFlags> | undefined {
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  /** Sends the answers that are due, and then `packet`, in order with all that goes through Socket.IO's own encoder. */
  write(packet?: EncodedPacket): void {
    const packets = [...this.#answers, packet, this.#goodbye].filter((one) => one !== undefined);
    this.#answers = [];
    this.#answerBytes = 0;
    this.#goodbye = undefined;
    const { conn } = this.socket;
    // A WebSocket takes any number of frames in one write.
    const writes = conn.transport.name === 'websocket' && packets.length > 1 ? [joined(packets)] : packets;
    for (const { text, frame } of writes) {
      const options: PreEncodedOptions = { compress: false, wsPreEncodedFrame: [frame] };
      conn.write(text, options);
    }
  }

  #schedule(): void {
    if (!this.#batch && this.#answers.length === 0) this.#outlet.schedule(this);
  }
}

/** Only the length of the text matters then: unsent bytes are counted by it. */
function joined(packets: readonly EncodedPacket[]): EncodedPacket {
  return {
    text: packets.map(({ text }) => text).join(''),
    frame: Buffer.concat(packets.map(({ frame }) => frame)),
  };
}
