import type { Buffer } from 'node:buffer';
import { HubError, toHubError } from '../../core/error.ts';
import { type DeliveryFlags, type Message, RETAINED } from '../../core/message.ts';
import type { Terms } from '../../core/subscription.ts';
import type { Link, Outgoing } from '../../session/link.ts';
import { describeMessage, type Traces } from '../traces.ts';
import {
  type AcknowledgementType,
  type Delivery,
  describeDelivery,
  type EncodeLimits,
  encode,
  type ProtocolVersion,
  type ServerPacket,
  sharedDelivery,
} from './codec/index.ts';
import { describePacket } from './describe-packet.ts';
import {
  type BatchParts,
  type Outbound,
  Precedence,
  type PublishBatch,
  type PublishEncoder,
} from './outbound.ts';
import { Replies } from './replies.ts';
import { OwnTopicAliases } from './topic-aliases.ts';
import type { Transport } from './transport.ts';

/** The limits that a client's CONNECT sets for packets to it. */
export interface ClientLimits {
  readonly version: ProtocolVersion;
  /** [MQTT-3.3.4-9] */
  readonly receiveMaximum: number;
  /** Bytes, [MQTT-3.1.2-24]. */
  readonly maximumPacketSize: number | undefined;
  /** Topic aliases that the hub may set, [MQTT-3.1.2-26]. */
  readonly topicAliases: number;
  /** [MQTT-3.1.2-29] */
  readonly problemInformation: boolean;
  /** Whether the client is another broker: it does not want its own messages back, and passes on whether they are retained. */
  readonly isBridge?: boolean;
}

/** The connection, as far as its link knows it. */
interface LinkHost {
  /** Ends the connection from the hub's side. */
  close(reason: HubError): void;
  /** Called when the client is no longer slow although the network reports nothing: the network took at once what the hub had kept. */
  goOn(): void;
}

interface MqttLinkOptions {
  readonly transport: Transport;
  readonly outbound: Outbound;
  readonly clientLimits: ClientLimits;
  readonly host: LinkHost;
  /** With more unsent bytes than this the client is slow, and its session waits. */
  readonly slowBytes: number;
  readonly traces: Traces;
  readonly clientIdentifier: string;
}

/** A batch of this size is sent before the end of the turn: bytes that the network takes now need no memory. */
const FULL_BATCH_BYTES = 64 * 2 ** 10;

/** A UTF-16 unit becomes at most three bytes; the rest of a packet without properties takes at most 32. */
const MAX_BYTES_PER_UNIT = 3;
const ENVELOPE_BYTES = 32;

/**
 * A session's link over MQTT. Everything due in one turn of the event loop leaves in one write, answers first. While the journal is not safe,
 * acknowledgements and messages of QoS 1 and 2 wait for it, in order. Messages of QoS 0 and PINGRESP do not: a store that takes its time must
 * stop no slider and end no keep alive.
 */
export class MqttLink implements Link {
  readonly receiveMaximum: number;
  readonly isBridge: boolean;
  readonly #transport: Transport;
  readonly #outbound: Outbound;
  readonly #version: ProtocolVersion;
  readonly #encoder: PublishEncoder;
  readonly #limits: EncodeLimits;
  readonly #aliases: OwnTopicAliases | undefined;
  readonly #host: LinkHost;
  readonly #slowBytes: number;
  readonly #traces: Traces;
  readonly #clientIdentifier: string;
  readonly #replies: Replies;
  #batch: PublishBatch | undefined;
  /** `bufferedBytes` when the batch began. Adding up all parts for each message would cost more than everything else that is done for it. */
  #bytesAhead = 0;
  #isScheduled = false;
  #isOver = false;
  /** The journal must be safe up to here before the link may send acknowledgements. */
  #boundTo = 0;
  /** The changes of sessions must be safe up to here before the link may send messages of QoS 1 and 2. */
  #trackedTo = 0;
  /** Created when something first waits for the journal. */
  #precedence: Precedence | undefined;
  /** Bytes that wait for the journal. */
  #heldBytes = 0;
  /** Whether the client has just ceased to be slow. */
  #hasRoom = false;
  /** The error, if a message could not be encoded before the end of the turn. */
  #failure: HubError | undefined;

  constructor(options: MqttLinkOptions) {
    const { transport, outbound, clientLimits, host, slowBytes } = options;
    const { version, maximumPacketSize, problemInformation, topicAliases, isBridge = false } = clientLimits;
    this.isBridge = isBridge;
    this.receiveMaximum = clientLimits.receiveMaximum;
    this.#transport = transport;
    this.#outbound = outbound;
    this.#replies = new Replies(transport.form);
    this.#version = version;
    this.#encoder = outbound.encoderOf(version);
    this.#limits = { maximumPacketSize, problemInformation };
    this.#aliases = topicAliases > 0 ? new OwnTopicAliases(topicAliases) : undefined;
    this.#host = host;
    this.#slowBytes = slowBytes;
    this.#traces = options.traces;
    this.#clientIdentifier = options.clientIdentifier;
  }

