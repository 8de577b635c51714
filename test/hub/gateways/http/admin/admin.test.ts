import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openGuardedAccess } from '../../../../../hub/access/guarded-access.ts';
import { HubError } from '../../../../../hub/core/error.ts';
import { createHub } from '../../../../../hub/create-hub.ts';
import { ADMIN_OPERATIONS } from '../../../../../hub/gateways/http/admin/operations.ts';
import { ANSWERS } from '../../../../../hub/gateways/http/answers.ts';
import { MAX_TRACES } from '../../../../../hub/gateways/traces.ts';
import { createMemoryVault } from '../../../access/memory-vault.ts';
import { type AdminHub, ended, openAdminHub, PASSWORD } from './admin-hub.ts';

let hub: AdminHub;
beforeAll(async () => {
  hub = await openAdminHub();
});
afterAll(() => hub.close());

/** Requests that need more than their path, by operation. */
const REQUESTS: Readonly<Record<string, { path?: string; body?: object }>> = {
  'delete /api/admin/clients': { path: '/api/admin/clients?user=vic' },
  'post /api/admin/users': { body: { user: 'new', password: PASSWORD, role: 'viewer' } },
  'put /api/admin/users/{user}': { path: '/api/admin/users/new', body: { role: 'controller' } },
  'delete /api/admin/users/{user}': { path: '/api/admin/users/new' },
  'post /api/admin/tokens': { body: { token: 'pump', role: 'device', days: 3 } },
  'delete /api/admin/tokens/{token}': { path: '/api/admin/tokens/pump' },
};

describe('the table of administration', () => {
  it.each(ADMIN_OPERATIONS.filter(({ answer }) => !('text/event-stream' in answer)))(
    'says what $method $path answers',
    async ({ method, path, answer }) => {
      const client = await hub.connect('one/of them', {
        clean: false,
        properties: { sessionExpiryInterval: 60 },
      });
      await client.subscribeAsync('led/#');
      if (path.startsWith('/api/admin/sessions')) await client.endAsync();
      const { path: given, body } = REQUESTS[`${method} ${path}`] ?? {};
      const asked = given ?? path.replace('{client}', 'one%2Fof%20them');
      const answered = await hub.ask(method.toUpperCase(), asked, body);
      expect(answered.status, JSON.stringify(answered.body)).toBe(200);
      expect(answered.headers.get('cache-control')).toBe('no-store');
      ANSWERS[answer['application/json'] ?? expect.unreachable()].parse(answered.body);
      await client.endAsync(true);
      const reason = new HubError('session/closed', 'the test is over');
      hub.hub.broker.core.sessions.end('one/of them', reason);
    },
  );

  it.each(ADMIN_OPERATIONS)('is for administrators only: $method $path', async ({ method, path }) => {
    const asked = path.replace(/\{\w+\}/, 'x');
    const anyone = await hub.ask(method.toUpperCase(), asked, undefined, {});
    expect(anyone).toMatchObject({ status: 401, body: { error: { code: 'auth/required' } } });
    const basic = Buffer.from(`vic:${PASSWORD}`).toString('base64');
    const viewer = await hub.ask(method.toUpperCase(), asked, undefined, { authorization: `Basic ${basic}` });
    expect(viewer).toMatchObject({ status: 403, body: { error: { code: 'auth/denied' } } });
  });

  it('names its paths if the path is unknown, and the methods of the path if the method is', async () => {
    const nothing = await hub.ask('GET', '/api/admin/nothing');
    expect(nothing.status).toBe(404);
    expect(nothing.body.error.message).toContain('/api/admin/clients/{client}/trace');
    const method = await hub.ask('PATCH', '/api/admin/tokens');
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });
});

