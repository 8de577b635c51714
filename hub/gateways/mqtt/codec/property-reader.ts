import { Buffer } from 'node:buffer';
import type { MessageProperties } from '../../../core/message.ts';
import {
  type PropertiesOf,
  type Property,
  type PropertyOwner,
  properties,
  type UserProperties,
} from './property.ts';
import { PacketReader } from './reader.ts';
import { hex, malformed, ReasonCode, violation } from './reason-code.ts';

/** A property as a packet's section of them may hold it. */
interface Rule extends Property {
  /** The property's own bit in a set of properties; 0 if a packet may have the property several times. */
  readonly bit: number;
  /** The name in words, for messages. */
  readonly words: string;
  /** Whether the property travels with the message from publisher to subscriber. */
  readonly isOfMessage: boolean;
  /** Throws `protocol/violation` if the value is not allowed. */
  readonly check: ((value: unknown) => void) | undefined;
}

const ofMessage = [
  'payloadFormatIndicator',
  'contentType',
  'responseTopic',
  'correlationData',
  'userProperties',
];

const checks: Partial<Record<Property['name'], (value: unknown) => void>> = {
  subscriptionIdentifier: atLeastOne('subscription identifier', 'MQTT 5, 3.8.2.1.2'),
  receiveMaximum: atLeastOne('receive maximum', 'MQTT 5, 3.1.2.11.3'),
  maximumPacketSize: atLeastOne('maximum packet size', 'MQTT 5, 3.1.2.11.4'),
  topicAlias: atLeastOne('topic alias', 'MQTT-3.3.2-8', ReasonCode.TopicAliasInvalid),
  responseTopic: checkResponseTopic,
};

/** The properties by owner and identifier. */
const rules: ReadonlyMap<PropertyOwner, readonly (Rule | undefined)[]> = rulesByOwner();

/** The properties of a PUBLISH or a will: those of the message, and those of its delivery. */
export interface DeliveryProperties {
  properties?: MessageProperties | undefined;
  messageExpiryInterval?: number | undefined;
  willDelayInterval?: number | undefined;
  topicAlias?: number | undefined;
  subscriptionIdentifier?: number | undefined;
}

export const NO_PROPERTIES: Readonly<DeliveryProperties> = {
  properties: undefined,
  messageExpiryInterval: undefined,
  willDelayInterval: undefined,
  topicAlias: undefined,
  subscriptionIdentifier: undefined,
};

/** Reads the properties of a PUBLISH (MQTT 5, 3.3.2.3) or of a will (3.1.3.2). */
export function readMessageProperties(
  reader: PacketReader,
  owner: 'publish' | 'will',
): Readonly<DeliveryProperties> {
  if (isSkipped(reader)) return NO_PROPERTIES;
  const delivery: DeliveryProperties = { ...NO_PROPERTIES };
  readEach(reader, owner, delivery);
  return delivery;
}

/** Reads the properties of any other packet; `undefined` if there are none. */
export function readProperties<Owner extends Exclude<PropertyOwner, 'publish' | 'will'>>(
  reader: PacketReader,
  owner: Owner,
): PropertiesOf<Owner> | undefined {
  if (isSkipped(reader)) return undefined;
  const found: PropertiesOf<Owner> = {};
  readEach(reader, owner, found);
  return found;
}

/** Most packets have no properties: one byte says so. */
function isSkipped(reader: PacketReader): boolean {
  if (reader.bytes[reader.at] !== 0 || reader.at >= reader.end) return false;
  reader.at++;
  return true;
}

/**
 * Reads a Property Length and its properties (MQTT 5, 2.2.2) into `target`, and those that travel with the message into
 * `target.properties`. Each must be known, allowed for the owner, and there once.
 */
export function readEach(
  reader: PacketReader,
  owner: PropertyOwner,
  target: { properties?: object | undefined },
): void {
  const length = reader.variableByteInteger('property length');
  const packetEnd = reader.end;
  if (length > reader.remaining) {
    throw malformed(`the property length ${length} goes past the packet`, 'MQTT 5, 2.2.2.1');
  }
  reader.end = reader.at + length; // No value may reach past it.
  const allowed = rules.get(owner) ?? [];
  let userProperties: UserPropertyList | undefined;
  let seen = 0;
  while (reader.at < reader.end) {
    const identifier = reader.variableByteInteger('property identifier');
    const rule = allowed[identifier];
    if (!rule) {
      throw malformed(`the property ${hex(identifier)} is not allowed in this packet`, 'MQTT 5, 2.2.2.2');
    }
    if (rule.isOfMessage) target.properties ??= {};
    const to = (rule.isOfMessage ? target.properties : target) as Record<string, unknown>;
    const { type, words, check } = rule;
    if (type === 'pairs') {
      userProperties ??= new UserPropertyList(to);
      userProperties.read(reader);
    } else {
      if ((seen & rule.bit) !== 0) throw violation(`the ${words} appears twice`, 'MQTT 5, 2.2.2.2');
      seen |= rule.bit;
      const value = reader[type](words);
      if (check !== undefined) check(value);
      store(to, rule.name, value);
    }
  }
  userProperties?.finish(reader);
  reader.end = packetEnd;
}

