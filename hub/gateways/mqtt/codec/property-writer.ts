import type { MessageProperties } from '../../../core/message.ts';
import type { Properties, UserProperties } from './packet.ts';
import { Property } from './property.ts';
import type { PacketWriter } from './writer.ts';

/** Writes the properties of any packet but PUBLISH, behind their length; 0 where there are none. [MQTT-2.2.2-1] */
export function writeProperties(writer: PacketWriter, properties: Properties | undefined): void {
  if (properties === undefined) writer.byte(0);
  else writer.section(() => writeEach(writer, properties));
}

function writeEach(writer: PacketWriter, from: Properties): void {
  fourByteInteger(writer, Property.SessionExpiryInterval, from.sessionExpiryInterval);
  utf8(writer, Property.AssignedClientIdentifier, from.assignedClientIdentifier);
  twoByteInteger(writer, Property.ServerKeepAlive, from.serverKeepAlive);
  utf8(writer, Property.AuthenticationMethod, from.authenticationMethod);
  binary(writer, Property.AuthenticationData, from.authenticationData);
  byte(writer, Property.RequestProblemInformation, from.requestProblemInformation);
  byte(writer, Property.RequestResponseInformation, from.requestResponseInformation);
  utf8(writer, Property.ResponseInformation, from.responseInformation);
  utf8(writer, Property.ServerReference, from.serverReference);
  utf8(writer, Property.ReasonString, from.reasonString);
  twoByteInteger(writer, Property.ReceiveMaximum, from.receiveMaximum);
  twoByteInteger(writer, Property.TopicAliasMaximum, from.topicAliasMaximum);
  byte(writer, Property.MaximumQos, from.maximumQos);
  byte(writer, Property.RetainAvailable, from.retainAvailable);
  fourByteInteger(writer, Property.MaximumPacketSize, from.maximumPacketSize);
  byte(writer, Property.WildcardSubscriptionAvailable, from.wildcardSubscriptionAvailable);
  byte(writer, Property.SubscriptionIdentifierAvailable, from.subscriptionIdentifierAvailable);
  byte(writer, Property.SharedSubscriptionAvailable, from.sharedSubscriptionAvailable);
  writeSubscriptionIdentifier(writer, from.subscriptionIdentifier);
  userProperties(writer, from.userProperties);
}

/** Writes the properties that a message has from end to end, in PUBLISH and in a will, without a length. */
export function writeMessageProperties(writer: PacketWriter, from: MessageProperties): void {
  byte(writer, Property.PayloadFormatIndicator, from.payloadFormatIndicator);
  utf8(writer, Property.ContentType, from.contentType);
  utf8(writer, Property.ResponseTopic, from.responseTopic);
  binary(writer, Property.CorrelationData, from.correlationData);
  userProperties(writer, from.userProperties);
}

/** Writes an interval in seconds, where there is one. */
export function fourByteInteger(writer: PacketWriter, identifier: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.byte(identifier);
  writer.fourByteInteger(value);
}

function writeSubscriptionIdentifier(writer: PacketWriter, value: number | undefined): void {
  if (value === undefined) return;
  writer.byte(Property.SubscriptionIdentifier);
  writer.variableByteInteger(value);
}

function byte(writer: PacketWriter, identifier: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.byte(identifier);
  writer.byte(value);
}

function twoByteInteger(writer: PacketWriter, identifier: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.byte(identifier);
  writer.twoByteInteger(value);
}

function utf8(writer: PacketWriter, identifier: number, value: string | undefined): void {
  if (value === undefined) return;
  writer.byte(identifier);
  writer.utf8(value);
}

function binary(writer: PacketWriter, identifier: number, value: Uint8Array | undefined): void {
  if (value === undefined) return;
  writer.byte(identifier);
  writer.binary(value);
}

function userProperties(writer: PacketWriter, pairs: UserProperties | undefined): void {
  for (const [name, value] of pairs ?? []) {
    writer.byte(Property.UserProperty);
    writer.utf8(name);
    writer.utf8(value);
  }
}