describe('clients', () => {
  it('are listed page by page, in order, by user and by a part of a name', async () => {
    const clients = await Promise.all(['c', 'a', 'b'].map((name) => hub.connect(`list-${name}`)));
    const { body } = await hub.ask('GET', '/api/admin/clients?search=LIST-&limit=2');
    expect(body.clients.map((one: { client: string }) => one.client)).toEqual(['list-a', 'list-b']);
    expect(body).toMatchObject({ count: 3, next: 'list-b' });
    const rest = await hub.ask('GET', `/api/admin/clients?search=list-&limit=2&after=${body.next}`);
    expect(rest.body.clients).toMatchObject([{ client: 'list-c', user: 'vic', way: 'mqtt-websocket' }]);
    expect(rest.body.next).toBeUndefined();
    expect((await hub.ask('GET', '/api/admin/clients?user=nobody')).body.count).toBe(0);
    await Promise.all(clients.map((client) => client.endAsync()));
  });

  it('show what has gone through them, and their subscriptions', async () => {
    const client = await hub.connect('busy');
    await client.subscribeAsync({ 'q/0': { qos: 0 }, 'q/1': { qos: 1 } });
    const got = new Promise((resolve) => client.once('message', resolve));
    await client.publishAsync('q/1', '12345', { qos: 1 });
    await got;
    const { body } = await hub.ask('GET', '/api/admin/clients/busy');
    expect(body.client).toMatchObject({
      version: '5.0',
      role: 'controller',
      how: 'password',
      received: 1,
      receivedBytes: 5,
      sent: 1,
      sentBytes: 5,
      subscriptions: 2,
    });
    const { body: page } = await hub.ask('GET', '/api/admin/clients/busy/subscriptions?limit=1');
    expect(page).toMatchObject({ subscriptions: [{ filter: 'q/0', qos: 0 }], count: 2, next: 'q/0' });
    await client.endAsync();
  });

  it('see that they are ended, one alone or all of a user', async () => {
    const [one, two] = [await hub.connect('end-1'), await hub.connect('end-2')];
    const first = ended(one);
    expect((await hub.ask('DELETE', '/api/admin/clients/end-1')).body).toEqual({ ok: true, ended: 1 });
    expect(await first).toBe(0x98); // Administrative action.
    const second = ended(two);
    expect((await hub.ask('DELETE', '/api/admin/clients?user=vic')).body).toEqual({ ok: true, ended: 1 });
    expect(await second).toBe(0x98);
    const gone = await hub.ask('DELETE', '/api/admin/clients/end-1');
    expect(gone).toMatchObject({ status: 400, body: { error: { code: 'session/unknown' } } });
    const all = await hub.ask('DELETE', '/api/admin/clients');
    expect(all).toMatchObject({ status: 400, body: { error: { code: 'option/invalid' } } });
  });

  it('that are away are sessions, with what waits for them until they are ended', async () => {
    const kept = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const client = await hub.connect('away', kept);
    await client.subscribeAsync('for/away', { qos: 1 });
    await client.endAsync();
    await hub.hub.broker.publish('for/away', 'news', { qos: 1 });
    const { body } = await hub.ask('GET', '/api/admin/sessions?user=vic');
    expect(body.sessions).toMatchObject([{ client: 'away', waiting: 1, subscriptions: 1, hasWill: false }]);
    expect(body.sessions[0].expiresInSeconds).toBeGreaterThan(50);
    expect((await hub.ask('DELETE', '/api/admin/sessions/away')).status).toBe(200);
    expect((await hub.ask('GET', '/api/admin/sessions')).body.count).toBe(0);
  });
});

