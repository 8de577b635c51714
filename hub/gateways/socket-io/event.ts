import { z } from 'zod';
import type { Credentials } from '../../access/access.ts';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../../core/filter.ts';
import { Message, type MessageOptions } from '../../core/message.ts';
import { parseTopicName } from '../../core/topic.ts';
import { describeIssues } from '../../describe-issues.ts';

/** The events that a client may send, and the arguments that each takes. */
export const EVENTS = {
  publish: 'topic, payload (text or bytes), { retain?, qos? }?',
  subscribe: 'filter or filters, { noLocal? }?',
  unsubscribe: 'filter or filters',
  ping: 'nothing',
  whoami: 'nothing',
} as const;

type EventName = keyof typeof EVENTS;

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

const qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const publishOptions = z.strictObject({ retain: z.boolean().optional(), qos: qos.optional() });
const subscribeOptions = z.strictObject({ noLocal: z.boolean().optional() });
const filters = z.union([z.string(), z.array(z.string()).min(1)]);
const will = z.strictObject({
  topic: z.string(),
  payload: z.union([z.string(), z.instanceof(Uint8Array)]),
  retain: z.boolean().optional(),
  qos: qos.optional(),
});
const shown = z.string().max(1_024);
const credentials = z.object({ token: shown.optional(), user: shown.optional(), password: shown.optional() });

export interface EventLimits {
  /** The longest payload, bytes. */
  readonly payloadBytes: number;
  readonly topicLevels: number;
  /** Subscriptions of one client, and so the most filters that an event may name. */
  readonly subscriptions: number;
}

/** The arguments of `publish` as a message. Throws `event/invalid`, `topic/invalid`, `payload/invalid`, `payload/too-large`. */
export function parsePublish(args: readonly unknown[], limits: EventLimits): Message {
  const [topic, payload, options = {}] = atMost(3, 'publish', args);
  return createMessage(topic, payload, parseArgument('publish', publishOptions, options), limits);
}

/** The arguments of `subscribe`. Throws `event/invalid`, `filter/invalid`, and `limit/exceeded` for more filters than a client may have. */
export function parseSubscribe(args: readonly unknown[], limits: EventLimits) {
  const [wanted, options = {}] = atMost(2, 'subscribe', args);
  const { noLocal = false } = parseArgument('subscribe', subscribeOptions, options);
  return { filters: parseFilters('subscribe', wanted, limits), noLocal };
}

/** The arguments of `unsubscribe`. Throws as above. */
export function parseUnsubscribe(args: readonly unknown[], limits: EventLimits): TopicFilter[] {
  const [wanted] = atMost(1, 'unsubscribe', args);
  return parseFilters('unsubscribe', wanted, limits);
}

/** The credentials in a handshake's `auth`: `token`, or `user` and `password`; `undefined` if it has neither. Throws `event/invalid`. */
export function parseCredentials(auth: unknown): Credentials | undefined {
  const parsed = credentials.safeParse(auth);
  if (!parsed.success) throw new HubError('event/invalid', `auth: ${describeIssues(parsed.error)}`);
  const { token, user, password } = parsed.data;
  if (token !== undefined) return { token };
  return user === undefined ? undefined : { user, password: password ?? '' };
}

/** The last will in a handshake's `auth`. Throws as `parsePublish`. */
export function parseWill(value: unknown, limits: EventLimits): Message {
  const parsed = will.safeParse(value);
  if (!parsed.success) throw new HubError('event/invalid', `auth.will: ${describeIssues(parsed.error)}`);
  const { topic, payload, ...options } = parsed.data;
  return createMessage(topic, payload, options, limits);
}

function createMessage(
  topic: unknown,
  payload: unknown,
  options: { retain?: boolean | undefined; qos?: 0 | 1 | 2 | undefined },
  limits: EventLimits,
): Message {
  const name = parseTopicName(topic, limits.topicLevels);
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) {
    throw new HubError(
      'payload/invalid',
      `payload of ${quote(name)} must be text or bytes, not ${quote(payload)}`,
    );
  }
  const bytes = byteLength(payload);
  if (bytes > limits.payloadBytes) {
    throw new HubError(
      'payload/too-large',
      `payload of ${quote(name)} has ${bytes} bytes; at most ${limits.payloadBytes} are allowed`,
    );
  }
  // A copy: what comes from the network is a view of a larger buffer.
  const kept = typeof payload === 'string' ? payload : new Uint8Array(payload);
  return new Message(name, kept, withoutUndefined(options));
}

function byteLength(payload: string | Uint8Array): number {
  return typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
}

function withoutUndefined({
  retain = false,
  qos = 0,
}: {
  retain?: boolean | undefined;
  qos?: 0 | 1 | 2 | undefined;
}) {
  return { retain, qos } satisfies MessageOptions;
}

function parseFilters(event: EventName, value: unknown, limits: EventLimits): TopicFilter[] {
  if (Array.isArray(value) && value.length > limits.subscriptions) throw tooManyFilters(event, value, limits);
  const wanted = parseArgument(event, filters, value);
  const once = new Set(typeof wanted === 'string' ? [wanted] : wanted);
  return [...once].map((filter) => parseTopicFilter(filter, limits.topicLevels));
}

function tooManyFilters(event: EventName, { length }: ArrayLike<unknown>, limits: EventLimits): HubError {
  const message = `${event} names ${length} filters; at most ${limits.subscriptions} are allowed`;
  return new HubError('limit/exceeded', message);
}

function atMost(count: number, event: EventName, args: readonly unknown[]): readonly unknown[] {
  if (args.length <= count) return args;
  throw new HubError('event/invalid', `${event} takes ${EVENTS[event]}, not ${args.length} arguments`);
}

/** No argument has more keys than this. Checking each of very many would take long. */
const MOST_KEYS = 8;

function parseArgument<T>(event: EventName, schema: z.ZodType<T>, value: unknown): T {
  let cause: unknown;
  if (keyCount(value) <= MOST_KEYS) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    cause = parsed.error;
  }
  throw new HubError('event/invalid', `${event} takes ${EVENTS[event]}, not ${quote(value)}`, { cause });
}

/** Of text and lists none: their lengths have limits of their own. */
function keyCount(value: unknown): number {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).length : 0;
}
