import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import { untilSafe } from '../../core/journal.ts';
import { Message } from '../../core/message.ts';
import { denied } from '../../core/rights.ts';
import type { Publisher, Subscriber } from '../../core/subscription.ts';
import { parseTopicName } from '../../core/topic.ts';
import { parseRefusal, type Refusal } from '../refusal.ts';
import type { HttpCounters } from './requests.ts';
import type { Identify } from './visitor.ts';

/** Matches any path below a router. Express would decode a parameter, and fail before we can say what is wrong with it. */
export const ANY_PATH = /^/;

/** The topic in a request's path, percent-encoded level by level or as a whole. Throws `topic/invalid` if it is not UTF-8. */
export function decodePath({ path }: Pick<Request, 'path'>): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch (cause) {
    throw new HubError('topic/invalid', `${quote(path)} is not percent-encoded UTF-8`, { cause });
  }
}

export interface TopicsOptions {
  readonly hub: Hub;
  /** The longest payload, bytes. */
  readonly payloadBytes: number;
  readonly topicLevels: number;
  readonly identify: Identify;
  readonly counters: HttpCounters;
}

/** REST: `GET /<topic>` reads what is retained, `PUT /<topic>` publishes the body, retained unless `?retain=false`. */
export function createTopicsRouter(options: TopicsOptions): Router {
  const { hub, payloadBytes, topicLevels, identify, counters } = options;
  const router = Router();
  const topicOf = (request: Request) => parseTopicName(decodePath(request), topicLevels);

  router.get(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const topic = topicOf(request);
    if (!visitor.rights().mayRead(topic)) throw denied('read', topic);
    const message = hub.retained.get(topic);
    if (!message) throw new HubError('topic/unknown', `nothing is retained on ${quote(topic)}`);
    response.set('Cache-Control', 'no-store').vary('Accept');
    if (request.accepts(['text', 'json']) === 'json') response.json({ topic, payload: message.text ?? null });
    else response.type('text/plain').send(Buffer.from(message.bytes));
  });

  const readBody = bodyReader(payloadBytes);

  router.put(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const topic = topicOf(request);
    const check = () => {
      if (!visitor.rights().mayPublish(topic)) throw denied('publish to', topic);
    };
    check(); // Before the body is read: without the right to publish it is not worth the memory.
    const payload = await readBody(request, response);
    check(); // The right may have been lost while the body came.
    counters.received++;
    const { journal } = hub;
    const { position } = journal;
    const message = new Message(topic, payload, { retain: parseRetain(request) });
    const outcome = publish(hub, message, { owner: visitor.principal.name });
    if (journal.position !== position) await untilSafe(journal); // A full disk matters only to what is stored.
    if (outcome.refusal) response.status(400).json({ ok: false, error: outcome.refusal });
    else response.json({ ok: true, receivers: outcome.receivers });
  });

  router.all(ANY_PATH, (request: Request, response: Response, _next: NextFunction) => {
    response.set('Allow', 'GET, HEAD, PUT');
    throw new HubError(
      'method/unsupported',
      `${request.method} is not for topics; GET reads and PUT publishes`,
    );
  });
  return router;
}

/** Reads whole bodies of at most `limit` bytes, whatever their type, but not compressed. The result rejects with the error of Express's middleware. */
function bodyReader(limit: number) {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return async (request: Request, response: Response): Promise<Uint8Array> => {
    await new Promise<void>((resolve, reject) => {
      read(request, response, (error) => (error ? reject(error) : resolve()));
    });
    const body: unknown = request.body;
    // The hub may keep it for long, so it must not be a view of a larger buffer.
    return body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array();
  };
}

function parseRetain(request: Request): boolean {
  const { retain = 'true' } = request.query;
  if (retain === 'true' || retain === 'false') return retain === 'true';
  throw new HubError('option/invalid', `retain must be true or false, not ${quote(retain)}`);
}

/** Publishes. A device in the hub's own process refuses a value on `<device>/error` within the call; others do so later. */
function publish(
  hub: Hub,
  message: Message,
  publisher: Publisher,
): { receivers: number; refusal: Refusal | undefined } {
  let refusal: string | undefined;
  const device = message.topic.slice(0, message.topic.lastIndexOf('/'));
  const subscriber: Subscriber = {
    deliver: ({ text = '' }) => {
      refusal = text;
      return true;
    },
  };
  if (!isProperty(hub, device, message.topic)) {
    return { receivers: hub.publish(message, publisher), refusal: undefined };
  }
  const subscription = hub.subscribe(subscriber, parseTopicFilter(`${device}/error`));
  try {
    const receivers = hub.publish(message, publisher);
    return { receivers, refusal: parseRefusal(refusal) };
  } finally {
    hub.unsubscribe(subscription);
  }
}

/** Whether a device has announced itself by that name, and so may refuse a value on this topic. */
function isProperty(hub: Hub, device: string, topic: string): boolean {
  return device !== '' && topic !== `${device}/error` && hub.retained.get(`${device}/info`) !== undefined;
}