describe('a trace', () => {
  it('shows the packets of one client from its CONNECT on, and no password', async () => {
    const headers = { authorization: `Bearer ${hub.token}` };
    const response = await new Promise<IncomingMessage>((resolve) =>
      get(`${hub.url}/api/admin/clients/watched/trace?seconds=30`, { headers }, resolve),
    );
    const lines = createInterface(response);
    const seen: { direction: string; packet: string; details: Record<string, unknown> }[] = [];
    let text = '';
    for await (const line of lines) {
      text += line;
      if (line === 'event: tracing') void talk();
      if (line.startsWith('data: {"at"')) {
        const packet = ANSWERS.tracedPacket.parse(JSON.parse(line.slice(6)));
        seen.push(packet);
        if (packet.packet === 'DISCONNECT') break;
      }
    }
    response.destroy();
    expect(seen.map(({ direction, packet }) => `${direction} ${packet}`)).toEqual([
      'in CONNECT',
      'out CONNACK',
      'in SUBSCRIBE',
      'out SUBACK',
      'in PUBLISH',
      'out PUBLISH',
      'out PUBACK',
      'in DISCONNECT',
    ]);
    expect(seen[0]?.details).toMatchObject({
      clientIdentifier: 'watched',
      userName: 'vic',
      hasPassword: true,
    });
    expect(seen[5]?.details).toMatchObject({ topic: 'tr/ace', qos: 0, payload: 'é'.repeat(32), bytes: 80 });
    expect(text).not.toMatch(new RegExp(PASSWORD));
    await vi.waitUntil(() => !hub.hub.broker.core.events.traces.isActive);

    async function talk(): Promise<void> {
      const other = await hub.connect('unwatched');
      const client = await hub.connect('watched');
      await client.subscribeAsync('tr/ace');
      const got = new Promise((resolve) => client.once('message', resolve));
      await client.publishAsync('tr/ace', 'é'.repeat(40), { qos: 1 });
      await got;
      await client.endAsync();
      await other.endAsync();
    }
  });

  it('ends with the right to see it, and only a limited number run at a time', async () => {
    const token = await hub.accounts.makeToken({ name: 'brief', role: 'admin' });
    await hub.ask('GET', '/api/admin/tokens');
    const headers = { authorization: `Bearer ${token}` };
    await vi.waitUntil(async () => (await fetch(`${hub.url}/api/me`, { headers })).ok);
    const open = () => fetch(`${hub.url}/api/admin/clients/x/trace`, { headers });
    const streams = await Promise.all(Array.from({ length: MAX_TRACES }, open));
    expect((await open()).status).toBe(429);
    await hub.ask('DELETE', '/api/admin/tokens/brief');
    const texts = await Promise.all(streams.map((stream) => stream.text()));
    for (const text of texts) expect(text).toContain('event: closed');
  });
});

