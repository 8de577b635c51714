import { Buffer } from 'node:buffer';
import { type HubError, toHubError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Journal, Progress } from '../../core/ports.ts';
import { Batch, BatchStart, Turn } from '../batch.ts';
import { BINARY_FRAME, frameHeaderLength, writeFrameHeader } from '../websocket-frame.ts';
import { type Delivery, isTracked, type ProtocolVersion, PublishTemplate } from './codec/index.ts';
import type { MqttCounters } from './limits.ts';
import type { Replies } from './replies.ts';

/** The messages due to a client in one turn, each with its delivery. */
export type PublishBatch = Batch<Delivery, PublishTemplate>;

/** The messages of a batch that wait for the journal, and those that need not. */
export interface BatchParts {
  /** Messages of QoS 1 and 2. */
  readonly tracked?: PublishBatch | undefined;
  /** Messages of QoS 0. */
  readonly untracked?: PublishBatch | undefined;
}

/** Splits a batch into its parts. If all messages belong in one part, that part is the batch itself. */
function splitBatch(batch: PublishBatch): BatchParts {
  let isAllTracked = true;
  let isAnyTracked = false;
  for (let rest: PublishBatch | undefined = batch; rest; rest = rest.before) {
    if (isTracked(rest.form)) isAnyTracked = true;
    else isAllTracked = false;
  }
  if (isAllTracked) return { tracked: batch };
  return isAnyTracked ? divide(batch) : { untracked: batch };
}

function divide(batch: PublishBatch): BatchParts {
  let tracked: PublishBatch | undefined;
  let untracked: PublishBatch | undefined;
  for (const { message, form } of batch.map((message, form) => ({ message, form }))) {
    if (isTracked(form)) tracked = new Batch(message, form, tracked);
    else untracked = new Batch(message, form, untracked);
  }
  return { tracked, untracked };
}

/** Up to where the journal must be safe for packets that confirm nothing: they overtake all waiting packets, except those that must come before them. */
export class Precedence {
  /** The position for a PINGRESP. It must not overtake a CONNACK, which is the first packet of a connection. [MQTT-3.2.0-1] */
  pong = 0;
  /** The position for messages. Clients expect the SUBACK before the messages of a subscription. */
  messages = 0;

  /** Notes replies that wait for a position. */
  note(replies: Replies, position: number): void {
    if (replies.has('connack')) this.pong = position;
    if (replies.has('connack') || replies.has('suback')) this.messages = position;
  }
}

/*
 * The way of a message to a client:
 *
 *   Message ── Hub.publish finds the subscriptions that match
 *      │
 *    Terms ─── of each subscription: QoS, No Local, Retain As Published, subscription identifiers     core/subscription.ts
 *      │       Session: QoS 0 goes on at once; QoS 1 and 2 get a packet identifier and wait for room
 *   Outgoing ─ message, terms, packet identifier, QoS, DUP, retain                                    session/link.ts
 *      │       MqttLink.send, sendTracked
 *   Delivery ─ a number if clients can share it, an object with identifiers or an alias if not        codec/publish-template.ts
 *      │       PublishBatch: the messages due to a client in this turn; equal ones are one object     ../batch.ts
 *      ┊       end of the turn, or 64 KiB: Outbound has the journal commit, then flushes each link
 *  EncodedBatch ─ PublishEncoder: each message once (PublishTemplate), each batch once
 *      │       Replies go in front; as they are for TCP, each packet in a frame for WebSocket
 *    write ─── Transport.send, one write to the socket; while the journal is not safe, MqttLink       limits/outlet.ts
 *              sends QoS 0 and PINGRESP, and the rest later
 */

/**
 * A batch in the form of each carrier, encoded once for all clients that get the same: the packets as they are for TCP, each in a frame of
 * its own for WebSocket. One frame could hold several packets [MQTT-6.0.0-2], but Eclipse Paho's C client reads the first and then waits.
 * A server's frames are not masked (RFC 6455, 5.1), so clients can share them too.
 */
export class EncodedBatch {
  /** The length of all packets without frames, bytes. */
  readonly byteLength: number;
  readonly #batch: PublishBatch;
  #bytes: Buffer | undefined;
  #frames: Buffer | undefined;

  constructor(batch: PublishBatch) {
    this.#batch = batch;
    let byteLength = 0;
    for (let rest: PublishBatch | undefined = batch; rest; rest = rest.before) {
      byteLength += rest.message.byteLength(rest.form);
    }
    this.byteLength = byteLength;
  }

  get bytes(): Buffer {
    this.#bytes ??= this.#encodeBytes();
    return this.#bytes;
  }

  get frames(): Buffer {
    this.#frames ??= this.#encodeFrames();
    return this.#frames;
  }

  /** Writes from the last packet to the first, since that is how batches are linked. */
  #encodeBytes(): Buffer {
    let at = this.byteLength;
    const target = Buffer.allocUnsafe(at);
    for (let rest: PublishBatch | undefined = this.#batch; rest; rest = rest.before) {
      at -= rest.message.byteLength(rest.form);
      rest.message.write(target, at, rest.form);
    }
    return target;
  }

  #encodeFrames(): Buffer {
    // No frame has a longer header than one around all of them.
    let at = this.byteLength + this.#batch.count * frameHeaderLength(this.byteLength);
    const target = Buffer.allocUnsafe(at);
    for (let rest: PublishBatch | undefined = this.#batch; rest; rest = rest.before) {
      const length = rest.message.byteLength(rest.form);
      at -= length;
      rest.message.write(target, at, rest.form);
      at -= frameHeaderLength(length);
      writeFrameHeader(target, at, BINARY_FRAME, length);
    }
    return at === 0 ? target : target.subarray(at);
  }
}

