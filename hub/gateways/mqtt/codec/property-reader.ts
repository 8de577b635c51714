import type { Properties } from './packet.ts';
import { Property, PropertySection } from './property.ts';
import type { PacketReader } from './reader.ts';
import { violation } from './reason-code.ts';
import { UserPropertyList } from './user-properties.ts';

/** Reads the properties of any packet but PUBLISH, or `undefined` where there are none. */
export function readProperties(reader: PacketReader, owner: number): Properties | undefined {
  const section = new PropertySection(reader, owner);
  let identifier = section.next();
  if (identifier === 0) return undefined;
  const properties: Properties = {};
  let userProperties: UserPropertyList | undefined;
  for (; identifier !== 0; identifier = section.next()) {
    if (identifier === Property.UserProperty) {
      userProperties ??= new UserPropertyList();
      userProperties.read(reader);
    } else readProperty(reader, identifier, properties);
  }
  userProperties?.give(properties, reader);
  return properties;
}

/** A subscription identifier, 1–268,435,455 (MQTT 5, 3.8.2.1.2). */
export function readSubscriptionIdentifier(reader: PacketReader): number {
  return notZero(
    reader.variableByteInteger('subscription identifier'),
    'subscription identifier',
    '3.8.2.1.2',
  );
}

function readProperty(reader: PacketReader, identifier: number, to: Properties): void {
  switch (identifier) {
    case Property.SubscriptionIdentifier:
      to.subscriptionIdentifier = readSubscriptionIdentifier(reader);
      break;
    case Property.SessionExpiryInterval:
      to.sessionExpiryInterval = reader.fourByteInteger('session expiry interval');
      break;
    case Property.AssignedClientIdentifier:
      to.assignedClientIdentifier = reader.utf8('assigned client identifier');
      break;
    case Property.ServerKeepAlive:
      to.serverKeepAlive = reader.twoByteInteger('server keep alive');
      break;
    case Property.AuthenticationMethod:
      to.authenticationMethod = reader.utf8('authentication method');
      break;
    case Property.AuthenticationData:
      to.authenticationData = reader.binary('authentication data');
      break;
    case Property.RequestProblemInformation:
      to.requestProblemInformation = reader.flag('request problem information');
      break;
    case Property.RequestResponseInformation:
      to.requestResponseInformation = reader.flag('request response information');
      break;
    case Property.ResponseInformation:
      to.responseInformation = reader.utf8('response information');
      break;
    case Property.ServerReference:
      to.serverReference = reader.utf8('server reference');
      break;
    case Property.ReasonString:
      to.reasonString = reader.utf8('reason string');
      break;
    case Property.ReceiveMaximum:
      to.receiveMaximum = notZero(reader.twoByteInteger('receive maximum'), 'receive maximum', '3.1.2.11.3');
      break;
    case Property.TopicAliasMaximum:
      to.topicAliasMaximum = reader.twoByteInteger('topic alias maximum');
      break;
    case Property.MaximumQos:
      to.maximumQos = reader.flag('maximum QoS');
      break;
    case Property.RetainAvailable:
      to.retainAvailable = reader.flag('retain available');
      break;
    case Property.MaximumPacketSize:
      to.maximumPacketSize = readMaximumPacketSize(reader);
      break;
    case Property.WildcardSubscriptionAvailable:
      to.wildcardSubscriptionAvailable = reader.flag('wildcard subscription available');
      break;
    case Property.SubscriptionIdentifierAvailable:
      to.subscriptionIdentifierAvailable = reader.flag('subscription identifier available');
      break;
    case Property.SharedSubscriptionAvailable:
      to.sharedSubscriptionAvailable = reader.flag('shared subscription available');
      break;
  }
}

function readMaximumPacketSize(reader: PacketReader): number {
  return notZero(reader.fourByteInteger('maximum packet size'), 'maximum packet size', '3.1.2.11.4');
}

function notZero(value: number, what: string, section: string): number {
  if (value === 0) throw violation(`the ${what} is 0; it must be at least 1`, `MQTT 5, ${section}`);
  return value;
}
