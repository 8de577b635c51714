import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openToAll } from '../../../../hub/access/access.ts';
import { matchesFilter, parseTopicFilter } from '../../../../hub/core/filter.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import { Message } from '../../../../hub/core/message.ts';
import { type Permissions, permitsPublish, type Rights } from '../../../../hub/core/rights.ts';
import { ANSWERS } from '../../../../hub/gateways/http/answers.ts';
import { findPage, type RetainedPage } from '../../../../hub/gateways/http/retained-pages.ts';
import { Recorder } from '../../core/recorder.ts';
import { type HttpHub, openHttpHub } from './http-hub.ts';

let hub: HttpHub;

beforeEach(async () => {
  hub = await openHttpHub();
});
afterEach(() => hub.stop());

function retain(topic: string, payload: string | Uint8Array, expiresAt?: number): void {
  hub.hub.publish(new Message(topic, payload, { retain: true, expiresAt }));
}

/** Requests a list; searches proceed with virtual time. */
async function ask(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${hub.url}/api/${path}`, init);
}

async function readTopics(query: string) {
  const response = await ask(`topics?${query}`);
  expect(response.status).toBe(200);
  return ANSWERS.topics.parse(await response.json());
}

/** Every client may read `open/#` and publish to `open/mine/#`. */
function withRights(permissions: Omit<Permissions, 'report'>): typeof openToAll {
  const rights: Rights = {
    mayRead: (topic) => permissions.read.some((filter) => matchesFilter(filter, topic)),
    maySubscribe: (path) => path.startsWith('open'),
    mayPublish: (topic) => permitsPublish({ ...permissions, report: [] }, topic),
    permissions: { ...permissions, report: [] },
  };
  return { ...openToAll, rightsOf: () => rights };
}

describe('GET /api/topics', () => {
  it('lists what is retained and matches, in the order of the topics', async () => {
    retain('led/21/duty', '40');
    retain('led/3/duty', '30');
    retain('led/21/duty/actual', '41');
    retain('rgb/1/color', 'ff0000');
    const { topics, count, next } = await readTopics('filter=led/%2B/duty');
    expect(topics).toEqual([
      { topic: 'led/21/duty', payload: '40', qos: 0 },
      { topic: 'led/3/duty', payload: '30', qos: 0 },
    ]);
    expect({ count, next }).toEqual({ count: 2, next: undefined });
  });

  it('gives bytes that are not text as Base64, and how long a message is kept', async () => {
    hub.clock.now = 10_000;
    retain('a', new Uint8Array([0, 0xff]), 15_400);
    const { topics } = await readTopics('filter=a');
    expect(topics).toEqual([{ topic: 'a', payload: null, base64: 'AP8=', qos: 0, expiresInSeconds: 5 }]);
  });

  it('says how the next page begins, in the body and as a link', async () => {
    for (const topic of ['a', 'b', 'c']) retain(topic, topic);
    const response = await ask('topics?filter=%23&limit=2');
    const { next } = ANSWERS.topics.parse(await response.json());
    expect(next).toBe('b');
    const [, link = ''] = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
    const last = ANSWERS.topics.parse(await (await fetch(hub.url + link)).json());
    expect(last).toMatchObject({ topics: [{ topic: 'c' }], count: 3 });
    expect(last.next).toBeUndefined();
  });

  it('ends a page early if payloads are long, but never without an entry', async () => {
    const [long, longer] = ['x'.repeat(700_000), 'y'.repeat(1_500_000)];
    retain('a', long);
    retain('b', long);
    retain('c', longer);
    const pages = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: { next?: string | undefined; topics: unknown[] } = await readTopics(
        `filter=%23&after=${next}`,
      );
      pages.push(page.topics.length);
      next = page.next;
    }
    expect(pages).toEqual([1, 1, 1]);
  });

  it('shows nothing that the sender may not read', async () => {
    await hub.stop();
    hub = await openHttpHub({}, withRights({ read: ['open/#'], publish: [] }));
    retain('open/a', '1');
    retain('secret', '2');
    expect(await readTopics('filter=open/%23')).toMatchObject({ topics: [{ topic: 'open/a' }], count: 1 });
    const refused = await ask('topics?filter=%23');
    expect(refused.status).toBe(403);
  });

  it.each([
    ['topics', 'filter must be one topic filter, as in ?filter=led/%23'],
    ['topics?filter=a&filter=b', 'filter must be one topic filter'],
    ['topics?filter=a%23', '\\"#\\" must be a whole level'],
    ['topics?filter=$share/g/a', 'leave out $share/g/'],
    ['topics?filter=a&limit=0', 'limit must be a whole number from 1 to 1000, not \\"0\\"'],
    ['topics?filter=a&limit=1001', 'limit must be'],
    ['topics?filter=a&limit=many', 'limit must be'],
    ['topics?filter=a&after=b&after=c', 'after must be one topic'],
  ])('refuses %s', async (path, reason) => {
    const response = await ask(path);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(reason);
  });
});

