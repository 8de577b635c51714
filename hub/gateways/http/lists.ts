import { type Request, type Response, Router } from 'express';
import { readRawDescription } from '../../../devices/facts/device-info.ts';
import { HubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import { type JsonProperties, Message, type Qos } from '../../core/message.ts';
import { untilSafe } from '../../core/ports.ts';
import { isReport } from '../../core/rights.ts';
import { type SearchQueue, search } from '../../session/search-queue.ts';
import { describeProperties, toBase64 } from '../describe-properties.ts';
import { type Page, type PageQuery, parsePageQuery } from './page.ts';
import type { HttpCounters } from './requests.ts';
import { findPage, parseFilter } from './retained-pages.ts';
import type { Identify, Visitor } from './visitor.ts';

export interface ListsOptions {
  readonly hub: Hub;
  readonly topicLevels: number;
  readonly identify: Identify;
  readonly counters: HttpCounters;
  /** Divides long searches into turns. */
  readonly searches: SearchQueue;
}

/** A retained message, as lists and events show it. */
export interface TopicEntry extends JsonProperties {
  readonly topic: string;
  /** `null` if the payload is not UTF-8. */
  readonly payload: string | null;
  /** The payload, if it is not UTF-8. */
  readonly base64?: string;
  readonly qos: Qos;
  /** How long it is still kept, seconds; absent if it does not expire. */
  readonly expiresInSeconds?: number;
}

/** The outcome for topics that were to be cleared. */
interface Clearing {
  readonly cleared: number;
  /** Topics that one may read, but not publish to, or whose clearing a plug-in has refused. */
  readonly refused: number;
}

/**
 * REST: `GET /topics?filter&after&limit` answers with a page of what is retained, `DELETE /topics?filter` clears all that matches, and
 * `GET /devices?after&limit` answers with a page of devices. Mount it under `/api`.
 */
export function createListsRouter(options: ListsOptions): Router {
  const { hub, topicLevels, identify, counters, searches } = options;
  const router = Router({ strict: true });

  router.get('/topics', async (request, response) => {
    const visitor = await identify(request);
    const { path } = parseFilter(request, visitor.rights(), topicLevels);
    const steps = findPage(hub, path, parsePageQuery(request), isReadableBy(visitor));
    const page = await search(searches, steps, untilClosed(response));
    sendPage(response, page, { topics: page.messages.map((message) => describeMessage(message, hub.now())) });
  });

  router.delete('/topics', async (request, response) => {
    const visitor = await identify(request);
    const { path } = parseFilter(request, visitor.rights(), topicLevels);
    const outcome = await search(searches, clearAll(hub, path, visitor), untilClosed(response));
    counters.received += outcome.cleared;
    await untilSafe(hub.journal);
    response.json({ ok: true, ...outcome });
  });

  router.get('/devices', async (request, response) => {
    const visitor = await identify(request);
    const steps = findDevices(hub, parsePageQuery(request), isReadableBy(visitor));
    const { page, devices } = await search(searches, steps, untilClosed(response));
    sendPage(response, page, { devices });
  });

  return router;
}

export function describeMessage(message: Message, now: number): TopicEntry {
  const { topic, text, bytes, qos, expiresAt, properties } = message;
  return {
    topic,
    payload: text ?? null,
    ...(text === undefined && { base64: toBase64(bytes) }),
    qos,
    ...(expiresAt !== undefined && { expiresInSeconds: Math.max(0, Math.round((expiresAt - now) / 1000)) }),
    ...describeProperties(properties),
  };
}

type Predicate = (message: Message) => boolean;

/** Asks for each message: rights may be lost during a long search. */
export function isReadableBy(visitor: Visitor): Predicate {
  return ({ topic }) => visitor.rights().mayRead(topic);
}

/** A page of devices, `after` one of them. */
export function* findDevices(hub: Hub, query: PageQuery, isReadable: Predicate) {
  const isWanted: Predicate = (message) => isDescription(message) && isReadable(message);
  const after = query.after === '' ? '' : `${query.after}/info`;
  const page = yield* findPage(hub, '#', { ...query, after }, isWanted);
  const devices: Device[] = [];
  for (const description of page.messages) devices.push(yield* describeDevice(hub, description, isReadable));
  return { page: { ...page, next: page.next?.replace(/\/info$/, '') }, devices };
}

function* clearAll(hub: Hub, path: string, visitor: Visitor): Generator<undefined, Clearing> {
  let [cleared, refused] = [0, 0];
  for (const message of hub.retained.scan(path)) {
    if (message && visitor.rights().mayRead(message.topic)) {
      if (clear(hub, message.topic, visitor)) cleared++;
      else refused++;
    }
    yield undefined;
  }
  return { cleared, refused };
}

/** Clears a topic, so that its subscribers are notified. Returns false if that is refused. */
function clear(hub: Hub, topic: string, { principal, rights }: Visitor): boolean {
  if (!rights().mayPublish(topic)) return false;
  try {
    hub.publish(new Message(topic, '', { retain: true }), { owner: principal.name });
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}

/** Sends a page of a list. The next page is also in the Link header (RFC 8288), for clients that do not parse the body. */
export function sendPage(
  response: Response,
  { count, next }: Pick<Page<unknown>, 'count' | 'next'>,
  content: object,
): void {
  response.set('Cache-Control', 'no-store');
  if (next !== undefined) {
    const { originalUrl, query } = response.req;
    const wanted = new URLSearchParams({ ...toStrings(query), after: next });
    response.set('Link', `<${originalUrl.replace(/\?.*/s, '')}?${wanted}>; rel="next"`);
  }
  response.json({ ok: true, ...content, count, ...(next !== undefined && { next }) });
}

function toStrings(query: Request['query']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** Aborted when nobody waits for the answer any more. */
export function untilClosed(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort(new HubError('session/closed', 'the request has ended')));
  return controller.signal;
}

/** The end of the topic on which a device describes itself. */
const INFO = '/info';

/** The desired value of a property, and the actual one that the device reports; `null` if it is unknown. */
interface Values {
  readonly desired: string | null;
  readonly actual: string | null;
}

/** The parts of a device that one may read. */
export interface Device {
  /** `led/21`, or with a prefix `lab/led/21`. */
  readonly device: string;
  /** `online`, `offline`, or another text that the device publishes; `null` if there is none. */
  readonly status: string | null;
  /** The device's description, as it wrote it. */
  readonly info: Readonly<Record<string, unknown>>;
  /** By property, such as `duty`. */
  readonly values: Readonly<Record<string, Values>>;
}

/** Whether a retained message is a device's description; other programs use topics of that form as well. */
function isDescription(message: Message): boolean {
  return message.topic.endsWith(INFO) && isReport(message.topic) && readInfo(message) !== undefined;
}

/** The device that a description belongs to, in steps of constant cost. */
function* describeDevice(
  { retained }: Hub,
  description: Message,
  isReadable: (message: Message) => boolean,
): Generator<undefined, Device> {
  const device = description.topic.slice(0, -INFO.length);
  const values = new Map<string, Values>();
  for (const message of retained.scan(`${device}/#`)) {
    if (message && isReadable(message)) takeValue(values, message, device);
    yield undefined;
  }
  const status = values.get('status')?.desired ?? null;
  for (const name of OWN) values.delete(name);
  return { device, status, info: readInfo(description) ?? {}, values: Object.fromEntries(values) };
}

/** `<device>/<property>` has the wanted value, `<device>/<property>/actual` the actual one. */
function takeValue(values: Map<string, Values>, { topic, text }: Message, device: string): void {
  const [property = '', report, ...rest] = topic.slice(device.length + 1).split('/');
  if (property === '' || rest.length > 0 || (report !== undefined && report !== 'actual')) return;
  const value = values.get(property) ?? { desired: null, actual: null };
  values.set(property, { ...value, [report ?? 'desired']: text ?? null });
}

/** Topics of a device that are not properties. */
const OWN = ['info', 'status', 'error', 'meta'];

/** The description as the device wrote it; `undefined` if the message is not text. */
function readInfo({ topic, text }: Message): Device['info'] | undefined {
  return text === undefined ? undefined : readRawDescription(text, topic.split('/').at(-3) ?? '');
}
