import { Message } from '../core/message.ts';

/** Identifies a message of a hub: the serial of its entry in the ledger. */
export interface MessageId {
  readonly hub: string;
  readonly serial: number;
}

/** The operations on this hub's retained messages. */
export interface RetainedPort {
  get(topic: string): Message | undefined;
  /** Stores a message as its topic's last. */
  accept(message: Message): void;
  /** Delivers a message to the subscribers of this hub. */
  readonly deliver: (message: Message) => void;
}

/** A topic to which some hub has published a message that has not come back through the ledger yet. */
interface Unsettled {
  /** For each hub, the serial of the last such message that was delivered here. */
  readonly provisional: Map<string, number>;
  /** The retained message of the topic as far as the ledger is known; `undefined` if there is none. */
  decided: Message | undefined;
  decidedMark: MessageId | undefined;
  /** The message that was delivered here last. */
  shown: MessageId | undefined;
}

/**
 * Settles the order of retained messages of QoS 0. They are delivered before the ledger has them, so two hubs may see those of two others in different orders,
 * or miss some. The ledger decides: once everything that was delivered early has come back, a hub that showed another value last delivers the ledger's value
 * once more.
 */
export class RetainedOrder {
  readonly #port: RetainedPort;
  readonly #unsettled = new Map<string, Unsettled>();

  constructor(port: RetainedPort) {
    this.#port = port;
  }

  /** How many topics are not settled. */
  get size(): number {
    return this.#unsettled.size;
  }

  /** Called when a message is about to be stored and delivered here ahead of the ledger. */
  anticipate({ topic }: Message, { hub, serial }: MessageId): void {
    const known = this.#unsettled.get(topic);
    const unsettled = known ?? this.#begin(topic);
    unsettled.provisional.set(hub, serial);
    unsettled.shown = { hub, serial };
  }

  /** Called when a message has its place in the ledger. `deliver` delivers the message here. */
  decide(message: Message, mark: MessageId, deliver: (message: Message) => void): void {
    const unsettled = this.#unsettled.get(message.topic);
    if (!unsettled) {
      this.#show(message, deliver);
      return;
    }
    unsettled.decided = message;
    unsettled.decidedMark = mark;
    if (message.qos > 0) {
      this.#show(message, deliver); // All subscribers get it in any case.
      unsettled.shown = mark;
    }
    const early = unsettled.provisional.get(mark.hub);
    if (early !== undefined && early <= mark.serial) unsettled.provisional.delete(mark.hub);
    this.#settle(message.topic, unsettled, deliver);
  }

  /** Called when a hub's epoch is over: messages that it published early and did not get into the ledger are void. */
  forget(hub: string): void {
    for (const [topic, unsettled] of this.#unsettled)
      if (unsettled.provisional.delete(hub)) this.#settle(topic, unsettled, this.#port.deliver);
  }

  #begin(topic: string): Unsettled {
    const decided = this.#port.get(topic);
    const unsettled = { provisional: new Map(), decided, decidedMark: undefined, shown: undefined };
    this.#unsettled.set(topic, unsettled);
    return unsettled;
  }

  #settle(
    topic: string,
    { provisional, decided, decidedMark, shown }: Unsettled,
    deliver: (message: Message) => void,
  ): void {
    if (provisional.size > 0) return;
    this.#unsettled.delete(topic);
    if (shown && decidedMark && isSame(shown, decidedMark)) return;
    this.#show(decided ?? emptied(topic), deliver);
  }

  #show(message: Message, deliver: (message: Message) => void): void {
    this.#port.accept(message);
    deliver(message);
  }
}

function isSame(one: MessageId, other: MessageId): boolean {
  return one.hub === other.hub && one.serial === other.serial;
}

/** Informs subscribers that nothing is retained. */
function emptied(topic: string): Message {
  return new Message(topic, '', { retain: true });
}
