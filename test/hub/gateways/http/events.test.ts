import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { Message } from '../../../../hub/core/message.ts';
import { ANSWERS } from '../../../../hub/gateways/http/answers.ts';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let hub: HttpHub;
const sources: EventSourceReader[] = [];

beforeEach(async () => {
  hub = await openHttpHub();
});
afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await hub.stop();
});

/** An event in the form in which it arrived. */
interface Event {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Reads server-sent events (HTML, 9.2.6) one by one. */
class EventSourceReader {
  readonly response: Response;
  readonly #controller: AbortController;
  readonly #events: AsyncGenerator<Event>;

  constructor(response: Response, controller: AbortController) {
    this.response = response;
    this.#controller = controller;
    this.#events = readEvents(response);
    sources.push(this);
  }

  async next(): Promise<Event> {
    const { value, done } = await this.#events.next();
    if (done) throw new Error('the stream has ended');
    return value;
  }

  /** Resolves once the hub has ended the stream; rejects if an event comes instead. */
  async ended(): Promise<void> {
    const { done, value } = await this.#events.next();
    if (!done) throw new Error(`an event came: ${JSON.stringify(value)}`);
  }

  close(): void {
    this.#controller.abort();
  }
}

async function* readEvents(response: Response): AsyncGenerator<Event> {
  let rest = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^\w*: ?/, '')]),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}

async function open(query: string, lastEventId?: string): Promise<EventSourceReader> {
  const controller = new AbortController();
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  const response = await fetch(`${hub.url}/api/events?${query}`, { headers, signal: controller.signal });
  return new EventSourceReader(response, controller);
}

/** Opens a stream, and reads that it has begun. */
async function openBegun(query: string): Promise<EventSourceReader> {
  const source = await open(query);
  expect(await source.next()).toMatchObject({ type: 'subscribed' });
  return source;
}

function publish(topic: string, payload: string | Uint8Array, retain = false): void {
  hub.hub.publish(new Message(topic, payload, { retain }));
}

/** Leaves, and resolves once the hub knows; no other stream may be open. */
async function left(source: EventSourceReader): Promise<void> {
  source.close();
  const isOpen = () => [...hub.eventStreams.holders()].some((stream) => stream.isOpen);
  while (isOpen()) await new Promise((resolve) => setImmediate(resolve));
}

describe('GET /api/events', () => {
  it('sends what is retained, marked as retained, and then what is published', async () => {
    publish('led/21/duty', '40', true);
    const source = await open('filter=led/%23&filter=rgb/%23');
    expect(source.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(source.response.headers.get('cache-control')).toBe('no-store');
    expect(await source.next()).toMatchObject({ type: 'subscribed', data: { filters: ['led/#', 'rgb/#'] } });
    const first = await source.next();
    expect(ANSWERS.event.parse(first.data)).toMatchObject({
      topic: 'led/21/duty',
      payload: '40',
      retained: true,
    });
    publish('other', '1');
    publish('rgb/1/color', new Uint8Array([0xff]));
    expect(ANSWERS.event.parse((await source.next()).data)).toEqual({
      topic: 'rgb/1/color',
      payload: null,
      base64: '/w==',
      qos: 0,
      retained: false,
      retain: false,
    });
  });

  it('continues after the last event that a client has seen', async () => {
    const before = await openBegun('filter=%23');
    publish('a', '1');
    publish('a', '2');
    const { id } = await before.next();
    await left(before);
    publish('a', '3');
    const after = await open('filter=%23', id);
    expect((await after.next()).data).toMatchObject({ payload: '2' });
    expect((await after.next()).data).toMatchObject({ payload: '3' });
    publish('a', '4');
    expect((await after.next()).data).toMatchObject({ payload: '4' });
  });

  it('says that something was missed if too much has come meanwhile, and begins again', async () => {
    const before = await openBegun('filter=%23');
    publish('kept', '1', true);
    const { id } = await before.next();
    await left(before);
    for (let count = 0; count <= 1_000; count++) publish('a', `${count}`);
    const after = await open('filter=%23', id);
    expect(await after.next()).toMatchObject({ type: 'missed' });
    expect(await after.next()).toMatchObject({ type: 'subscribed' });
    expect((await after.next()).data).toMatchObject({ topic: 'kept', retained: true });
  });

  it.each([
    ['a number that is still to come', (id: string) => id.replace(/\d+$/, '99')],
    ['another stream', () => '00000000-0000-0000-0000-000000000000.1'],
    ['anything', () => 'banana'],
  ])('takes %s for something that was missed', async (_title, change) => {
    const before = await openBegun('filter=%23');
    publish('a', '1');
    const { id } = await before.next();
    const after = await open('filter=%23', change(id));
    expect(await after.next()).toMatchObject({ type: 'missed' });
  });

  it('does not go on with other filters', async () => {
    const before = await openBegun('filter=a');
    publish('a', '1');
    const { id } = await before.next();
    expect(await (await open('filter=b', id)).next()).toMatchObject({ type: 'missed' });
  });

  it('forgets a client that does not come back, and its subscriptions', async () => {
    const source = await openBegun('filter=%23');
    await left(source);
    expect(hub.hub.subscriptionCount).toBe(1);
    hub.scheduler.flush();
    expect(hub.hub.subscriptionCount).toBe(0);
    expect(hub.sessions.size).toBe(0);
    expect([...hub.eventStreams.clients]).toEqual([]);
  });

  it('keeps no more than a hundred clients that are away', async () => {
    for (let count = 0; count < 101; count++) await left(await openBegun(`filter=a/${count}`));
    expect(hub.hub.subscriptionCount).toBe(100);
    publish('a/0', 'x');
    expect(hub.hub.publish(new Message('a/0', 'x'))).toBe(0);
    expect(hub.hub.publish(new Message('a/100', 'x'))).toBe(1);
  });

  it('notifies a client whose credential has ended, and ends', async () => {
    const source = await openBegun('filter=%23');
    await hub.sessions.closeAll(new HubError('hub/closing', 'the hub closes'));
    expect(await source.next()).toMatchObject({ type: 'closed', data: { code: 'hub/closing' } });
    await source.ended();
  });

  it.each([
    ['events', 400, 'events need one to 4 filters'],
    ['events?filter=a&filter=b&filter=c&filter=d&filter=e', 400, 'not 5'],
    ['events?filter=a%23', 400, 'must be a whole level'],
    ['events?filter=$share/g/a', 400, 'leave out $share/g/'],
  ])('refuses %s', async (path, status, reason) => {
    const response = await fetch(`${hub.url}/api/${path}`);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(reason);
    expect(hub.sessions.size).toBe(0);
  });

  it('is not for HEAD, which would never end', async () => {
    expect((await fetch(`${hub.url}/api/events?filter=a`, { method: 'HEAD' })).status).toBe(405);
  });

  it('ends a client that does not read', async () => {
    const socket = connect(hub.port, '127.0.0.1');
    socket.write('GET /api/events?filter=%23 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'readable');
    const payload = 'x'.repeat(1_000_000);
    for (let count = 0; count < 20; count++) publish(`a/${count}`, payload);
    hub.clock.now = 15_000;
    hub.scheduler.maxFrames = 15_000;
    hub.scheduler.flush();
    expect([...hub.eventStreams.clients]).toHaveLength(1);
    hub.clock.now = 45_000;
    hub.scheduler.maxFrames = 45_000;
    hub.scheduler.flush();
    expect([...hub.eventStreams.clients]).toEqual([]);
    socket.destroy();
  });
});
