import type { PacketReader } from './reader.ts';
import { hex, malformed, violation } from './reason-code.ts';

/** The identifiers of MQTT 5, table 2-4. */
export const Property = {
  PayloadFormatIndicator: 0x01,
  MessageExpiryInterval: 0x02,
  ContentType: 0x03,
  ResponseTopic: 0x08,
  CorrelationData: 0x09,
  SubscriptionIdentifier: 0x0b,
  SessionExpiryInterval: 0x11,
  AssignedClientIdentifier: 0x12,
  ServerKeepAlive: 0x13,
  AuthenticationMethod: 0x15,
  AuthenticationData: 0x16,
  RequestProblemInformation: 0x17,
  WillDelayInterval: 0x18,
  RequestResponseInformation: 0x19,
  ResponseInformation: 0x1a,
  ServerReference: 0x1c,
  ReasonString: 0x1f,
  ReceiveMaximum: 0x21,
  TopicAliasMaximum: 0x22,
  TopicAlias: 0x23,
  MaximumQos: 0x24,
  RetainAvailable: 0x25,
  UserProperty: 0x26,
  MaximumPacketSize: 0x27,
  WildcardSubscriptionAvailable: 0x28,
  SubscriptionIdentifierAvailable: 0x29,
  SharedSubscriptionAvailable: 0x2a,
} as const;

/** Where properties can stand, as bits. PUBACK … PUBCOMP, SUBACK and UNSUBACK have the same ones. */
export const PropertyOwner = {
  Connect: 1,
  Will: 2,
  Connack: 4,
  Publish: 8,
  Acknowledgement: 16,
  Subscribe: 32,
  Unsubscribe: 64,
  Disconnect: 128,
  Auth: 256,
} as const;

const { Connect, Will, Connack, Publish, Acknowledgement, Subscribe, Unsubscribe, Disconnect, Auth } =
  PropertyOwner;

/** By identifier, the packets that may have it; 0 for an identifier that the standard does not know. */
const owners = new Uint16Array(256);
owners[Property.PayloadFormatIndicator] = Publish | Will;
owners[Property.MessageExpiryInterval] = Publish | Will;
owners[Property.ContentType] = Publish | Will;
owners[Property.ResponseTopic] = Publish | Will;
owners[Property.CorrelationData] = Publish | Will;
owners[Property.SubscriptionIdentifier] = Publish | Subscribe;
owners[Property.SessionExpiryInterval] = Connect | Connack | Disconnect;
owners[Property.AssignedClientIdentifier] = Connack;
owners[Property.ServerKeepAlive] = Connack;
owners[Property.AuthenticationMethod] = Connect | Connack | Auth;
owners[Property.AuthenticationData] = Connect | Connack | Auth;
owners[Property.RequestProblemInformation] = Connect;
owners[Property.WillDelayInterval] = Will;
owners[Property.RequestResponseInformation] = Connect;
owners[Property.ResponseInformation] = Connack;
owners[Property.ServerReference] = Connack | Disconnect;
owners[Property.ReasonString] = Connack | Acknowledgement | Disconnect | Auth;
owners[Property.ReceiveMaximum] = Connect | Connack;
owners[Property.TopicAliasMaximum] = Connect | Connack;
owners[Property.TopicAlias] = Publish;
owners[Property.MaximumQos] = Connack;
owners[Property.RetainAvailable] = Connack;
owners[Property.UserProperty] =
  Connect | Will | Connack | Publish | Acknowledgement | Subscribe | Unsubscribe | Disconnect | Auth;
owners[Property.MaximumPacketSize] = Connect | Connack;
owners[Property.WildcardSubscriptionAvailable] = Connack;
owners[Property.SubscriptionIdentifierAvailable] = Connack;
owners[Property.SharedSubscriptionAvailable] = Connack;

/**
 * The identifiers in one Property Length and its properties (MQTT 5, 2.2.2). `next` gives them one by one, each known,
 * allowed for the owner, and there once, unless it may repeat; the caller reads the value before it asks for the next.
 */
export class PropertySection {
  readonly #reader: PacketReader;
  readonly #owner: number;
  readonly #packetEnd: number;
  #seenLow = 0;
  #seenHigh = 0;

  constructor(reader: PacketReader, owner: number) {
    this.#reader = reader;
    this.#owner = owner;
    const length = reader.variableByteInteger('property length');
    this.#packetEnd = reader.end;
    if (length > reader.remaining) {
      throw malformed(`the property length ${length} goes past the packet`, 'MQTT 5, 2.2.2.1');
    }
    // Until the section is over, no value may reach past it.
    reader.end = reader.at + length;
  }

  /** The next identifier, or 0 at the end of the section. */
  next(): number {
    const reader = this.#reader;
    if (reader.at === reader.end) {
      reader.end = this.#packetEnd;
      return 0;
    }
    const identifier = reader.variableByteInteger('property identifier');
    if (((owners[identifier] ?? 0) & this.#owner) === 0) {
      throw malformed(`the property ${hex(identifier)} is not one of this packet's`, 'MQTT 5, 2.2.2.2');
    }
    if (!this.#mayRepeat(identifier)) this.#once(identifier);
    return identifier;
  }

  /** User properties may (3.1.2.11.8), and a PUBLISH has an identifier for each subscription (3.3.2.3.8). */
  #mayRepeat(identifier: number): boolean {
    if (identifier === Property.UserProperty) return true;
    return identifier === Property.SubscriptionIdentifier && this.#owner === Publish;
  }

  #once(identifier: number): void {
    const bit = 1 << (identifier & 31);
    const seen = identifier < 32 ? this.#seenLow : this.#seenHigh;
    if ((seen & bit) !== 0) {
      throw violation(`the property ${hex(identifier)} is there twice`, 'MQTT 5, 2.2.2.2');
    }
    if (identifier < 32) this.#seenLow |= bit;
    else this.#seenHigh |= bit;
  }
}
