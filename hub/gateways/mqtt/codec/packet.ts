import type { MessageProperties, Qos } from '../../../core/message.ts';
import type { PropertiesOf } from './property.ts';

/** The protocol level that a CONNECT names: 3 is MQTT 3.1 (read as 3.1.1), 4 is MQTT 3.1.1, 5 is MQTT 5.0. */
export type ProtocolVersion = 3 | 4 | 5;

/** The message that the server publishes once the client is gone (MQTT 5, 3.1.2.5 and 3.1.3.2). */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: MessageProperties | undefined;
  /** The lifetime of the message once it is published, seconds. */
  readonly messageExpiryInterval?: number | undefined;
  /** How long the hub waits for the client before it publishes, seconds. */
  readonly willDelayInterval?: number | undefined;
}

export interface ConnectPacket {
  readonly type: 'connect';
  readonly protocolVersion: ProtocolVersion;
  /** Called Clean Session in MQTT 3.1.1. */
  readonly cleanStart: boolean;
  /** The keep alive, seconds; 0 turns it off. */
  readonly keepAlive: number;
  readonly clientIdentifier: string;
  readonly will?: Will | undefined;
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  readonly properties?: PropertiesOf<'connect'> | undefined;
  /** Set if the client is a bridge, which is another broker, and speaks MQTT 3.1 or 3.1.1. */
  readonly isBridge?: boolean;
}

export interface ConnackPacket {
  readonly type: 'connack';
  readonly sessionPresent: boolean;
  /** A reason code of MQTT 5, whatever the version; MQTT 3.1.1 sends a return code in its place. */
  readonly reasonCode: number;
  readonly properties?: PropertiesOf<'connack'> | undefined;
}

export interface PublishPacket {
  readonly type: 'publish';
  /** The topic name; empty if a topic alias stands for it. */
  readonly topic: string;
  /**
   * With QoS 1 and 2, and with `retain`, safe to keep. With QoS 0 it may be a view of the chunk that it came in: do not keep it past
   * the turn, since one byte would hold on to 64 KiB.
   */
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** The packet identifier, 1–65,535; 0 at QoS 0, which has no identifier. */
  readonly packetIdentifier: number;
  readonly properties?: MessageProperties | undefined;
  /** The lifetime of the message once it is published, seconds. */
  readonly messageExpiryInterval?: number | undefined;
  readonly topicAlias?: number | undefined;
  /** The identifiers of the matching subscriptions that have one. Only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
}

export type AcknowledgementType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';

/** PUBACK, PUBREC, PUBREL and PUBCOMP. MQTT 3.1.1 has no reason code, which reads as 0. */
export interface AcknowledgementPacket {
  readonly type: AcknowledgementType;
  readonly packetIdentifier: number;
  readonly reasonCode: number;
  readonly properties?: PropertiesOf<'acknowledgement'> | undefined;
}

/** A topic filter and its options (MQTT 5, 3.8.3.1). In MQTT 3.1.1 all but `qos` are false or 0. */
export interface Subscription {
  /** A well-formed filter; it may have more levels than the hub allows. */
  readonly topicFilter: string;
  readonly qos: Qos;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** Whether to send retained messages: 0 always, 1 only for a new subscription, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  readonly type: 'subscribe';
  readonly packetIdentifier: number;
  readonly subscriptions: readonly Subscription[];
  readonly properties?: PropertiesOf<'subscribe'> | undefined;
}

export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  readonly packetIdentifier: number;
  readonly topicFilters: readonly string[];
  readonly properties?: PropertiesOf<'unsubscribe'> | undefined;
}

/** The answer to SUBSCRIBE and UNSUBSCRIBE. */
export interface SubackPacket {
  readonly type: 'suback' | 'unsuback';
  readonly packetIdentifier: number;
  /** One reason code for each topic filter, in order. MQTT 3.1.1 sends every failure of a SUBSCRIBE as 0x80, and none in UNSUBACK. */
  readonly reasonCodes: readonly number[];
  readonly properties?: PropertiesOf<'acknowledgement'> | undefined;
}

export interface DisconnectPacket {
  readonly type: 'disconnect';
  readonly reasonCode: number;
  readonly properties?: PropertiesOf<'disconnect'> | undefined;
}

/** A packet of MQTT 5 only. */
export interface AuthPacket {
  readonly type: 'auth';
  readonly reasonCode: number;
  readonly properties?: PropertiesOf<'auth'> | undefined;
}

/** Every MQTT control packet, in one shape for all versions, with the field names of the standard. */
export type Packet =
  | ServerPacket
  | ConnectPacket
  | PublishPacket
  | SubscribePacket
  | UnsubscribePacket
  | { readonly type: 'pingreq' };

/** The packets that a server sends, except PUBLISH, which `PublishTemplate` encodes. */
export type ServerPacket =
  | ConnackPacket
  | AcknowledgementPacket
  | SubackPacket
  | { readonly type: 'pingresp' }
  | DisconnectPacket
  | AuthPacket;
