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

/** A link, as far as the way out knows it. */
interface Flushable {
  /** Sends what is due. */
  flush(): void;
  close(reason: HubError): void;
}

/** What all links share on the way out: a common turn, and messages encoded for all at once. */
export class Outbound {
  readonly counters: MqttCounters;
  /** What acknowledges anything waits until that is safe. */
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
    this.journal.commit(); // Once for all links, and before any of them says that something was done.
    for (const link of due) flush(link);
    this.#version4.clear();
    this.#version5.clear();
  }
}

/** What cannot be sent to one client ends its connection, and leaves the others alone. */
function flush(link: Flushable): void {
  try {
    link.flush();
  } catch (error) {
    link.close(toHubError(error));
  }
}

const TYPES = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const satisfies readonly AcknowledgementType[];
const IDENTIFIER_BITS = 16;

/** Packets that a client is due by itself: acknowledgements, mostly, and whatever else answers it. In their order. */
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

  /** Adds an acknowledgement that all went well. */
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