/** Fields of a PUBLISH are stored by name, which is faster than by a computed key. */
function store(to: Record<string, unknown>, name: Property['name'], value: unknown): void {
  if (name === 'contentType') to.contentType = value;
  else if (name === 'responseTopic') to.responseTopic = value;
  else if (name === 'correlationData') to.correlationData = value;
  else if (name === 'messageExpiryInterval') to.messageExpiryInterval = value;
  else if (name === 'topicAlias') to.topicAlias = value;
  else to[name] = value;
}

/** A few user properties are decoded as they come, the others when somebody asks for them. */
const EAGER = 32;

type Pair = UserProperties[number];

/**
 * The user properties of one packet. A packet may have thousands, and nobody may ever read them: past the first few they
 * are checked and kept as bytes, so that they cost the sender more than the server.
 */
class UserPropertyList {
  readonly #target: { userProperties?: UserProperties };
  readonly #pairs: Pair[] = [];
  /** The offsets of the pairs that were not decoded. */
  readonly #starts: number[] = [];

  constructor(target: { userProperties?: UserProperties }) {
    this.#target = target;
    target.userProperties = this.#pairs;
  }

  read(reader: PacketReader): void {
    if (this.#pairs.length < EAGER) {
      this.#pairs.push(readPair(reader));
      return;
    }
    this.#starts.push(reader.at);
    reader.skipUtf8('name of a user property');
    reader.skipUtf8('value of a user property');
  }

  /** Has the target decode the other pairs on demand. The reader stands behind the last one. */
  finish(reader: PacketReader): void {
    const [first] = this.#starts;
    if (first === undefined) return;
    const bytes = Buffer.from(reader.bytes.subarray(first, reader.at)); // A copy, so that the packet's chunk need not stay in memory.
    let all: UserProperties | undefined;
    const decodeAll = () => {
      const later = this.#starts.map((start) =>
        readPair(new PacketReader(bytes, start - first, bytes.length)),
      );
      return [...this.#pairs, ...later];
    };
    Object.defineProperty(this.#target, 'userProperties', {
      enumerable: true,
      configurable: true,
      get(): UserProperties {
        all ??= decodeAll();
        return all;
      },
    });
  }
}

function readPair(reader: PacketReader): Pair {
  return [reader.utf8('name of a user property'), reader.utf8('value of a user property')]; // [MQTT-1.5.7-1]
}

function atLeastOne(what: string, clause: string, reasonCode?: number): (value: unknown) => void {
  return (value) => {
    if (value === 0) throw violation(`the ${what} is 0; it must be at least 1`, clause, reasonCode);
  };
}

function checkResponseTopic(topic: unknown): void {
  if (topic === '') throw violation('the response topic is empty', 'MQTT-4.7.3-1');
  if (/[+#]/.test(String(topic))) throw violation('the response topic has a wildcard', 'MQTT-3.3.2-14');
}

function rulesByOwner(): Map<PropertyOwner, (Rule | undefined)[]> {
  const byOwner = new Map<PropertyOwner, (Rule | undefined)[]>();
  for (const [index, property] of [...properties.values()].entries()) {
    const { name, identifier, owners } = property;
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    for (const owner of owners) {
      const isOfMessage = (owner === 'publish' || owner === 'will') && ofMessage.includes(name);
      // A PUBLISH may have an identifier for each subscription. (3.3.2.3.8)
      const mayRepeat = owner === 'publish' && name === 'subscriptionIdentifier';
      const bit = mayRepeat ? 0 : 1 << index;
      const rule = { ...property, bit, words, isOfMessage, check: checks[name] };
      const allowed = byOwner.get(owner) ?? [];
      allowed[identifier] = rule;
      byOwner.set(owner, allowed);
    }
  }
  return byOwner;
}
