import express, { type Request, type Response, Router } from 'express';
import { type DeviceError, readDeviceError } from '../../core/device-error.ts';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import { Message } from '../../core/message.ts';
import { untilSafe } from '../../core/ports.ts';
import type { Publisher } from '../../core/subscription.ts';
import { parseTopicName } from '../../core/topic.ts';
import type { HttpCounters } from './requests.ts';
import type { Identify, Visitor } from './visitor.ts';

/** Matches any path below a router. Express would decode a path parameter itself, and fail without saying why. */
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

/**
 * REST: `GET /<topic>` reads what is retained, `PUT /<topic>` publishes the body, retained unless `?retain=false`, `DELETE /<topic>` clears
 * what is retained.
 */
export function createTopicsRouter(options: TopicsOptions): Router {
  const { hub, payloadBytes, topicLevels, identify, counters } = options;
  const router = Router();
  const topicOf = (request: Request) => parseTopicName(decodePath(request), topicLevels);
  const readBody = bodyReader(payloadBytes);

  router.get(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const topic = topicOf(request);
    visitor.checkRight('read', topic);
    const message = hub.retained.get(topic);
    if (!message) throw nothingRetained(topic);
    response.set('Cache-Control', 'no-store').vary('Accept');
    if (request.accepts(['text', 'json']) === 'json') response.json({ topic, payload: message.text ?? null });
    else response.type('text/plain').send(Buffer.from(message.bytes));
  });

  router.put(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const topic = topicOf(request);
    visitor.checkRight('publish to', topic); // Without the right, the body is not worth its memory.
    const payload = await readBody(request, response);
    visitor.checkRight('publish to', topic); // The right may have been lost while the body came.
    await take(new Message(topic, payload, { retain: parseRetain(request) }), visitor, response);
  });

  router.delete(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const topic = topicOf(request);
    visitor.checkRight('publish to', topic);
    if (visitor.rights().mayRead(topic) && !hub.retained.get(topic)) throw nothingRetained(topic);
    await take(new Message(topic, '', { retain: true }), visitor, response);
  });

  /** Publishes, and answers once everything that the message has changed is stored. */
  async function take(message: Message, { principal }: Visitor, response: Response): Promise<void> {
    counters.received++;
    const { journal } = hub;
    const { position } = journal;
    const { receivers, refusal } = publish(hub, message, { owner: principal.name });
    if (journal.position !== position) await untilSafe(journal); // A full disk matters only to what is stored.
    if (refusal) response.status(400).json({ ok: false, error: refusal });
    else response.json({ ok: true, receivers });
  }

  return router;
}

function nothingRetained(topic: string): HubError {
  return new HubError('topic/unknown', `nothing is retained on ${quote(topic)}`);
}

/** Reads whole uncompressed bodies of any type, at most `limit` bytes. The result rejects with the error of Express's middleware. */
function bodyReader(limit: number) {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return async (request: Request, response: Response): Promise<Uint8Array> => {
    // An empty body would clear the topic.
    if (request.readableEnded)
      throw new HubError('internal', 'the body was read before the hub: mount it in front of body parsers');
    await new Promise<void>((resolve, reject) => {
      read(request, response, (error) => (error ? reject(error) : resolve()));
    });
    const body: unknown = request.body;
    // A copy: the hub may keep it for long, and the body may be a view of a larger buffer.
    return body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array();
  };
}

function parseRetain({ query: { retain = 'true' } }: Request): boolean {
  if (retain === 'true' || retain === 'false') return retain === 'true';
  throw new HubError('option/invalid', `retain must be true or false, not ${quote(retain)}`);
}

interface Outcome {
  readonly receivers: number;
  readonly refusal?: DeviceError | undefined;
}

/** Publishes. A device in the hub's own process refuses a value on `<device>/error` within the call; others do so later. */
function publish(hub: Hub, message: Message, publisher: Publisher): Outcome {
  const { topic } = message;
  const device = topic.slice(0, topic.lastIndexOf('/'));
  const mayBeRefused =
    device !== '' && topic !== `${device}/error` && hub.retained.get(`${device}/info`) !== undefined;
  if (!mayBeRefused) return { receivers: hub.publish(message, publisher) };
  let refusal: string | undefined;
  const deliver = ({ text = '' }: Message) => {
    refusal = text;
    return true;
  };
  const subscription = hub.subscribe({ deliver }, parseTopicFilter(`${device}/error`));
  try {
    return { receivers: hub.publish(message, publisher), refusal: readDeviceError(refusal) };
  } finally {
    hub.unsubscribe(subscription);
  }
}