describe('DELETE /api/topics', () => {
  it('clears all that matches, and notifies subscribers', async () => {
    const watcher = new Recorder();
    retain('led/1/duty', '1');
    retain('led/2/duty', '2');
    retain('rgb/1/color', 'ff0000');
    hub.hub.subscribe(watcher, parseTopicFilter('#'));
    const response = await ask('topics?filter=led/%23', { method: 'DELETE' });
    expect(await response.json()).toEqual({ ok: true, cleared: 2, refused: 0 });
    expect([...hub.hub.retained.match('#')].map(({ topic }) => topic)).toEqual(['rgb/1/color']);
    expect(
      watcher.deliveries.map(({ message }) => message).map(({ topic, isEmpty }) => [topic, isEmpty]),
    ).toEqual([
      ['led/1/duty', true],
      ['led/2/duty', true],
    ]);
  });

  it('leaves what the sender may not publish to, and counts it', async () => {
    await hub.stop();
    hub = await openHttpHub({}, withRights({ read: ['open/#'], publish: ['open/mine/#'] }));
    retain('open/mine/a', '1');
    retain('open/a', '2');
    const response = await ask('topics?filter=open/%23', { method: 'DELETE' });
    expect(ANSWERS.cleared.parse(await response.json())).toEqual({ ok: true, cleared: 1, refused: 1 });
    expect(hub.hub.retained.get('open/a')?.text).toBe('2');
  });

  it('wants a filter: nothing is cleared by mistake', async () => {
    retain('a', '1');
    expect((await ask('topics', { method: 'DELETE' })).status).toBe(400);
    expect(hub.hub.retained.get('a')?.text).toBe('1');
  });
});

describe('DELETE /api/topics/<topic>', () => {
  it('clears what is retained', async () => {
    retain('a', '1');
    const response = await ask('topics/a', { method: 'DELETE' });
    expect(await response.json()).toEqual({ ok: true, receivers: 0 });
    expect(hub.hub.retained.get('a')).toBeUndefined();
  });

  it('says so if nothing is retained', async () => {
    expect((await ask('topics/a', { method: 'DELETE' })).status).toBe(404);
  });

  it('does not reveal to a client that may publish, but not read, whether something was there', async () => {
    await hub.stop();
    hub = await openHttpHub({}, withRights({ read: ['open/#'], publish: ['box'] }));
    retain('box', '1');
    expect((await ask('topics/box', { method: 'DELETE' })).status).toBe(200);
    expect((await ask('topics/box', { method: 'DELETE' })).status).toBe(200);
    expect((await ask('topics/open/a', { method: 'DELETE' })).status).toBe(403);
  });
});

describe('GET /api/devices', () => {
  it('lists what devices say of themselves, and their values', async () => {
    retain('led/21/info', JSON.stringify({ kind: 'led', gpio: 21 }));
    retain('led/21/status', 'online');
    retain('led/21/duty', '40');
    retain('led/21/duty/actual', '39.5');
    retain('led/21/meta/name', 'Lamp');
    retain('lab/relay/1/info', JSON.stringify({ properties: { on: { type: 'boolean' } } }));
    const answer = ANSWERS.devices.parse(await (await ask('devices')).json());
    expect(answer).toEqual({
      ok: true,
      count: 2,
      devices: [
        {
          device: 'lab/relay/1',
          status: null,
          info: { properties: { on: { type: 'boolean' } } },
          values: {},
        },
        {
          device: 'led/21',
          status: 'online',
          info: { kind: 'led', gpio: 21 },
          values: { duty: { desired: '40', actual: '39.5' } },
        },
      ],
    });
  });

  it.each([
    ['zigbee2mqtt/bridge/info', '{"version":"2.0"}'],
    ['a/b/info', 'no JSON'],
    ['a/b/info', '[]'],
    ['led/1/info', '{"kind":"rgb"}'],
    ['led/info', '{"kind":"led"}'],
  ])('takes %s with %s for no device', async (topic, payload) => {
    retain(topic, payload);
    expect(await (await ask('devices')).json()).toMatchObject({ devices: [], count: 0 });
  });

  it('has pages', async () => {
    for (const id of [1, 2, 3]) retain(`led/${id}/info`, '{"kind":"led"}');
    const first = ANSWERS.devices.parse(await (await ask('devices?limit=2')).json());
    expect(first).toMatchObject({ devices: [{ device: 'led/1' }, { device: 'led/2' }], next: 'led/2' });
    const second = ANSWERS.devices.parse(await (await ask(`devices?limit=2&after=${first.next}`)).json());
    expect(second.devices.map(({ device }) => device)).toEqual(['led/3']);
    expect(second.next).toBeUndefined();
  });
});

describe('pages', () => {
  it('have each topic once and in order, however they are cut', () => {
    const topics = fc.uniqueArray(fc.stringMatching(/^[a-c/]{1,5}$/), { maxLength: 40 });
    fc.assert(
      fc.property(topics, fc.integer({ min: 1, max: 7 }), (names, limit) => {
        const present = new Hub({ now: () => 0 });
        for (const name of names) present.retained.store(new Message(name, 'x', { retain: true }));
        const seen: string[] = [];
        for (let after: string | undefined = ''; after !== undefined; ) {
          const page: RetainedPage = run(findPage(present, '#', { after, limit }, () => true));
          expect(page.count).toBe(names.length);
          expect(page.messages.length).toBeLessThanOrEqual(limit);
          seen.push(...page.messages.map(({ topic }) => topic));
          after = page.next;
        }
        expect(seen).toEqual(names.toSorted((one, other) => (one < other ? -1 : 1)));
      }),
    );
  });
});

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value as T;
  }
}
