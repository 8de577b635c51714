import type { Message } from '../core/message.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { MESSAGE_OF_TOPIC } from '../storage/hub/codecs.ts';
import { shift } from './ledger-frame.ts';

/** The first byte of every frame. */
const FORMAT = 1;

/** How many topics can have a number at a time between two hubs. */
const MAX_ALIASES = 65_536;

/** Flags of a message: whether its topic is spelled out, which gives it the next number; and what else follows. */
const HAS_TOPIC = 0x01;
const HAS_SERIAL = 0x02;
const HAS_SHARE = 0x04;

/** A message from one hub to another, at most once. */
export interface LaneMessage {
  readonly message: Message;
  /** The serial of its entry in the ledger, if it is retained. */
  readonly serial: number | undefined;
  /** The shared subscription for which this hub was picked, if the message is for that subscription alone. */
  readonly share: string | undefined;
}

/** The sender, and the generation of its topic numbers. */
export interface LaneHeader {
  readonly hub: string;
  readonly epoch: number;
  readonly generation: number;
}

/** Messages of QoS 0 to another hub: those of one turn in one frame, each topic spelled out once. */
export class LaneWriter {
  readonly #self: Pick<LaneHeader, 'hub' | 'epoch'>;
  readonly #maxBytes: number;
  readonly #send: (frame: Uint8Array) => void;
  readonly #now: () => number;
  readonly #frame = new ByteWriter();
  readonly #numbers = new Map<string, number>();
  #generation = 0;
  #isScheduled = false;

  constructor(
    self: Pick<LaneHeader, 'hub' | 'epoch'>,
    options: {
      readonly maxBytes: number;
      readonly send: (frame: Uint8Array) => void;
      /** The hub's clock, milliseconds. */
      readonly now: () => number;
    },
  ) {
    this.#self = self;
    this.#maxBytes = options.maxBytes;
    this.#send = options.send;
    this.#now = options.now;
  }

  /** Sends a message at the end of the turn. */
  add(message: Message, serial: number | undefined, share: string | undefined): void {
    if (this.#frame.length > 0 && this.#frame.length + message.size > this.#maxBytes) this.flush();
    if (this.#numbers.size >= MAX_ALIASES) this.spellOut();
    const known = this.#numbers.get(message.topic);
    if (this.#frame.length === 0) this.#begin();
    const frame = this.#frame;
    frame.byte(
      (known === undefined ? HAS_TOPIC : 0) |
        (serial === undefined ? 0 : HAS_SERIAL) |
        (share === undefined ? 0 : HAS_SHARE),
    );
    const number = known ?? this.#numbers.size;
    frame.integer(number);
    if (known === undefined) {
      frame.text(message.topic);
      this.#numbers.set(message.topic, number);
    }
    if (serial !== undefined) frame.integer(serial);
    if (share !== undefined) frame.text(share);
    const { expiresAt } = message; // Most messages never expire, and then no clock is read.
    MESSAGE_OF_TOPIC.write(frame, expiresAt === undefined ? message : shift(message, -this.#now()));
    this.#schedule();
  }

  /** Spells out all topic names again, since the other hub has missed some. */
  spellOut(): void {
    this.flush();
    this.#numbers.clear();
    this.#generation++;
  }

  flush(): void {
    if (this.#frame.length === 0) return;
    this.#send(this.#frame.copy());
    this.#frame.clear();
  }

  #begin(): void {
    this.#frame.byte(FORMAT);
    this.#frame.text(this.#self.hub);
    this.#frame.integer(this.#self.epoch);
    this.#frame.integer(this.#generation);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}

/** The topic numbers that one hub has assigned in one generation. */
interface Topics {
  readonly epoch: number;
  readonly generation: number;
  readonly names: Map<number, string>;
  isReported: boolean;
}

/** Reads what other hubs send to this one. */
export class LaneReader {
  readonly #topics = new Map<string, Topics>();
  readonly #now: () => number;
  readonly #onMessage: (message: LaneMessage, from: LaneHeader) => void;
  readonly #onUnknown: (from: LaneHeader) => void;

  constructor(options: {
    readonly now: () => number;
    readonly onMessage: (message: LaneMessage, from: LaneHeader) => void;
    /** Called when a frame that spelled out topics was lost, so that this hub's topic numbers are no longer known. */
    readonly onUnknown: (from: LaneHeader) => void;
  }) {
    this.#now = options.now;
    this.#onMessage = options.onMessage;
    this.#onUnknown = options.onUnknown;
  }

  /** Reads a frame. Any program may send anything: the rest of a frame that is not valid is skipped. */
  read(bytes: Uint8Array): void {
    try {
      this.#read(new ByteReader(bytes));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #read(reader: ByteReader): void {
    if (reader.byte() !== FORMAT) return;
    const from = { hub: reader.text(), epoch: reader.integer(), generation: reader.integer() };
    const topics = this.#topicsOf(from);
    const { names } = topics;
    while (!reader.isAtEnd) {
      const flags = reader.byte();
      const number = reader.integer();
      if (flags & HAS_TOPIC) names.set(number, reader.text());
      const topic = names.get(number);
      const serial = flags & HAS_SERIAL ? reader.integer() : undefined;
      const share = flags & HAS_SHARE ? reader.text() : undefined;
      const message = MESSAGE_OF_TOPIC.read(reader, topic ?? '');
      if (topic !== undefined) this.#onMessage({ message: this.#toOwnClock(message), serial, share }, from);
      else if (!topics.isReported) {
        topics.isReported = true;
        this.#onUnknown(from);
      }
    }
  }

  #toOwnClock(message: Message): Message {
    return message.expiresAt === undefined ? message : shift(message, this.#now());
  }

  #topicsOf({ hub, epoch, generation }: LaneHeader): Topics {
    const known = this.#topics.get(hub);
    if (known?.epoch === epoch && known.generation === generation) return known;
    const topics = { epoch, generation, names: new Map(), isReported: false };
    this.#topics.set(hub, topics);
    return topics;
  }
}