describe('accounts', () => {
  it('are added, changed and removed, in force as soon as it is answered', async () => {
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`eve:${password}`).toString('base64')}`,
    });
    const body = { user: 'eve', password: PASSWORD, role: 'viewer' };
    expect((await hub.ask('POST', '/api/admin/users', body)).body).toEqual({ ok: true, user: 'eve' });
    await hub.ask('PUT', '/api/admin/users/eve', { role: 'controller', password: 'battery staple' });
    const me = await hub.ask('GET', '/api/me', undefined, basic('battery staple'));
    expect(me.body).toMatchObject({ name: 'eve', role: 'controller' });
    await hub.ask('DELETE', '/api/admin/users/eve');
    expect((await hub.ask('GET', '/api/me', undefined, basic('battery staple'))).status).toBe(401);
  });

  it('never show a secret: a token only when it is made', async () => {
    const made = await hub.ask('POST', '/api/admin/tokens', { token: 'lamp', role: 'device' });
    const secret: string = made.body.token;
    const me = await hub.ask('GET', '/api/me', undefined, { authorization: `Bearer ${secret}` });
    expect(me.body).toMatchObject({ name: 'lamp', role: 'device' });
    const lists = [await hub.ask('GET', '/api/admin/tokens'), await hub.ask('GET', '/api/admin/users')];
    expect(JSON.stringify(lists.map(({ body }) => body))).not.toMatch(/ph_|hash|salt|generation|storedKey/);
    await hub.ask('DELETE', '/api/admin/tokens/lamp');
    expect((await hub.ask('GET', '/api/me', undefined, { authorization: `Bearer ${secret}` })).status).toBe(
      401,
    );
  });

  it('cannot lock out the admin who manages them', async () => {
    const basic = Buffer.from(`ada:${PASSWORD}`).toString('base64');
    const ada = { authorization: `Basic ${basic}` };
    for (const [method, path, body] of [
      ['DELETE', '/api/admin/users/ada', undefined],
      ['PUT', '/api/admin/users/ada', { role: 'viewer' }],
    ] as const)
      expect((await hub.ask(method, path, body, ada)).body.error.code).toBe('option/invalid');
    expect((await hub.ask('DELETE', '/api/admin/tokens/root')).body.error.code).toBe('option/invalid');
  });

  it('need existing roles and names, and complete bodies', async () => {
    const refusals = [
      await hub.ask('POST', '/api/admin/users', { user: 'x', password: PASSWORD, role: 'king' }),
      await hub.ask('POST', '/api/admin/users', { user: 'x', role: 'viewer' }),
      await hub.ask('POST', '/api/admin/users', { user: 'ada', password: PASSWORD, role: 'viewer' }),
      await hub.ask('DELETE', '/api/admin/users/nobody'),
      await hub.ask('PUT', '/api/admin/users/vic', {}),
      await hub.ask('POST', '/api/admin/users'),
    ];
    expect(refusals.map(({ status, body }) => [status, body.error.code])).toEqual([
      [400, 'option/invalid'],
      [400, 'event/invalid'],
      [400, 'option/invalid'],
      [400, 'option/invalid'],
      [400, 'event/invalid'],
      [400, 'event/invalid'],
    ]);
    expect(refusals.at(-2)?.body.error.message).toContain('"role", "password" or both');
    expect(refusals.at(-1)?.body.error.message).toContain('Content-Type: application/json');
  });
});

describe('a page of another site', () => {
  it('changes nothing by the cookie of an administrator', async () => {
    const login = await fetch(`${hub.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'ada', password: PASSWORD }),
    });
    const cookie = login.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const body = { token: 'evil', role: 'admin' };
    const own = await hub.ask('POST', '/api/admin/tokens', body, { cookie, origin: hub.url });
    expect(own.status).toBe(200);
    const foreign = await hub.ask('POST', '/api/admin/tokens', body, {
      cookie,
      origin: 'https://evil.example',
    });
    const hidden = await hub.ask('POST', '/api/admin/tokens', body, { cookie });
    expect([foreign.status, hidden.status]).toEqual([403, 401]);
  });
});

describe('what the hub reports of itself', () => {
  it('includes its refusals, the newest first, each with a count', async () => {
    const wrong = { authorization: 'Bearer ph_nonsense' };
    for (let times = 0; times < 3; times++) await hub.ask('GET', '/api/me', undefined, wrong);
    const { body } = await hub.ask('GET', '/api/admin/refusals?limit=1');
    expect(body.refusals).toMatchObject([{ way: 'http', code: 'auth/wrong', times: 3 }]);
    expect(JSON.stringify(body)).not.toContain('nonsense');
    await expect(hub.connect('wrong', { password: 'wrong horse' })).rejects.toThrow();
    const { body: newer } = await hub.ask('GET', '/api/admin/refusals?limit=1');
    expect(newer.refusals).toMatchObject([{ way: 'mqtt', client: 'wrong', user: 'vic', code: 'auth/wrong' }]);
    await expect(hub.connect('mistaken', { username: hub.token, password: 'x' })).rejects.toThrow();
    const { body: mistaken } = await hub.ask('GET', '/api/admin/refusals?limit=1');
    expect(mistaken.refusals).toMatchObject([{ client: 'mistaken', user: 'ph_…' }]);
    const older = await hub.ask('GET', `/api/admin/refusals?limit=1&after=${newer.next}`);
    expect(older.body.refusals[0].number).toBe(body.refusals[0].number);
  });

  it('names the client that was refused over REST, as far as the request tells it', async () => {
    const basic = (user: string, password: string) => {
      return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    };
    const login = { user: 'lou', password: 'wrong horse' };
    const requests = [
      () => hub.ask('GET', '/api/admin/users', undefined, basic('vic', PASSWORD)),
      () => hub.ask('GET', '/api/me', undefined, basic('eve', 'wrong horse')),
      () => hub.ask('GET', '/api/me', undefined, basic(hub.token, 'x')),
      () => hub.ask('POST', '/api/login', login, {}),
      () => hub.ask('GET', '/api/me', undefined, {}),
    ];
    const users = [];
    for (const request of requests) {
      await request();
      users.push((await hub.ask('GET', '/api/admin/refusals?limit=1')).body.refusals[0].user);
    }
    expect(users).toEqual(['vic', 'eve', 'ph_…', 'lou', undefined]);
  });

  it('has pages of refusals by their numbers', async () => {
    const { status, body } = await hub.ask('GET', '/api/admin/refusals?after=abc');
    expect([status, body.error.code]).toEqual([400, 'option/invalid']);
    expect(body.error.message).toMatch(/^after must be .* not "abc"$/);
  });

  it('is its limits, how much of them is used, and what is retained', async () => {
    await hub.hub.broker.publish('keep/me', 'x'.repeat(1000), { retain: true });
    const { body } = await hub.ask('GET', '/api/admin/limits');
    const limit = body.limits.find((one: { limit: string }) => one.limit === 'retainedMessages');
    expect(limit).toMatchObject({ value: 100_000 });
    expect(body.limits).toContainEqual({ limit: 'wildcardLevels', value: 8 });
    expect(limit.used).toBeGreaterThan(0);
    const counted = body.refused.find(
      (one: { metric: string }) => one.metric === 'pinhub_logins_refused_total',
    );
    expect(counted.count).toBeGreaterThan(0);
    const retained = await hub.ask('GET', '/api/admin/retained?filter=keep/%2B');
    expect(retained.body.retained).toEqual([
      { topic: 'keep/me', payload: 'x'.repeat(64), bytes: 1000, qos: 0 },
    ]);
  });
});

