import type { MessageProperties, Qos } from '../../../core/message.ts';

/** The protocol level that a CONNECT names: 3 is MQTT 3.1 (read as 3.1.1), 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

/** Name and value pairs, in the sender's order; names may repeat. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/**
 * The properties of MQTT 5 (2.2.2.2) by their names there, except those of a message. Seconds for intervals, bytes for
 * sizes, 0 | 1 for the flags that the standard sends as a byte. Which packet may have which is told by the `Pick`s below.
 */
export interface Properties {
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  requestProblemInformation?: 0 | 1;
  requestResponseInformation?: 0 | 1;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  maximumQos?: 0 | 1;
  retainAvailable?: 0 | 1;
  userProperties?: UserProperties;
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: 0 | 1;
  subscriptionIdentifierAvailable?: 0 | 1;
  sharedSubscriptionAvailable?: 0 | 1;
  subscriptionIdentifier?: number;
}

type Some<Name extends keyof Properties> = Readonly<Pick<Properties, Name>>;

/** MQTT 5, 3.1.2.11. */
export type ConnectProperties = Some<
  | 'sessionExpiryInterval'
  | 'receiveMaximum'
  | 'maximumPacketSize'
  | 'topicAliasMaximum'
  | 'requestResponseInformation'
  | 'requestProblemInformation'
  | 'userProperties'
  | 'authenticationMethod'
  | 'authenticationData'
>;

/** MQTT 5, 3.2.2.3. */
export type ConnackProperties = Some<
  | 'sessionExpiryInterval'
  | 'receiveMaximum'
  | 'maximumQos'
  | 'retainAvailable'
  | 'maximumPacketSize'
  | 'assignedClientIdentifier'
  | 'topicAliasMaximum'
  | 'reasonString'
  | 'userProperties'
  | 'wildcardSubscriptionAvailable'
  | 'subscriptionIdentifierAvailable'
  | 'sharedSubscriptionAvailable'
  | 'serverKeepAlive'
  | 'responseInformation'
  | 'serverReference'
  | 'authenticationMethod'
  | 'authenticationData'
>;

/** What all acknowledgements can carry: MQTT 5, 3.4.2.2, 3.5.2.2, 3.6.2.2, 3.7.2.2, 3.9.2.1, 3.11.2.1. */
type AcknowledgementProperties = Some<'reasonString' | 'userProperties'>;

/** MQTT 5, 3.8.2.1. */
type SubscribeProperties = Some<'subscriptionIdentifier' | 'userProperties'>;

/** MQTT 5, 3.10.2.1. */
type UnsubscribeProperties = Some<'userProperties'>;

/** MQTT 5, 3.14.2.2. */
type DisconnectProperties = Some<
  'sessionExpiryInterval' | 'reasonString' | 'userProperties' | 'serverReference'
>;

/** MQTT 5, 3.15.2.2. */
export type AuthProperties = Some<
  'authenticationMethod' | 'authenticationData' | 'reasonString' | 'userProperties'
>;

/** The message that the server publishes when the client is gone (MQTT 5, 3.1.2.5 and 3.1.3.2). */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: MessageProperties | undefined;
  /** Seconds. */
  readonly messageExpiryInterval?: number | undefined;
  /** Seconds. */
  readonly willDelayInterval?: number | undefined;
}

export interface ConnectPacket {
  readonly type: 'connect';
  readonly protocolVersion: ProtocolVersion;
  /** What MQTT 3.1.1 calls Clean Session. */
  readonly cleanStart: boolean;
  /** Seconds; 0 is off. */
  readonly keepAlive: number;
  readonly clientIdentifier: string;
  readonly will?: Will | undefined;
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  readonly properties?: ConnectProperties | undefined;
}

export interface ConnackPacket {
  readonly type: 'connack';
  readonly sessionPresent: boolean;
  /** Always a reason code of MQTT 5; on the wire of MQTT 3.1.1 it is a return code. */
  readonly reasonCode: number;
  readonly properties?: ConnackProperties | undefined;
}

export interface PublishPacket {
  readonly type: 'publish';
  /** Empty where a topic alias stands for it. */
  readonly topic: string;
  /**
   * With QoS 1 and 2, and with `retain`, the bytes can be kept as long as one likes. With QoS 0 they may be a view of
   * the chunk they came in: whoever keeps them past the turn takes `ownBytes(payload)`, or one byte holds on to 64 KiB.
   */
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** 1–65,535, and 0 with QoS 0, where the packet has none. */
  readonly packetIdentifier: number;
  readonly properties?: MessageProperties | undefined;
  /** Seconds. */
  readonly messageExpiryInterval?: number | undefined;
  readonly topicAlias?: number | undefined;
  /** Server to client only: one for each subscription that matched and has one. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
}

export type AcknowledgementType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';

/** PUBACK, PUBREC, PUBREL and PUBCOMP: alike but for their names. MQTT 3.1.1 has no reason code: it reads as 0. */
export interface AcknowledgementPacket<Type extends AcknowledgementType = AcknowledgementType> {
  readonly type: Type;
  readonly packetIdentifier: number;
  readonly reasonCode: number;
  readonly properties?: AcknowledgementProperties | undefined;
}

type PubackPacket = AcknowledgementPacket<'puback'>;
export type PubrecPacket = AcknowledgementPacket<'pubrec'>;
export type PubrelPacket = AcknowledgementPacket<'pubrel'>;
type PubcompPacket = AcknowledgementPacket<'pubcomp'>;

/** A topic filter and its subscription options (MQTT 5, 3.8.3.1). In MQTT 3.1.1 all but `qos` are false or 0. */
export interface Subscription {
  /** A well-formed filter; it may have more levels than the hub allows. */
  readonly topicFilter: string;
  readonly qos: Qos;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** 0: send retained messages; 1: only for a new subscription; 2: do not. */
  readonly retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  readonly type: 'subscribe';
  readonly packetIdentifier: number;
  readonly subscriptions: readonly Subscription[];
  readonly properties?: SubscribeProperties | undefined;
}

export interface SubackPacket {
  readonly type: 'suback';
  readonly packetIdentifier: number;
  /** One for each subscription, in its order. MQTT 3.1.1 sends every failure as 0x80. */
  readonly reasonCodes: readonly number[];
  readonly properties?: AcknowledgementProperties | undefined;
}

export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  readonly packetIdentifier: number;
  readonly topicFilters: readonly string[];
  readonly properties?: UnsubscribeProperties | undefined;
}

export interface UnsubackPacket {
  readonly type: 'unsuback';
  readonly packetIdentifier: number;
  /** One for each topic filter, in its order. Empty in MQTT 3.1.1, which has none. */
  readonly reasonCodes: readonly number[];
  readonly properties?: AcknowledgementProperties | undefined;
}

interface PingreqPacket {
  readonly type: 'pingreq';
}

interface PingrespPacket {
  readonly type: 'pingresp';
}

export interface DisconnectPacket {
  readonly type: 'disconnect';
  readonly reasonCode: number;
  readonly properties?: DisconnectProperties | undefined;
}

/** MQTT 5 only. */
export interface AuthPacket {
  readonly type: 'auth';
  readonly reasonCode: number;
  readonly properties?: AuthProperties | undefined;
}

/** Every MQTT control packet, in one shape for all versions; the fields have the names of the OASIS texts. */
export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

/** The packets that a server sends. */
export type ServerPacket = Exclude<
  Packet,
  ConnectPacket | SubscribePacket | UnsubscribePacket | PingreqPacket
>;