  get bufferedBytes(): number {
    return (
      this.#transport.bufferedBytes + this.#heldBytes + this.#replies.byteLength + (this.#batch?.size ?? 0)
    );
  }

  isBehind(bytes: number): boolean {
    const batch = this.#batch;
    if (batch && this.#bytesAhead + batch.size <= bytes) return false;
    return this.bufferedBytes > bytes;
  }

  send(message: Message, terms: Terms, flags: DeliveryFlags): boolean {
    return this.#add(message, terms, flags & RETAINED);
  }

  sendTracked(outgoing: Outgoing): boolean {
    this.#trackedTo = this.#outbound.sessions.position; // A lost packet identifier would mean a second delivery under another. [MQTT-4.3.3-2]
    return this.#add(outgoing.message, outgoing.terms, sharedDelivery(outgoing));
  }

  sendRelease(packetIdentifier: number): void {
    this.acknowledge('pubrel', packetIdentifier);
  }

  close(reason: HubError): void {
    this.#host.close(reason);
  }

  /** Delays the acknowledgements that are due until the journal is safe up to here. */
  bind(): void {
    this.#boundTo = this.#outbound.journal.position;
  }

  /** Sends an acknowledgement of success. */
  acknowledge(type: AcknowledgementType, packetIdentifier: number): void {
    this.#replies.acknowledge(type, packetIdentifier);
    if (this.#traces.isActive) this.#trace({ type, packetIdentifier, reasonCode: 0 });
    this.#schedule();
  }

  /** Sends any other packet, unless it is too large for the client [MQTT-3.1.2-24]; returns whether it was sent. */
  reply(packet: ServerPacket): boolean {
    try {
      this.#replies.add(encode(packet, this.#version, this.#limits));
      if (this.#traces.isActive) this.#trace(packet);
      this.#schedule();
      return true;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#outbound.counters.refused++;
      return false;
    }
  }

  /** Called at the end of the turn. Sends everything that is due, now or once the journal is safe. Throws if a message cannot be encoded. */
  flush(): void {
    if (this.#failure) throw this.#failure;
    if (this.#hasRoom) this.#goOn();
    this.#flushBatch();
  }

  #goOn(): void {
    this.#hasRoom = false;
    if (!this.#isOver) this.#host.goOn();
  }

  #flushBatch(): void {
    if (this.#isSafe) this.#flush();
    else this.#flushParts();
  }

  /** Whether nothing that is due must wait for the journal. */
  get #isSafe(): boolean {
    const { journal, sessions } = this.#outbound;
    return journal.isSafe(this.#boundTo) && sessions.isSafe(this.#trackedTo);
  }

  /** Sends what need not wait for the journal, and the rest once it is safe. */
  #flushParts(): void {
    const { tracked, untracked } = this.#takeParts();
    const pongs = this.#replies.takeOut('pingresp');
    const hasReplies = this.#replies.count > 0;
    const precedence = this.#noteReplies();
    this.#hold(this.#boundTo, this.#encode(undefined, this.#replies), { hasReplies });
    this.#hold(precedence.pong, this.#encode(undefined, pongs));
    this.#holdTracked(precedence.messages, this.#encode(tracked));
    this.#hold(precedence.messages, this.#encode(untracked));
  }

  #noteReplies(): Precedence {
    this.#precedence ??= new Precedence();
    this.#precedence.note(this.#replies, this.#boundTo);
    return this.#precedence;
  }

  #takeParts(): BatchParts {
    const batch = this.#takeBatch();
    return batch ? this.#encoder.partsOf(batch) : {};
  }

  /** Sends everything that need not wait for the journal, and a last packet. Never throws: packets that cannot be encoded are left out. */
  farewell(packet?: ServerPacket): void {
    this.#outbound.journal.commit();
    if (this.#heldBytes > 0 || !this.#isSafe) this.#dropBound();
    this.#flushLast();
    if (packet && this.reply(packet)) this.#flushLast(); // Last: a client reads nothing after a DISCONNECT.
    this.#isOver = true;
  }

  /** Drops the replies, and the messages that would have to wait for the journal. */
  #dropBound(): void {
    const precedence = this.#noteReplies();
    this.#replies.clear();
    const { untracked } = this.#takeParts();
    if (this.#outbound.journal.isSafe(precedence.messages)) this.#batch = untracked;
  }

  #flushLast(): void {
    try {
      this.#flush();
    } catch {
      this.#outbound.counters.refused++;
    }
  }

  #flush(): void {
    const before = this.bufferedBytes;
    const bytes = this.#pack();
    if (bytes) this.#send(bytes, before);
  }

  /** Hands bytes to the network; `before` is `bufferedBytes` when the hub still had them. */
  #send(bytes: Buffer, before: number): void {
    this.#transport.send(bytes);
    if (before <= this.#slowBytes || this.bufferedBytes > this.#slowBytes) return;
    // Lets the session go on only at the end of the turn: what the session sends must not overtake bytes that the journal releases next.
    this.#hasRoom = true;
    this.#schedule();
  }

  /** Sends bytes once the journal is safe. If the journal fails, messages are still sent, but replies end the connection. */
  #hold(position: number, bytes: Buffer | undefined, { hasReplies } = { hasReplies: false }): void {
    if (!bytes) return; // The bytes were sent before the end of the turn.
    this.#heldBytes += bytes.length;
    this.#outbound.journal.whenSafe(position, (failure) =>
      this.#release(bytes, hasReplies ? failure : undefined),
    );
  }

  /** Sends messages of QoS 1 and 2 behind those before, and behind what must come before them. */
  #holdTracked(position: number, bytes: Buffer | undefined): void {
    if (!bytes) return;
    const { journal, sessions } = this.#outbound;
    const trackedTo = this.#trackedTo;
    this.#heldBytes += bytes.length;
    journal.whenSafe(position, () => {
      sessions.whenSafe(trackedTo, () => this.#release(bytes, undefined));
    });
  }

  #release(bytes: Buffer, failure: HubError | undefined): void {
    const before = this.bufferedBytes;
    this.#heldBytes -= bytes.length;
    if (this.#isOver) return;
    if (failure) this.close(failure);
    else this.#send(bytes, before);
  }

  /** Encodes everything that is due, to be sent in one write. Afterwards nothing is due. */
  #pack(): Buffer | undefined {
    return this.#encode(this.#takeBatch(), this.#replies);
  }

  /** The messages that are due, which are not due from then on, even if they cannot be encoded. */
  #takeBatch(): PublishBatch | undefined {
    this.#isScheduled = false;
    const batch = this.#batch;
    this.#batch = undefined;
    return batch;
  }

  /** Replies in front of messages, in the transport's form; `undefined` if there are neither. */
  #encode(batch: PublishBatch | undefined, replies?: Replies): Buffer | undefined {
    const messages = batch && this.#encoder.encode(batch);
    const { counters } = this.#outbound;
    counters.packetsSent += (replies?.count ?? 0) + (batch?.count ?? 0);
    counters.publishesSent += batch?.count ?? 0;
    counters.bytesSent += (replies?.byteLength ?? 0) + (messages?.byteLength ?? 0);
    const bytes = messages?.[this.#transport.form];
    return replies && replies.count > 0 ? replies.take(bytes) : bytes;
  }

  #add(message: Message, terms: Terms, shared: number): boolean {
    if (!this.#fits(message, terms, shared)) return false;
    if (this.#traces.isActive) this.#traceMessage(message, shared);
    if (!this.#batch) this.#bytesAhead = this.bufferedBytes;
    this.#batch = this.#encoder.extend(this.#batch, message, this.#deliveryOf(message, terms, shared));
    if (this.#batch.size >= FULL_BATCH_BYTES) this.#flushAhead();
    else this.#schedule();
    return true;
  }

  /** Flushes before the end of the turn. How far replies must wait for the journal is not known yet, so they wait for everything. */
  #flushAhead(): void {
    if (this.#replies.count > 0) {
      this.bind();
      this.#outbound.journal.commit();
    }
    try {
      this.#flushBatch();
    } catch (error) {
      this.#failure = toHubError(error); // The publisher is not to blame: the end of the turn ends this connection.
      this.#schedule();
    }
  }

  #deliveryOf({ topic }: Message, { identifiers }: Terms, shared: number): Delivery {
    const alias = this.#aliases?.take(topic, shared);
    if (this.#version < 5 || (!alias && identifiers.length === 0)) return shared;
    return { flags: shared, ...alias, subscriptionIdentifiers: identifiers };
  }

  /** Whether the packet is within the client's maximum. An alias, which may make it shorter, does not count. What cannot be encoded does not fit. */
  #fits(message: Message, { identifiers }: Terms, shared: number): boolean {
    const { maximumPacketSize } = this.#limits;
    if (maximumPacketSize === undefined) return true;
    const { topic, length, properties } = message;
    const bound = (topic.length + length) * MAX_BYTES_PER_UNIT + ENVELOPE_BYTES;
    if (bound <= maximumPacketSize && !properties && identifiers.length === 0) return true;
    const delivery = { flags: shared, subscriptionIdentifiers: identifiers };
    try {
      return this.#encoder.byteLength(message, delivery) <= maximumPacketSize;
    } catch {
      return false;
    }
  }

  #trace(packet: ServerPacket): void {
    if (!this.#traces.has(this.#clientIdentifier)) return;
    const name = packet.type.toUpperCase();
    const details = describePacket(packet);
    this.#traces.record(this.#clientIdentifier, { direction: 'out', packet: name, details });
  }

  #traceMessage(message: Message, shared: number): void {
    if (!this.#traces.has(this.#clientIdentifier)) return;
    const details = { ...describeMessage(message), ...describeDelivery(shared) };
    this.#traces.record(this.#clientIdentifier, { direction: 'out', packet: 'PUBLISH', details });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#outbound.schedule(this);
  }
}
