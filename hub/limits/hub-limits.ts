import { HubError, quote } from '../core/error.ts';
import { DEFAULT_RETAINED_LIMITS, type RetainedLimits } from '../core/retained-room.ts';
import { DEFAULT_MAX_TOPIC_LEVELS, MAX_TOPIC_LEVELS } from '../core/topic.ts';
import { DEFAULT_INSPECTION_LIMITS, type InspectionLimits } from '../gateways/inspector/room.ts';
import { DEFAULT_MQTT_LIMITS, type MqttLimits } from '../gateways/mqtt/limits.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../session/limits.ts';

const MIB = 2 ** 20;

/**
 * The limits of the hub as a whole, with their defaults. A new limit is a line here, a line in `LARGEST` if it has a largest value, and a row of the table in
 * docs/limits.md. The limits of one part stand in that part and are included below automatically: `session/limits.ts`, `core/retained-room.ts`,
 * `gateways/inspector/room.ts`, `gateways/mqtt/limits.ts`.
 */
const OWN_LIMITS = {
  /** The longest payload, bytes. A payload of 1 MiB must pass; much larger payloads do not belong in messages. */
  payloadBytes: 2 * MIB,
  /** The most connections at a time on each port, not counting `strangers`. */
  clients: 10_000,
  /** The most connections at a time on each port of clients that are not admitted yet: half, because after a power cut all clients reconnect at once. */
  strangers: 5_000,
  /** Bytes that all clients of a port that are not admitted yet may have sent together. */
  strangerBytes: 32 * MIB,
  /** Incomplete and unsent bytes that all connections and requests together may hold: a small part of a small board's memory. */
  heldBytes: 64 * MIB,
  /** Socket.IO events of a client per second, on average: more than a hundred dragged sliders, and a small part of what a small board can do. */
  eventsPerSecond: 10_000,
};

/** Everything that bounds what a hub accepts. Every limit is finite; docs/limits.md says what each means. */
export type HubLimits = SessionLimits &
  RetainedLimits &
  InspectionLimits &
  Omit<MqttLimits, 'packetBytes'> &
  typeof OWN_LIMITS;

/** The largest overhead of a payload, bytes: event name or packet header, topic, options or properties. */
export const ENVELOPE_BYTES = 128 * 2 ** 10;

const { packetBytes: _, ...mqttLimits } = DEFAULT_MQTT_LIMITS;

export const DEFAULT_LIMITS: HubLimits = {
  ...DEFAULT_SESSION_LIMITS,
  ...DEFAULT_RETAINED_LIMITS,
  ...DEFAULT_INSPECTION_LIMITS,
  ...mqttLimits,
  topicLevels: DEFAULT_MAX_TOPIC_LEVELS,
  ...OWN_LIMITS,
};

/** The largest value of a two-byte field in MQTT's packets. */
const MAX_UINT16 = 65_535;

/** Limits that have a largest value. */
const LARGEST: Partial<Record<keyof HubLimits, number>> = {
  inFlight: MAX_UINT16,
  unreleased: MAX_UINT16,
  receiveMaximum: MAX_UINT16,
  topicAliases: MAX_UINT16,
  ownTopicAliases: MAX_UINT16,
  keepAliveSeconds: MAX_UINT16,
  topicLevels: MAX_TOPIC_LEVELS,
  // With its envelope a packet must still have a Remaining Length of four bytes. [MQTT-1.5.5]
  payloadBytes: 256 * MIB,
};

function isLimitName(name: string): name is keyof HubLimits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}

/** Reads a limit written as `name=value`, a whole number from 1. Throws `option/invalid` with the names or values that are allowed. */
export function parseLimit(text: string): readonly [keyof HubLimits, number] {
  const [name = '', value = ''] = text.split('=', 2);
  if (!isLimitName(name)) {
    throw new HubError(
      'option/invalid',
      `there is no limit ${quote(name)}; there are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
    );
  }
  const largest = LARGEST[name] ?? Number.MAX_SAFE_INTEGER;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= largest) return [name, number];
  throw new HubError(
    'option/invalid',
    `${name} must be a whole number from 1 to ${largest}, not ${quote(value)}`,
  );
}
