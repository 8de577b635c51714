import type { Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { Outgoing, RetainFlag } from './link.ts';
import type { QueueAccount } from './quotas.ts';
import type { Ticket } from './session-journal.ts';

/** The largest packet identifier. [MQTT-2.2.1-3] */
export const MAX_PACKET_IDENTIFIER = 65_535;

const FIRST_SLOTS = 8;

/** A message of QoS 1 or 2 that is on its way to a client. */
export class InFlight implements Outgoing {
  readonly packetIdentifier: number;
  readonly message: Message;
  readonly terms: Terms;
  readonly qos: 1 | 2;
  readonly retain: RetainFlag;
  /** Counts up with every message of the session: the order of sending. */
  readonly order: number;
  /** Its name in the session's record. */
  ticket: Ticket = 0;
  duplicate = false;
  /** QoS 2: PUBREC has come and PUBREL has been sent. */
  isReleased = false;
  /** Whether it was published over the present connection, so that it counts against the client's receive maximum. */
  isOnLink = false;

  constructor(
    packetIdentifier: number,
    order: number,
    message: Message,
    terms: Terms,
    qos: 1 | 2,
    retain: RetainFlag,
  ) {
    this.packetIdentifier = packetIdentifier;
    this.order = order;
    this.message = message;
    this.terms = terms;
    this.qos = qos;
    this.retain = retain;
  }
}

/**
 * Messages in flight by packet identifier. The identifier's low bits are the slot; no two in flight share one. V8's `Map` is slower here: one
 * that is filled and emptied all the time leaves a chain of old tables that hold on to messages, which took more time than the rest of QoS 1.
 * An account counts the memory of the messages.
 */
export class InFlightTable {
  #slots: (InFlight | undefined)[] = [];
  #size = 0;
  #lastIdentifier = 0;
  readonly #account: Pick<QueueAccount, 'beginFlight' | 'endFlight'>;

  constructor(account: Pick<QueueAccount, 'beginFlight' | 'endFlight'>) {
    this.#account = account;
  }

  get size(): number {
    return this.#size;
  }

  get(packetIdentifier: number): InFlight | undefined {
    const entry = this.#slots[packetIdentifier & (this.#slots.length - 1)];
    return entry?.packetIdentifier === packetIdentifier ? entry : undefined;
  }

  /** A packet identifier that is not in use [MQTT-2.2.1-4] and whose slot is free. There is one while fewer than 65,535 are in flight. */
  nextIdentifier(): number {
    if (this.#size * 2 >= this.#slots.length && this.#slots.length <= MAX_PACKET_IDENTIFIER) this.#grow();
    do {
      this.#lastIdentifier = (this.#lastIdentifier % MAX_PACKET_IDENTIFIER) + 1;
    } while (this.#slots[this.#lastIdentifier & (this.#slots.length - 1)]);
    return this.#lastIdentifier;
  }

  /** Adds a message whose identifier came from `nextIdentifier`. */
  add(entry: InFlight): void {
    this.#slots[entry.packetIdentifier & (this.#slots.length - 1)] = entry;
    this.#size++;
    this.#account.beginFlight(entry.message);
  }

  /** Adds a message with the identifier that it had before the restart. */
  restore(entry: InFlight): void {
    while (this.#slots.length === 0 || this.#slots[entry.packetIdentifier & (this.#slots.length - 1)])
      this.#grow();
    this.add(entry);
    this.#lastIdentifier = entry.packetIdentifier;
  }

  delete(packetIdentifier: number): void {
    const entry = this.get(packetIdentifier);
    if (!entry) return;
    this.#account.endFlight(entry.message);
    this.#slots[packetIdentifier & (this.#slots.length - 1)] = undefined;
    this.#size--;
  }

  /** All, in order of sending. */
  inOrder(): InFlight[] {
    return this.#slots.filter((entry) => entry !== undefined).sort((one, other) => one.order - other.order);
  }

  clear(): void {
    for (const entry of this.#slots) if (entry) this.#account.endFlight(entry.message);
    this.#slots = [];
    this.#size = 0;
  }

  #grow(): void {
    const count = Math.min(Math.max(FIRST_SLOTS, this.#slots.length * 2), MAX_PACKET_IDENTIFIER + 1);
    const entries = this.#slots;
    this.#slots = new Array<InFlight | undefined>(count).fill(undefined);
    for (const entry of entries) if (entry) this.#slots[entry.packetIdentifier & (count - 1)] = entry;
  }
}
