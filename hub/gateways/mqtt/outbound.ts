import type { Buffer } from 'node:buffer';
import { type HubError, toHubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import { Turn } from '../turn.ts';
import {
  ACKNOWLEDGEMENT_LENGTH,
  type AcknowledgementType,
  type ProtocolVersion,
  writeAcknowledgement,
} from './codec/index.ts';
import { beginFrame, EncodedPackets, PublishEncoder } from './delivery.ts';
import type { MqttCounters } from './limits.ts';

/*
 * The way of a message to a client:
 *
 *   Message ── Hub.publish finds the subscriptions that match
 *      │
 *    Terms ─── of each subscription: QoS, No Local, Retain As Published, subscription identifiers     core/subscription.ts
 *      │       Session: QoS 0 goes on at once; QoS 1 and 2 get a packet identifier and wait for room
 *   Outgoing ─ message, terms, packet identifier, QoS, DUP, retain                                    session/link.ts
 *      │       MqttLink.send, sendTracked
 *  DeliveryForm ─ a number if clients can share it, an object with identifiers or an alias if not     delivery.ts
 *      │       Batch: the messages and forms due to a client in this turn; equal ones are one object  ../batch.ts
 *      ┊       end of the turn, or 64 KiB: Outbound has the journal commit, then flushes each link
 *  EncodedPackets ─ PublishEncoder: each message once (PublishTemplate), each batch once              delivery.ts
 *      │       Replies go in front; as they are for TCP, each packet in a frame for WebSocket
 *    write ─── once the journal is safe: Transport.send, one write to the socket                      limits/outlet.ts
 */

/** A link, as far as `Outbound` knows it. */
interface Flushable {
  /** Sends what is due. */
  flush(): void;
  close(reason: HubError): void;
}

/** Shared by all links: the end of the turn, and messages encoded once for all. */
export class Outbound {
  readonly counters: MqttCounters;
  /** An acknowledgement waits until what it acknowledges is safe here. */
  readonly journal: Journal;
  readonly #version4: PublishEncoder;
  readonly #version5: PublishEncoder;
  readonly #turn = new Turn<Flushable>((due) => this.#flush(due));

  constructor(counters: MqttCounters, now: () => number, journal: Journal) {
    this.counters = counters;
    this.journal = journal;
    this.#version4 = new PublishEncoder(4, now);
    this.#version5 = new PublishEncoder(5, now);
  }

  encoderOf(version: ProtocolVersion): PublishEncoder {
    return version === 5 ? this.#version5 : this.#version4;
  }

  /** Has a link flushed at the end of this turn. */
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

const TYPES = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const satisfies readonly AcknowledgementType[];
const IDENTIFIER_BITS = 16;

/** The packets that answer a client, mostly acknowledgements, in order. */
export class Replies {
  /** A number is a plain acknowledgement: its type, and in the low bits its packet identifier. */
  #entries: (number | Buffer)[] = [];
  #byteLength = 0;

  get count(): number {
    return this.#entries.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  add(packet: Buffer): void {
    this.#entries.push(packet);
    this.#byteLength += packet.byteLength;
  }

  /** Adds an acknowledgement of success. */
  acknowledge(type: AcknowledgementType, packetIdentifier: number): void {
    this.#entries.push((TYPES.indexOf(type) << IDENTIFIER_BITS) | packetIdentifier);
    this.#byteLength += ACKNOWLEDGEMENT_LENGTH;
  }

  clear(): void {
    this.#entries = [];
    this.#byteLength = 0;
  }

  /** Gives all of them, and messages behind them, to be sent in one write, and forgets them. */
  take(messages: EncodedPackets | undefined): EncodedPackets {
    const entries = this.#entries;
    const count = entries.length + (messages?.count ?? 0);
    const byteLength = this.#byteLength + (messages?.byteLength ?? 0);
    this.clear();
    return new EncodedPackets({ count, byteLength }, (target, start, isFramed) => {
      let at = start;
      for (const entry of entries) at = writeReply(target, at, entry, isFramed);
      return messages ? append(target, at, isFramed ? messages.frames : messages.bytes) : at;
    });
  }
}

function writeReply(target: Buffer, start: number, entry: number | Buffer, isFramed: boolean): number {
  const length = typeof entry === 'number' ? ACKNOWLEDGEMENT_LENGTH : entry.byteLength;
  const at = isFramed ? beginFrame(target, start, length) : start;
  if (typeof entry !== 'number') return append(target, at, entry);
  const type = TYPES[entry >> IDENTIFIER_BITS] ?? 'puback';
  return writeAcknowledgement(target, at, type, entry & 0xffff);
}

function append(target: Buffer, at: number, bytes: Buffer): number {
  target.set(bytes, at);
  return at + bytes.byteLength;
}
