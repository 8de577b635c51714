import { HubError, quote } from '../core/error.ts';
import { DEFAULT_RETAINED_LIMITS, type RetainedLimits } from '../core/retained-room.ts';
import { DEFAULT_MAX_TOPIC_LEVELS, MAX_TOPIC_LEVELS } from '../core/topic.ts';
import { DEFAULT_MQTT_LIMITS, type MqttLimits } from '../gateways/mqtt/limits.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../session/limits.ts';

/** All that bounds what a hub takes from anyone. Every limit is finite; the README's table says what each means. */
export interface HubLimits extends SessionLimits, RetainedLimits, Omit<MqttLimits, 'packetBytes'> {
  /** The longest payload, bytes. */
  readonly payloadBytes: number;
  /** Connections at a time on each port, beside those of strangers. */
  readonly clients: number;
  /** Connections at a time, on each port, over which nobody has been let in; where one more comes, one goes. */
  readonly strangers: number;
  /** What all connections and requests together may hold that has not come whole, or was sent and is not taken, bytes. */
  readonly heldBytes: number;
  /** Socket.IO events of a client a second, on average; one that sends more is listened to more slowly. */
  readonly eventsPerSecond: number;
}

/** What may stand around a payload, bytes: event name or packet header, topic, options or properties. */
export const ENVELOPE_BYTES = 128 * 2 ** 10;

/** A payload of 1 MiB and what stands around it must pass; more than twice that is not for messages. */
const DEFAULT_PAYLOAD_BYTES = 2 * 2 ** 20;

const DEFAULT_CLIENTS = 10_000;

/** Half of those who may be in: after a power cut, all come back at once. */
const DEFAULT_STRANGERS = 5_000;

/** A fraction of what a small board has. */
const DEFAULT_HELD_BYTES = 256 * 2 ** 20;

/** More than a hundred sliders send that are dragged by one program, and a fraction of what a core of a small board can do. */
const DEFAULT_EVENTS_PER_SECOND = 10_000;

const { packetBytes: _, ...mqttLimits } = DEFAULT_MQTT_LIMITS;

export const DEFAULT_LIMITS: HubLimits = {
  ...DEFAULT_SESSION_LIMITS,
  ...DEFAULT_RETAINED_LIMITS,
  ...mqttLimits,
  topicLevels: DEFAULT_MAX_TOPIC_LEVELS,
  payloadBytes: DEFAULT_PAYLOAD_BYTES,
  clients: DEFAULT_CLIENTS,
  strangers: DEFAULT_STRANGERS,
  heldBytes: DEFAULT_HELD_BYTES,
  eventsPerSecond: DEFAULT_EVENTS_PER_SECOND,
};

/** What fields of two bytes in MQTT's packets hold at most. */
const MAX_UINT16 = 65_535;

/** Limits that cannot be as large as one likes. */
const LARGEST: Partial<Record<keyof HubLimits, number>> = {
  inFlight: MAX_UINT16,
  unreleased: MAX_UINT16,
  receiveMaximum: MAX_UINT16,
  topicAliases: MAX_UINT16,
  ownTopicAliases: MAX_UINT16,
  keepAliveSeconds: MAX_UINT16,
  topicLevels: MAX_TOPIC_LEVELS,
  // With what stands around it a packet must still have a Remaining Length of four bytes. [MQTT-1.5.5]
  payloadBytes: 256 * 2 ** 20,
};

function isLimitName(name: string): name is keyof HubLimits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}

/** Reads a limit as `name=value`, a whole number from 1. Throws `option/invalid`, saying what there is. */
export function parseLimit(text: string): readonly [keyof HubLimits, number] {
  const [name = '', value = ''] = text.split('=', 2);
  if (!isLimitName(name)) {
    throw new HubError(
      'option/invalid',
      `no limit is called ${quote(name)}; there are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
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
