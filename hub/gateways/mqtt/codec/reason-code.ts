import { type ErrorCode, HubError } from '../../../core/error.ts';

/** Every reason code of MQTT 5 (2.4), by its name there. The same value may have another name in another packet. */
export const ReasonCode = {
  Success: 0x00,
  NormalDisconnection: 0x00,
  GrantedQos0: 0x00,
  GrantedQos1: 0x01,
  GrantedQos2: 0x02,
  DisconnectWithWillMessage: 0x04,
  NoMatchingSubscribers: 0x10,
  NoSubscriptionExisted: 0x11,
  ContinueAuthentication: 0x18,
  ReAuthenticate: 0x19,
  UnspecifiedError: 0x80,
  MalformedPacket: 0x81,
  ProtocolError: 0x82,
  ImplementationSpecificError: 0x83,
  UnsupportedProtocolVersion: 0x84,
  ClientIdentifierNotValid: 0x85,
  BadUserNameOrPassword: 0x86,
  NotAuthorized: 0x87,
  ServerUnavailable: 0x88,
  ServerBusy: 0x89,
  Banned: 0x8a,
  ServerShuttingDown: 0x8b,
  BadAuthenticationMethod: 0x8c,
  KeepAliveTimeout: 0x8d,
  SessionTakenOver: 0x8e,
  TopicFilterInvalid: 0x8f,
  TopicNameInvalid: 0x90,
  PacketIdentifierInUse: 0x91,
  PacketIdentifierNotFound: 0x92,
  ReceiveMaximumExceeded: 0x93,
  TopicAliasInvalid: 0x94,
  PacketTooLarge: 0x95,
  MessageRateTooHigh: 0x96,
  QuotaExceeded: 0x97,
  AdministrativeAction: 0x98,
  PayloadFormatInvalid: 0x99,
  RetainNotSupported: 0x9a,
  QosNotSupported: 0x9b,
  UseAnotherServer: 0x9c,
  ServerMoved: 0x9d,
  SharedSubscriptionsNotSupported: 0x9e,
  ConnectionRateExceeded: 0x9f,
  MaximumConnectTime: 0xa0,
  SubscriptionIdentifiersNotSupported: 0xa1,
  WildcardSubscriptionsNotSupported: 0xa2,
} as const;

/** The side that reads a packet. */
export type Receiver = 'server' | 'client';

const published = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const disconnectEither = [0x00, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
const disconnectByServer = [
  0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];

/** The reason codes that each packet may carry: MQTT 5, tables 2-6, 3-1, 3-4 … 3-11. */
const allowed = {
  connack: [
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99,
    0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
  ], // [MQTT-3.2.2-8]
  puback: published, // [MQTT-3.4.2-1]
  pubrec: published, // [MQTT-3.5.2-1]
  pubrel: [0x00, 0x92], // [MQTT-3.6.2-1]
  pubcomp: [0x00, 0x92], // [MQTT-3.7.2-1]
  suback: [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2], // [MQTT-3.9.3-2]
  unsuback: [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91], // [MQTT-3.11.3-2]
} as const;

/** DISCONNECT [MQTT-3.14.2-1] and AUTH [MQTT-3.15.2-1] may carry others in each direction. */
const allowedTowards = {
  server: { disconnect: [...disconnectEither, 0x04], auth: [0x18, 0x19] },
  client: { disconnect: [...disconnectEither, ...disconnectByServer], auth: [0x00, 0x18] },
} as const;

/** The packets of MQTT 5 that carry a reason code. */
export type ReasonCodePacket = keyof typeof allowed | keyof (typeof allowedTowards)['server'];

/** Whether a packet of this type may carry the reason code on its way to `receiver`. */
export function isReasonCodeOf(type: ReasonCodePacket, code: number, receiver: Receiver): boolean {
  const codes: readonly number[] =
    type === 'disconnect' || type === 'auth' ? allowedTowards[receiver][type] : allowed[type];
  return codes.includes(code);
}

/** MQTT 5's reason codes for CONNACK's return codes 0–5 of MQTT 3.1.1 (table 3.1). */
const reasonCodeOfReturnCode: readonly number[] = [
  ReasonCode.Success,
  ReasonCode.UnsupportedProtocolVersion,
  ReasonCode.ClientIdentifierNotValid,
  ReasonCode.ServerUnavailable,
  ReasonCode.BadUserNameOrPassword,
  ReasonCode.NotAuthorized,
];

/** For reason codes without a return code: the return code that makes a client do the right thing. */
const nearestReturnCode: Readonly<Record<number, number>> = {
  [ReasonCode.ServerBusy]: 3,
  [ReasonCode.ServerShuttingDown]: 3,
  [ReasonCode.QuotaExceeded]: 3,
  [ReasonCode.UseAnotherServer]: 3,
  [ReasonCode.ServerMoved]: 3,
  [ReasonCode.ConnectionRateExceeded]: 3,
  [ReasonCode.Banned]: 5,
  [ReasonCode.BadAuthenticationMethod]: 4,
};

/**
 * The CONNACK return code of MQTT 3.1.1 for a reason code of MQTT 5, or `undefined` if there is none: then the
 * connection is closed without a CONNACK. [MQTT-3.2.2-6 of 3.1.1]
 */
export function returnCodeFromReasonCode(reasonCode: number): number | undefined {
  const exact = reasonCodeOfReturnCode.indexOf(reasonCode);
  return exact === -1 ? nearestReturnCode[reasonCode] : exact;
}

/** An error for which MQTT 5 has a more exact reason code than for the error's code. */
export class MqttError extends HubError {
  readonly reasonCode: number;

  constructor(code: ErrorCode, message: string, reasonCode: number) {
    super(code, message);
    this.reasonCode = reasonCode;
  }
}

/** A packet that the standard says cannot be read: reason code 0x81. `clause` is the rule that it breaks. */
export function malformed(message: string, clause: string): MqttError {
  return new MqttError('packet/malformed', `${message} [${clause}]`, ReasonCode.MalformedPacket);
}

/** A packet that can be read but is not allowed here: reason code 0x82 unless a more exact one is given. */
export function violation(
  message: string,
  clause: string,
  reasonCode: number = ReasonCode.ProtocolError,
): MqttError {
  return new MqttError('protocol/violation', `${message} [${clause}]`, reasonCode);
}

/** A protocol, or a version of it, that the hub does not speak: reason code 0x84. */
export function unsupported(message: string, clause: string): MqttError {
  return new MqttError(
    'protocol/unsupported',
    `${message} [${clause}]`,
    ReasonCode.UnsupportedProtocolVersion,
  );
}

/** A packet above the maximum packet size of its receiver: reason code 0x95. */
export function tooLarge(message: string, clause: string): MqttError {
  return new MqttError('packet/too-large', `${message} [${clause}]`, ReasonCode.PacketTooLarge);
}

/** A byte as the standard writes it: `0x8f`. */
export function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
