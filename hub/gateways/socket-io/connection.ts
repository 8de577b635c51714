import type { Socket } from 'socket.io';
import type { HubError } from '../../core/error.ts';
import type { DeliveryFlags, Message, WireMessage } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import { networkOf } from '../../limits/network.ts';
import { StuckDetector } from '../../limits/outlet.ts';
import type { Link, Outgoing } from '../../session/link.ts';
import { type Batch, BatchStart, Turn } from '../batch.ts';
import type { ClientEvents } from '../client-events.ts';
import { describeMessage, type TracedPacket, type Traces } from '../traces.ts';
import { abort, UnsentBytes, webSocketOf } from './engine.ts';
import {
  type Answer,
  type EncodedPacket,
  encodeAnswer,
  encodeEvent,
  encodeGoodbye,
  MessagesEncoder,
} from './packets.ts';

/** Counts of Socket.IO since the start. */
export class SocketIoCounters {
  /** Handshakes and events that were refused. */
  refused = 0;
  /** Messages that clients have published. */
  received = 0;
  /** Messages that were sent, counted for each client. */
  sent = 0;
}

/** Engine.IO sends a pre-encoded frame as it is; transports other than WebSocket send the packet itself. */
interface PreEncodedOptions {
  readonly compress: boolean;
  readonly wsPreEncodedFrame: readonly [whole: Buffer];
}

interface ConnectionParts {
  readonly outbound: Outbound;
  readonly events: Pick<ClientEvents, 'traces'>;
  readonly limits: {
    /** With more unsent bytes than this, the client's buffer is full. */
    readonly bufferedBytes: number;
    /** How long the client may take nothing while its buffer is full, seconds. */
    readonly stuckSeconds: number;
  };
}

/** A session's link over one Socket.IO socket. Messages and answers are sent together at the end of the turn. */
export class Connection implements Link, Holder {
  /** Socket.IO has no acknowledgement by the client: everything goes at QoS 0, so nothing is ever in flight. */
  readonly receiveMaximum = 65_535;
  readonly socket: Socket;
  readonly network: string;
  /** The client identifier by which traces know the connection; empty before it has a session. */
  clientIdentifier = '';
  readonly #traces: Traces;
  readonly #outbound: Outbound;
  readonly #unsent: UnsentBytes;
  readonly #stuck: StuckDetector;
  readonly #fullBytes: number;
  /** The messages that are due, if any. */
  #batch: Batch<DeliveryFlags> | undefined;
  /** The answers that are due. */
  #answers: EncodedPacket[] = [];
  #answerBytes = 0;
  /** A last packet, sent in the same write as everything that is due: when the hub closes, there may be no second write. */
  #goodbye: EncodedPacket | undefined;

