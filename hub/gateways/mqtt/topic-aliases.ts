import { isTracked, type OwnDelivery, ReasonCode, violation } from './codec/index.ts';

/** The topic aliases that a client has set on one connection (MQTT 5, 3.3.2.3.4). */
export class TopicAliases {
  readonly #topics = new Map<number, string>();
  /** The total length of the topics, UTF-16 units. */
  #length = 0;
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The memory of the topics, bytes. */
  get heldBytes(): number {
    return 2 * this.#length;
  }

  /** The topic of a PUBLISH, which sets the alias if it has both. Throws `protocol/violation`. */
  resolve(topic: string, alias: number): string {
    if (alias > this.#maximum) {
      throw violation(
        `topic alias ${alias} is above the maximum, ${this.#maximum}`,
        'MQTT-3.3.2-9',
        ReasonCode.TopicAliasInvalid,
      );
    }
    const known = this.#topics.get(alias);
    if (topic === '') return known ?? unknown(alias);
    this.#topics.set(alias, topic);
    this.#length += topic.length - (known?.length ?? 0);
    return topic;
  }
}

function unknown(alias: number): never {
  throw violation(`topic alias ${alias} was not set yet`, 'MQTT 5, 3.3.4');
}

/**
 * The topic aliases that the hub has set on one connection: for the first topics, up to the client's maximum. [MQTT-3.1.2-26] A topic has
 * one for QoS 0 and another for QoS 1 and 2, as a message at QoS 0 may overtake the one that tells the client what the other means.
 */
export class OwnTopicAliases {
  readonly #tracked = new Map<string, number>();
  readonly #untracked = new Map<string, number>();
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The alias of a topic in a delivery, or `undefined` if it has none. The caller must send it: the client counts as knowing it from then on. */
  take(topic: string, delivery: number): Pick<OwnDelivery, 'topicAlias' | 'isAliasKnown'> | undefined {
    const aliases = isTracked(delivery) ? this.#tracked : this.#untracked;
    const known = aliases.get(topic);
    if (known !== undefined) return { topicAlias: known, isAliasKnown: true };
    const topicAlias = this.#tracked.size + this.#untracked.size + 1;
    if (topicAlias > this.#maximum) return undefined;
    aliases.set(topic, topicAlias);
    return { topicAlias, isAliasKnown: false };
  }
}
