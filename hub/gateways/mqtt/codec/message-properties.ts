import type { MessageProperties } from '../../../core/message.ts';
import { Property, PropertySection } from './property.ts';
import { readSubscriptionIdentifier } from './property-reader.ts';
import type { PacketReader } from './reader.ts';
import { ReasonCode, violation } from './reason-code.ts';
import { UserPropertyList } from './user-properties.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the Property Length of a PUBLISH or of a will holds: the message's properties, and those of its delivery. */
interface DeliveryProperties {
  properties: MessageProperties | undefined;
  messageExpiryInterval: number | undefined;
  willDelayInterval: number | undefined;
  topicAlias: number | undefined;
  subscriptionIdentifiers: number[] | undefined;
}

/** Reads the properties of a PUBLISH (MQTT 5, 3.3.2.3) or of a will (3.1.3.2). */
export function readMessageProperties(reader: PacketReader, owner: number): DeliveryProperties {
  const section = new PropertySection(reader, owner);
  const delivery: DeliveryProperties = {
    properties: undefined,
    messageExpiryInterval: undefined,
    willDelayInterval: undefined,
    topicAlias: undefined,
    subscriptionIdentifiers: undefined,
  };
  let userProperties: UserPropertyList | undefined;
  for (let identifier = section.next(); identifier !== 0; identifier = section.next()) {
    if (identifier === Property.UserProperty) {
      userProperties ??= new UserPropertyList();
      userProperties.read(reader);
    } else if (!readDeliveryProperty(reader, identifier, delivery)) {
      delivery.properties ??= {};
      readMessageProperty(reader, identifier, delivery.properties);
    }
  }
  if (userProperties) {
    delivery.properties ??= {};
    userProperties.give(delivery.properties, reader);
  }
  return delivery;
}

function readDeliveryProperty(reader: PacketReader, identifier: number, to: DeliveryProperties): boolean {
  switch (identifier) {
    case Property.MessageExpiryInterval:
      to.messageExpiryInterval = reader.fourByteInteger('message expiry interval');
      return true;
    case Property.WillDelayInterval:
      to.willDelayInterval = reader.fourByteInteger('will delay interval');
      return true;
    case Property.TopicAlias:
      to.topicAlias = readTopicAlias(reader);
      return true;
    case Property.SubscriptionIdentifier:
      to.subscriptionIdentifiers ??= [];
      to.subscriptionIdentifiers.push(readSubscriptionIdentifier(reader));
      return true;
    default:
      return false;
  }
}

function readMessageProperty(reader: PacketReader, identifier: number, to: Mutable<MessageProperties>): void {
  switch (identifier) {
    case Property.PayloadFormatIndicator:
      to.payloadFormatIndicator = reader.flag('payload format indicator');
      break;
    case Property.ContentType:
      to.contentType = reader.utf8('content type'); // [MQTT-3.3.2-19]
      break;
    case Property.ResponseTopic:
      to.responseTopic = readResponseTopic(reader);
      break;
    case Property.CorrelationData:
      to.correlationData = reader.binary('correlation data');
      break;
  }
}

function readTopicAlias(reader: PacketReader): number {
  const alias = reader.twoByteInteger('topic alias');
  if (alias === 0) throw violation('the topic alias is 0', 'MQTT-3.3.2-8', ReasonCode.TopicAliasInvalid);
  return alias;
}

function readResponseTopic(reader: PacketReader): string {
  const topic = reader.utf8('response topic'); // [MQTT-3.3.2-13]
  if (topic === '') throw violation('the response topic is empty', 'MQTT-4.7.3-1');
  if (/[+#]/.test(topic)) throw violation('the response topic has a wildcard', 'MQTT-3.3.2-14');
  return topic;
}