describe('a hub without authentication', () => {
  it('lets everybody administer it, but gives no accounts', async () => {
    const log = pino({ level: 'silent' });
    const vault = createMemoryVault();
    const access = await openGuardedAccess({
      vault,
      scheduler: asyncScheduler,
      log,
      isOpenWithoutUsers: true,
    });
    const open = createHub({ access, logins: access.logins, accounts: access.managed });
    try {
      const url = `http://127.0.0.1:${await open.listen({ port: 0 })}`;
      expect((await fetch(`${url}/api/admin/clients`)).status).toBe(200);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ token: 'mine', role: 'admin' });
      const made = await fetch(`${url}/api/admin/tokens`, { method: 'POST', headers, body });
      expect([made.status, (await made.json()).error.code]).toEqual([403, 'auth/denied']);
      expect((await vault.read()).tokens.size).toBe(0);
    } finally {
      await open.close();
      access.close();
    }
  });

  it('shows the hubs of its cluster, and none while it is alone', async () => {
    const hubs = [
      { hub: 'a', epoch: 2, instance: 'one (process 1)', addresses: ['mqtt://10.0.0.1:1883'] },
      { hub: 'b', epoch: 1, instance: 'two (process 7)', addresses: [] },
    ];
    const self = { hub: 'a', epoch: 2 };
    const states = [{}, { hubs: { self, live$: new BehaviorSubject(hubs) } }];
    const answers = states.map(async (options) => {
      const open = createHub(options);
      try {
        const url = `http://127.0.0.1:${await open.listen({ port: 0 })}`;
        return await (await fetch(`${url}/api/admin/cluster`)).json();
      } finally {
        await open.close();
      }
    });
    expect(await Promise.all(answers)).toEqual([
      { ok: true, hub: null, hubs: [] },
      { ok: true, hub: 'a', hubs },
    ]);
  });

  it('has no users and tokens over REST if it has no accounts', async () => {
    const open = createHub();
    try {
      const url = `http://127.0.0.1:${await open.listen({ port: 0 })}`;
      expect((await fetch(`${url}/api/admin/users`)).status).toBe(404);
      const { paths } = await (await fetch(`${url}/openapi.json`)).json();
      expect(paths).not.toHaveProperty(['/api/admin/users']);
    } finally {
      await open.close();
    }
  });
});
