import { z } from 'zod';
import type { Credentials } from '../../access/access.ts';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../../core/filter.ts';
import { Message } from '../../core/message.ts';
import { parseTopicName } from '../../core/topic.ts';
import { describeIssues } from '../../describe-issues.ts';
import { copyProperties, publishProperties } from './publish-properties.ts';

/** The events that a client may send, and the arguments that each takes. */
export const EVENTS = {
  publish: 'topic, payload (text or bytes), { retain?, qos?, properties?, expirySeconds? }?',
  subscribe: 'filter or filters, { noLocal? }?',
  unsubscribe: 'filter or filters',
  ping: 'nothing',
  whoami: 'nothing',
  inspect: 'an inspection request, or nothing to end it',
} as const;

type EventName = keyof typeof EVENTS;

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

const willOptions = z.strictObject({
  retain: z.boolean().optional(),
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
});
const publishOptions = willOptions.extend({
  properties: publishProperties.optional(),
  /** An expiry has four bytes, as in MQTT. (MQTT 5, 3.3.2.3.3) */
  expirySeconds: z.int().min(1).max(0xffff_ffff).optional(),
});
const subscribeOptions = z.strictObject({ noLocal: z.boolean().optional() });
const filters = z.union([z.string(), z.array(z.string()).min(1)]);
const will = willOptions.extend({
  topic: z.string(),
  payload: z.union([z.string(), z.instanceof(Uint8Array)]),
});
const text = z.string().max(1_024).optional();
const credentials = z.object({ token: text, user: text, password: text });

export interface EventLimits {
  /** The longest payload, bytes. */
  readonly payloadBytes: number;
  readonly topicLevels: number;
  /** The most filters that an event may name. */
  readonly filtersAtOnce: number;
}

/** The arguments of `publish` as a message; `now` is the hub's clock, milliseconds. Throws `event/invalid`, `topic/invalid`, `payload/invalid`, `payload/too-large`. */
export function parsePublish(args: readonly unknown[], limits: EventLimits, now: number): Message {
  const [topic, payload, options = {}] = argumentsOf(3, 'publish', args);
  return createMessage(topic, payload, parseArgument('publish', publishOptions, options), limits, now);
}

/** The arguments of `subscribe`. Throws `event/invalid`, `filter/invalid`, and `limit/exceeded` for too many filters. */
export function parseSubscribe(args: readonly unknown[], limits: EventLimits) {
  const [wanted, options = {}] = argumentsOf(2, 'subscribe', args);
  const { noLocal = false } = parseArgument('subscribe', subscribeOptions, options);
  return { filters: parseFilters('subscribe', [wanted], limits), noLocal };
}

/** The filters in an event's only argument, each once. Throws as above. */
export function parseFilters(event: EventName, args: readonly unknown[], limits: EventLimits): TopicFilter[] {
  const [value] = argumentsOf(1, event, args);
  if (Array.isArray(value) && value.length > limits.filtersAtOnce) {
    const most = `at most ${limits.filtersAtOnce} are allowed`;
    throw new HubError('limit/exceeded', `${event} names ${value.length} filters; ${most}`);
  }
  const wanted = parseArgument(event, filters, value);
  const once = new Set(typeof wanted === 'string' ? [wanted] : wanted);
  return [...once].map((filter) => parseTopicFilter(filter, limits.topicLevels));
}

/** The credentials in a handshake's `auth`: `token`, or `user` and `password`; `undefined` if it has neither. Throws `event/invalid`. */
export function parseCredentials(auth: unknown): Credentials | undefined {
  const { token, user, password = '' } = parseAuth('auth', credentials, auth);
  if (token !== undefined) return { token };
  return user === undefined ? undefined : { user, password };
}

/** The last will in a handshake's `auth`. Throws as `parsePublish`. */
export function parseWill(value: unknown, limits: EventLimits): Message {
  const { topic, payload, ...options } = parseAuth('auth.will', will, value);
  return createMessage(topic, payload, options, limits, 0);
}

function parseAuth<T>(name: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HubError('event/invalid', `${name}: ${describeIssues(parsed.error)}`);
}

function createMessage(
  topic: unknown,
  payload: unknown,
  { retain = false, qos = 0, properties, expirySeconds }: z.infer<typeof publishOptions>,
  { payloadBytes, topicLevels }: EventLimits,
  now: number,
): Message {
  const name = parseTopicName(topic, topicLevels);
  const isText = typeof payload === 'string';
  if (!isText && !(payload instanceof Uint8Array)) {
    const message = `payload of ${quote(name)} must be text or bytes, not ${quote(payload)}`;
    throw new HubError('payload/invalid', message);
  }
  const bytes = isText ? Buffer.byteLength(payload) : payload.byteLength;
  if (bytes > payloadBytes) {
    const message = `payload of ${quote(name)} has ${bytes} bytes; at most ${payloadBytes} are allowed`;
    throw new HubError('payload/too-large', message);
  }
  // Bytes are copied: those from the network are a view of a larger buffer.
  return new Message(name, isText ? payload : new Uint8Array(payload), {
    retain,
    qos,
    ...(properties && { properties: copyProperties(properties) }),
    ...(expirySeconds !== undefined && { expiresAt: now + expirySeconds * 1000 }),
  });
}

/** The arguments of an event that takes at most `count` of them. Throws `event/invalid`. */
export function argumentsOf(count: number, event: EventName, args: readonly unknown[]): readonly unknown[] {
  if (args.length <= count) return args;
  throw new HubError('event/invalid', `${event} takes ${EVENTS[event]}, not ${args.length} arguments`);
}

/** No argument has more keys than this. Checking each of very many would take long. */
const MAX_KEYS = 8;

function parseArgument<T>(event: EventName, schema: z.ZodType<T>, value: unknown): T {
  const parsed = keyCount(value) <= MAX_KEYS ? schema.safeParse(value) : undefined;
  if (parsed?.success) return parsed.data;
  const cause = parsed?.error;
  throw new HubError('event/invalid', `${event} takes ${EVENTS[event]}, not ${quote(value)}`, { cause });
}

/** The number of keys; 0 for text and lists, whose lengths have limits of their own. */
function keyCount(value: unknown): number {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : 0;
}