  /** `onDrain` is called whenever the network has taken everything. */
  constructor(socket: Socket, { outbound, limits, events }: ConnectionParts, onDrain: () => void) {
    this.#traces = events.traces;
    this.socket = socket;
    this.network = networkOf(socket.conn.remoteAddress);
    this.#outbound = outbound;
    this.#stuck = new StuckDetector(limits.stuckSeconds);
    this.#fullBytes = limits.bufferedBytes;
    this.#unsent = new UnsentBytes(socket.conn, () => {
      this.#stuck.drained();
      onDrain();
    });
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  get bufferedBytes(): number {
    return this.#unsent.count + this.#answerBytes + (this.#batch?.size ?? 0);
  }

  isBehind(bytes: number): boolean {
    return this.bufferedBytes > bytes;
  }

  get heldBytes(): number {
    return this.bufferedBytes;
  }

  /** Whether the client has taken nothing for too long. Called now and then with the hub's clock, milliseconds. */
  isStuck(now: number): boolean {
    return this.#stuck.check(now, this.bufferedBytes > this.#fullBytes);
  }

  /** Disconnects a client that does not read, without a goodbye. */
  cutOff(): void {
    abort(this.socket.conn);
  }

  send(message: Message, _terms: Terms, flags: DeliveryFlags): boolean {
    this.#schedule();
    if (this.#traces.isActive) this.trace('out', 'message', describeMessage(message));
    this.#batch = (this.#batch ?? this.#outbound.empty).with(message, flags);
    return true;
  }

  sendTracked({ message, terms, retain }: Outgoing): boolean {
    return this.send(message, terms, retain);
  }

  sendRelease(): void {
    // Nothing to send, as QoS 2 is never granted here.
  }

  /** Reports an event to everything that watches the client. */
  trace(
    direction: TracedPacket['direction'],
    packet: TracedPacket['packet'],
    details: TracedPacket['details'],
  ): void {
    this.#traces.record(this.clientIdentifier, { direction, packet, details });
  }

  /** Answers the event that has this acknowledgement id. */
  answer(id: number, answer: Answer): void {
    this.#push(encodeAnswer(id, answer));
  }

  /** Sends an event other than `messages`. */
  sendEvent(event: string, data: object): void {
    this.#push(encodeEvent(event, data));
  }

  close(reason: HubError): void {
    this.#goodbye = encodeGoodbye(reason);
    this.#outbound.flush([this]);
    this.socket.disconnect(true);
  }

  /** Stops reading from a WebSocket, until `resume`. `PollingReaders` does so for long-polling. */
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

  /** Sends the answers that are due, and then `packet`, in order with everything that goes through Socket.IO's own encoder. */
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

  #push(packet: EncodedPacket): void {
    this.#schedule();
    this.#answers.push(packet);
    this.#answerBytes += packet.frame.byteLength;
  }

  #schedule(): void {
    if (!this.#batch && this.#answers.length === 0) this.#outbound.schedule(this);
  }
}

/** Joins packets into one. A WebSocket sends the frames; the text only counts as unsent bytes. */
function joined(packets: readonly EncodedPacket[]): EncodedPacket {
  return {
    text: packets.map(({ text }) => text).join(''),
    frame: Buffer.concat(packets.map(({ frame }) => frame)),
  };
}

/**
 * Handing messages to the network takes at most a ninth of the processor: sending takes as much again, and reading needs time. A hundred
 * windows that drag at once then get messages every 20 ms, more often than a screen refreshes.
 */
const REST_FACTOR = 8;

/** Sends what is due at the end of each turn of the event loop; the same messages are encoded once for all connections. */
export class Outbound {
  readonly empty = new BatchStart<DeliveryFlags>();
  readonly #counters: SocketIoCounters;
  readonly #encoder = new MessagesEncoder();
  readonly #turn = new Turn<Connection>((due) => this.#end(due), { restFactor: REST_FACTOR });

  constructor(counters: SocketIoCounters) {
    this.#counters = counters;
  }

  schedule(connection: Connection): void {
    this.#turn.add(connection);
  }

  /** Sends now what is due to these connections. */
  flush(due: readonly Connection[]): void {
    const groups = new Map<Batch<DeliveryFlags>, Connection[]>();
    for (const connection of due) {
      const batch = connection.takeBatch();
      const connections = batch && groups.get(batch);
      if (!batch) connection.write();
      else if (connections) connections.push(connection);
      else groups.set(batch, [connection]);
    }
    for (const [batch, connections] of groups) this.#send(batch, connections);
  }

  #end(due: readonly Connection[]): void {
    this.flush(due);
    this.empty.clear();
    this.#encoder.clear();
  }

  #send(batch: Batch<DeliveryFlags>, connections: readonly Connection[]): void {
    this.#counters.sent += batch.count * connections.length;
    const packet = this.#encoder.encode(batch);
    for (const connection of connections) {
      connection.write(packet);
      if (!packet) connection.socket.emit('messages', batch.map(toWire));
    }
  }
}

function toWire(message: Message, flags: DeliveryFlags): WireMessage {
  return [message.topic, message.text ?? message.bytes, flags];
}