/** Encodes the messages of a turn for one protocol version: each message once, and each batch once. */
export class PublishEncoder {
  readonly #version: 4 | 5;
  readonly #now: () => number;
  readonly #start = new BatchStart<Delivery, PublishTemplate>();
  #templates = new Map<Message, PublishTemplate>();
  #encoded = new Map<PublishBatch, EncodedBatch>();
  #parts = new Map<PublishBatch, BatchParts>();
  /** The last message: in a fan-out, all receivers but the first ask for the same. */
  #message: Message | undefined;
  #template: PublishTemplate | undefined;

  constructor(version: 4 | 5, now: () => number) {
    this.#version = version;
    this.#now = now;
  }

  /** The length of a delivery's packet, bytes. */
  byteLength(message: Message, delivery: Delivery): number {
    return this.#templateOf(message, delivery).byteLength(delivery);
  }

  /** A batch, or the beginning of one, with one more message. */
  extend(batch: PublishBatch | undefined, message: Message, delivery: Delivery): PublishBatch {
    return (batch ?? this.#start).with(this.#templateOf(message, delivery), delivery);
  }

  /** A batch as packets; the same object for all clients that hold the same batch. */
  encode(batch: PublishBatch): EncodedBatch {
    let encoded = this.#encoded.get(batch);
    if (!encoded) {
      encoded = new EncodedBatch(batch);
      this.#encoded.set(batch, encoded);
    }
    return encoded;
  }

  /** A batch in its parts; the same objects for all clients that hold the same batch. */
  partsOf(batch: PublishBatch): BatchParts {
    let parts = this.#parts.get(batch);
    if (!parts) {
      parts = splitBatch(batch);
      this.#parts.set(batch, parts);
    }
    return parts;
  }

  /** Releases the turn's messages. */
  clear(): void {
    this.#start.clear();
    this.#message = undefined;
    this.#template = undefined;
    if (this.#templates.size > 0) this.#templates = new Map();
    if (this.#encoded.size > 0) this.#encoded = new Map();
    if (this.#parts.size > 0) this.#parts = new Map();
  }

  /**
   * At QoS 0 a message that has just been published comes for all its receivers at once, so the last one is all that need be known. Others,
   * which are retained or have waited, come client by client.
   */
  #templateOf(message: Message, delivery: Delivery): PublishTemplate {
    if (this.#template && message === this.#message) return this.#template;
    const template = delivery === 0 ? this.#create(message) : this.#findOrCreate(message);
    this.#message = message;
    this.#template = template;
    return template;
  }

  #findOrCreate(message: Message): PublishTemplate {
    const known = this.#templates.get(message);
    if (known) return known;
    const template = this.#create(message);
    this.#templates.set(message, template);
    return template;
  }

  #create(message: Message): PublishTemplate {
    return new PublishTemplate(message, this.#version, remainingSeconds(message, this.#now));
  }
}

/** The remaining lifetime of a message, seconds, rounded up; `undefined` if it does not expire. [MQTT-3.3.2-6] */
function remainingSeconds({ expiresAt }: Message, now: () => number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - now()) / 1000));
}

/** A link, as far as `Outbound` knows it. */
interface Flushable {
  /** Sends everything that is due. */
  flush(): void;
  close(reason: HubError): void;
}

/** Shared by all links: the end of the turn, and messages encoded once for all. */
export class Outbound {
  readonly counters: MqttCounters;
  /** An acknowledgement waits until the acknowledged message is safe here. */
  readonly journal: Journal;
  /** A message of QoS 1 or 2 waits until its packet identifier is safe here. */
  readonly sessions: Progress;
  readonly #version4: PublishEncoder;
  readonly #version5: PublishEncoder;
  readonly #turn = new Turn<Flushable>((due) => this.#flush(due));

  constructor(counters: MqttCounters, now: () => number, journal: Journal) {
    this.counters = counters;
    this.journal = journal;
    this.sessions = journal.ofSessions ?? journal;
    this.#version4 = new PublishEncoder(4, now);
    this.#version5 = new PublishEncoder(5, now);
  }

  encoderOf(version: ProtocolVersion): PublishEncoder {
    return version === 5 ? this.#version5 : this.#version4;
  }

  /** Flushes a link at the end of this turn. */
  schedule(link: Flushable): void {
    this.#turn.add(link);
  }

  #flush(due: readonly Flushable[]): void {
    this.journal.commit(); // Once for all links, and before any acknowledgement.
    for (const link of due) flush(link);
    this.#version4.clear();
    this.#version5.clear();
  }
}

/** A packet that cannot be encoded ends its own client's connection and no other. */
function flush(link: Flushable): void {
  try {
    link.flush();
  } catch (error) {
    link.close(toHubError(error));
  }
}
