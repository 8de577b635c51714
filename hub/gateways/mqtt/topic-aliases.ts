import { ReasonCode, violation } from './codec/index.ts';

/** The topic aliases that a client has set on one connection (MQTT 5, 3.3.2.3.4). */
export class TopicAliases {
  /** Made with the first alias: most clients set none. */
  #topics: Map<number, string> | undefined;
  /** How long the topics are, UTF-16 units. */
  #length = 0;
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** What the topics take in memory, bytes. */
  get heldBytes(): number {
    return 2 * this.#length;
  }

  /** The topic that a PUBLISH is for; one that names both sets the alias. Throws `protocol/violation`. */
  resolve(topic: string, alias: number): string {
    if (alias > this.#maximum) {
      throw violation(
        `topic alias ${alias} is above the maximum, ${this.#maximum}`,
        'MQTT-3.3.2-9',
        ReasonCode.TopicAliasInvalid,
      );
    }
    this.#topics ??= new Map();
    const known = this.#topics.get(alias);
    if (topic === '') return known ?? unknown(alias);
    this.#topics.set(alias, topic);
    this.#length += topic.length - (known?.length ?? 0);
    return topic;
  }
}

function unknown(alias: number): never {
  throw violation(`topic alias ${alias} stands for nothing yet`, 'MQTT 5, 3.3.4');
}

/** An alias for a delivery. */
interface OwnAlias {
  readonly topicAlias: number;
  /** Whether the client has been told what it stands for. */
  readonly isAliasKnown: boolean;
}

/** The topic aliases that the hub has set on one connection: for the first topics, as many as the client allows. [MQTT-3.1.2-26] */
export class OwnTopicAliases {
  readonly #aliases = new Map<string, number>();
  readonly #maximum: number;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** How to send a topic: `undefined` where it has no alias. Who asks must send it. */
  take(topic: string): OwnAlias | undefined {
    const known = this.#aliases.get(topic);
    if (known !== undefined) return { topicAlias: known, isAliasKnown: true };
    if (this.#aliases.size >= this.#maximum) return undefined;
    const topicAlias = this.#aliases.size + 1;
    this.#aliases.set(topic, topicAlias);
    return { topicAlias, isAliasKnown: false };
  }
}
