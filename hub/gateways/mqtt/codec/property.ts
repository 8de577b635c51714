import type { PacketWriter } from './writer.ts';

/** Name and value pairs, in the sender's order; names may repeat. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** How the values of properties are encoded (MQTT 5, 1.5). A flag is a byte that is 0 or 1. */
interface Value {
  flag: 0 | 1;
  twoByteInteger: number;
  fourByteInteger: number;
  variableByteInteger: number;
  utf8: string;
  binary: Uint8Array;
  pairs: UserProperties;
}

/** The packets that have properties. PUBACK … PUBCOMP, SUBACK and UNSUBACK may have the same ones. */
export type PropertyOwner =
  | 'connect'
  | 'will'
  | 'connack'
  | 'publish'
  | 'acknowledgement'
  | 'subscribe'
  | 'unsubscribe'
  | 'disconnect'
  | 'auth';

type Row = readonly [identifier: number, type: keyof Value, ...owners: PropertyOwner[]];

/** Every property (MQTT 5, table 2-4). Intervals are in seconds, sizes in bytes. */
const table = {
  payloadFormatIndicator: [0x01, 'flag', 'publish', 'will'],
  messageExpiryInterval: [0x02, 'fourByteInteger', 'publish', 'will'],
  contentType: [0x03, 'utf8', 'publish', 'will'],
  responseTopic: [0x08, 'utf8', 'publish', 'will'],
  correlationData: [0x09, 'binary', 'publish', 'will'],
  subscriptionIdentifier: [0x0b, 'variableByteInteger', 'publish', 'subscribe'],
  sessionExpiryInterval: [0x11, 'fourByteInteger', 'connect', 'connack', 'disconnect'],
  assignedClientIdentifier: [0x12, 'utf8', 'connack'],
  serverKeepAlive: [0x13, 'twoByteInteger', 'connack'],
  authenticationMethod: [0x15, 'utf8', 'connect', 'connack', 'auth'],
  authenticationData: [0x16, 'binary', 'connect', 'connack', 'auth'],
  requestProblemInformation: [0x17, 'flag', 'connect'],
  willDelayInterval: [0x18, 'fourByteInteger', 'will'],
  requestResponseInformation: [0x19, 'flag', 'connect'],
  responseInformation: [0x1a, 'utf8', 'connack'],
  serverReference: [0x1c, 'utf8', 'connack', 'disconnect'],
  reasonString: [0x1f, 'utf8', 'connack', 'acknowledgement', 'disconnect', 'auth'],
  receiveMaximum: [0x21, 'twoByteInteger', 'connect', 'connack'],
  topicAliasMaximum: [0x22, 'twoByteInteger', 'connect', 'connack'],
  topicAlias: [0x23, 'twoByteInteger', 'publish'],
  maximumQos: [0x24, 'flag', 'connack'],
  retainAvailable: [0x25, 'flag', 'connack'],
  userProperties: [
    0x26,
    'pairs',
    'connect',
    'will',
    'connack',
    'publish',
    'acknowledgement',
    'subscribe',
    'unsubscribe',
    'disconnect',
    'auth',
  ],
  maximumPacketSize: [0x27, 'fourByteInteger', 'connect', 'connack'],
  wildcardSubscriptionAvailable: [0x28, 'flag', 'connack'],
  subscriptionIdentifierAvailable: [0x29, 'flag', 'connack'],
  sharedSubscriptionAvailable: [0x2a, 'flag', 'connack'],
} as const satisfies Record<string, Row>;

type Table = typeof table;

/** The properties that a packet may have, as the table says. */
export type PropertiesOf<Owner extends PropertyOwner> = {
  readonly [Name in keyof Table as Owner extends Table[Name][number] ? Name : never]?:
    | Value[Table[Name][1]]
    | undefined;
};

/** The properties of all packets but PUBLISH, and not those of a will. */
export type Properties = PropertiesOf<Exclude<PropertyOwner, 'publish' | 'will'>>;

/** A property as the table has it. */
export interface Property {
  readonly identifier: number;
  readonly name: keyof Table;
  readonly type: keyof Value;
  readonly owners: readonly PropertyOwner[];
}

/** Every property by its name. */
export const properties: ReadonlyMap<string, Property> = new Map(
  (Object.entries(table) as [keyof Table, Row][]).map(([name, [identifier, type, ...owners]]) => [
    name,
    { identifier, name, type, owners },
  ]),
);

/** The identifiers of the properties that differ between the deliveries of a message. */
export const TOPIC_ALIAS = table.topicAlias[0];
export const SUBSCRIPTION_IDENTIFIER = table.subscriptionIdentifier[0];

/** Writes properties behind their length, which is 0 if there are none. [MQTT-2.2.2-1] */
export function writeProperties(writer: PacketWriter, from: Properties | undefined): void {
  if (from === undefined) writer.byte(0);
  else writer.section(() => writePropertyList(writer, from));
}

/** Writes properties in the order of the object's fields, without their length. */
export function writePropertyList(writer: PacketWriter, from: PropertiesOf<PropertyOwner>): void {
  for (const [name, value] of Object.entries(from)) {
    const property = properties.get(name);
    if (property !== undefined && value !== undefined) writeProperty(writer, property, value);
  }
}

function writeProperty(writer: PacketWriter, { identifier, type }: Property, value: unknown): void {
  if (type !== 'pairs') {
    writer.byte(identifier);
    writer[type](value as never); // The type of `from` guarantees that the value has this type.
    return;
  }
  for (const [name, text] of value as UserProperties) {
    writer.byte(identifier);
    writer.utf8(name);
    writer.utf8(text);
  }
}
