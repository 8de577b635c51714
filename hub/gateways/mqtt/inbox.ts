import { isUtf8 } from 'node:buffer';
import { HubError, quote } from '../../core/error.ts';
import { Message, type MessageProperties } from '../../core/message.ts';
import { isShareName } from '../../core/topic.ts';
import { type AcknowledgementPacket, type PublishPacket, ReasonCode, violation } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';
import { noteRefusal, reasonCodeFor } from './refusal.ts';
import type { Client, Services } from './services.ts';
import { TopicAliases } from './topic-aliases.ts';

/** Handles a client's publishes (MQTT 5, 3.3 and 4.3). */
export class Inbox {
  readonly #client: Client;
  readonly #services: Services;
  /** Created with the first alias: most clients set none. */
  #aliases: TopicAliases | undefined;
  /** Messages of QoS 2 begun on this connection and not released. */
  #unreleased = 0;

  constructor(client: Client, services: Services) {
    this.#client = client;
    this.#services = services;
  }

  /** Memory of this connection between packets, bytes. */
  get heldBytes(): number {
    return this.#aliases?.heldBytes ?? 0;
  }

  /** Handles and acknowledges a PUBLISH. An error that it throws ends the connection. */
  publish(packet: PublishPacket): void {
    this.#services.counters.publishesReceived++;
    const { topicAlias } = packet;
    const topic = topicAlias === undefined ? packet.topic : this.#resolve(packet.topic, topicAlias);
    if (packet.qos === 2) this.#publishOnce(topic, packet);
    else if (packet.qos === 1) this.#publishAtLeastOnce(topic, packet);
    else this.#publishAtMostOnce(topic, packet);
  }

  #resolve(topic: string, alias: number): string {
    this.#aliases ??= new TopicAliases(this.#services.limits.topicAliases);
    return this.#aliases.resolve(topic, alias);
  }

  /** Handles a PUBREL, the end of a message of QoS 2. [MQTT-4.3.3-11], [MQTT-4.3.3-12] */
  release({ packetIdentifier }: AcknowledgementPacket): void {
    const { session, link } = this.#client;
    const isKnown = session.release(packetIdentifier);
    if (isKnown && this.#unreleased > 0) this.#unreleased--;
    if (isKnown) link.acknowledge('pubcomp', packetIdentifier);
    else link.reply({ type: 'pubcomp', packetIdentifier, reasonCode: ReasonCode.PacketIdentifierNotFound });
  }

  /** A refusal at QoS 0 is only counted: the only way to notify the client would be to end the connection. */
  #publishAtMostOnce(topic: string, packet: PublishPacket): void {
    try {
      this.#client.session.publish(this.#toMessage(topic, packet));
    } catch (error) {
      this.#noteRefusal(topic, error);
    }
  }

  #publishAtLeastOnce(topic: string, packet: PublishPacket): void {
    const { packetIdentifier } = packet;
    try {
      const receivers = this.#client.session.publish(this.#toMessage(topic, packet));
      this.#acknowledge('puback', packetIdentifier, receivers);
    } catch (error) {
      this.#refuse('puback', topic, packetIdentifier, error);
    }
  }

  #publishOnce(topic: string, packet: PublishPacket): void {
    const { session } = this.#client;
    const { packetIdentifier } = packet;
    if (session.isUnreleased(packetIdentifier)) {
      this.#client.link.acknowledge('pubrec', packetIdentifier); // [MQTT-4.3.3-10]
      return;
    }
    this.#checkQuota();
    try {
      const receivers = session.publishOnce(packetIdentifier, this.#toMessage(topic, packet));
      this.#unreleased++;
      this.#acknowledge('pubrec', packetIdentifier, receivers);
    } catch (error) {
      this.#refuse('pubrec', topic, packetIdentifier, error);
    }
  }

  /** Checks the receive maximum. [MQTT-3.3.4-7] Messages of QoS 1 are acknowledged at once, so they never count. MQTT 3.1.1 has no such quota. */
  #checkQuota(): void {
    const { receiveMaximum } = this.#services.limits;
    if (this.#client.version < 5 || this.#unreleased < receiveMaximum) return;
    throw violation(
      `more than ${receiveMaximum} messages wait for PUBREL`,
      'MQTT-3.3.4-7',
      ReasonCode.ReceiveMaximumExceeded,
    );
  }

  #toMessage(topic: string, packet: PublishPacket): Message {
    const { payload, qos, retain, properties, messageExpiryInterval } = packet;
    if (isShareName(topic)) throw new HubError('topic/invalid', `${quote(topic)} cannot be published to`);
    checkPayload(topic, payload, properties, this.#services.limits);
    const expiresAt =
      messageExpiryInterval === undefined
        ? undefined
        : this.#services.hub.now() + messageExpiryInterval * 1000;
    return new Message(topic, payload, { qos, retain, properties, expiresAt });
  }

  #acknowledge(type: 'puback' | 'pubrec', packetIdentifier: number, receivers: number): void {
    const { version, link } = this.#client;
    if (receivers > 0 || version < 5) link.acknowledge(type, packetIdentifier);
    else link.reply({ type, packetIdentifier, reasonCode: ReasonCode.NoMatchingSubscribers });
  }

  /** Refuses a message. MQTT 3.1.1 has no refusal, so its clients get a plain acknowledgement. [MQTT-3.3.5-2 of 3.1.1] */
  #refuse(type: 'puback' | 'pubrec', topic: string, packetIdentifier: number, error: unknown): void {
    if (isQuotaExceeded(error)) throw error;
    const { message } = this.#noteRefusal(topic, error);
    const reasonCode = reasonCodeFor(type, error);
    this.#client.link.reply({ type, packetIdentifier, reasonCode, properties: { reasonString: message } });
  }

  #noteRefusal(topic: string, error: unknown): HubError {
    if (!(error instanceof HubError)) throw error;
    noteRefusal(this.#client, error, this.#services);
    this.#services.log.debug(
      { client: this.#client.session.clientIdentifier, topic, error },
      'message refused',
    );
    return error;
  }
}

/** Whether a client publishes without ever releasing. No reply would stop such a client. */
function isQuotaExceeded(error: unknown): boolean {
  return error instanceof HubError && error.code === 'limit/unreleased';
}

/**
 * Checks that a payload is not too long, and that it is UTF-8 if it claims to be (MQTT 5, 3.3.2.3.2).
 * Throws `payload/too-large`, `payload/invalid`.
 */
export function checkPayload(
  topic: string,
  payload: Uint8Array,
  properties: MessageProperties | undefined,
  { payloadBytes }: MqttLimits,
): void {
  if (payload.byteLength > payloadBytes) {
    const message = `payload of ${quote(topic)} has ${payload.byteLength} bytes; at most ${payloadBytes} are allowed`;
    throw new HubError('payload/too-large', message);
  }
  if (properties?.payloadFormatIndicator !== 1 || isUtf8(payload)) return;
  throw new HubError('payload/invalid', `the payload of ${quote(topic)} is declared as UTF-8, but is not`);
}
