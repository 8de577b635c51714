import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../../hub/access/guarded-access.ts';
import { parseRoles } from '../../../../hub/access/rights/role.ts';
import { Message } from '../../../../hub/core/message.ts';
import { createMemoryHistory } from '../../../../hub/history/open-history.ts';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';
import { createMemoryVault } from '../../access/memory-vault.ts';

const PASSWORD = 'correct horse';
const SHARED = 'led/21/duty/actual';
const ANAS = 'lab/ana/led/1/duty/actual';
const UNKNOWN = 'led/99/duty/actual';
/** A value that occurs in no address, time or header, so that a single digit would give it away. */
const SECRET = '73.7373';

const log = pino({ level: 'silent' });
const roles = parseRoles({ student: { read: ['lab/%u/#'] }, nobody: {} });
const headers: Record<string, Record<string, string>> = {};
let access: GuardedAccess;
let server: HubServer;

beforeAll(async () => {
  const vault = createMemoryVault();
  const accounts = new Accounts(vault);
  for (const role of ['viewer', 'controller', 'device', 'admin', 'nobody']) {
    const token = await accounts.makeToken({ name: role, role });
    headers[`${role} by token`] = { authorization: `Bearer ${token}` };
  }
  await accounts.addUser('ana', PASSWORD, 'student');
  await accounts.addUser('bia', PASSWORD, 'student');
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log, roles });
  for (const user of ['ana', 'bia'])
    headers[`${user} by password`] = { authorization: basic(user, PASSWORD) };
  headers.stranger = {};
  server = await openHubServer({
    port: 0,
    pagesFolder: '/nowhere',
    log,
    access,
    logins: access.logins,
    history: createMemoryHistory(log),
  });
  for (const topic of [SHARED, ANAS]) server.hub.publish(new Message(topic, SECRET));
});
afterAll(async () => {
  await server.close();
  access.close();
});

/** The answers to the history of a shared topic, of one of Ana's, and of one that does not exist. */
const RULES: readonly (readonly [who: string, shared: number, anas: number, unknown: number])[] = [
  ['viewer by token', 200, 200, 404],
  ['controller by token', 200, 200, 404],
  ['device by token', 200, 200, 404],
  ['admin by token', 200, 200, 404],
  ['ana by password', 403, 200, 403],
  ['bia by password', 403, 403, 403],
  ['nobody by token', 403, 403, 403],
  ['stranger', 401, 401, 401],
];
const CASES = RULES.flatMap(([who, shared, anas, unknown]) => [
  [who, SHARED, shared] as const,
  [who, ANAS, anas] as const,
  [who, UNKNOWN, unknown] as const,
]);

describe('the history of a topic', () => {
  it.each(CASES)('is for users who may read the topic: %s, %s, %i', async (who, topic, status) => {
    for (const path of [topic, encodeURIComponent(topic), `${topic}.csv`, `${topic}?points=1`]) {
      const response = await ask(path, headers[who]);
      const body = await response.text();
      expect([path, response.status]).toEqual([path, status]);
      expect(body.includes(SECRET), body).toBe(status === 200);
      expect(response.headers.has('history-window')).toBe(status === 200);
    }
  });

  it.each([
    ['password', () => ({ authorization: basic('ana', 'wrong horse') })],
    ['token', () => ({ authorization: 'Bearer ph_wrong' })],
    ['cookie', () => ({ cookie: `pinhub-${server.port}=wrong` })],
  ])('is not for users with a wrong %s', async (_title, shown) => {
    const response = await ask(SHARED, shown());
    expect([response.status, (await response.text()).includes(SECRET)]).toEqual([401, false]);
  });

  it('gives users who may not read it no details about their question', async () => {
    for (const who of ['stranger', 'bia by password']) {
      const { status } = await ask(`${SHARED}?points=0`, headers[who]);
      expect(status).toBe(who === 'stranger' ? 401 : 403);
    }
  });

  it('is kept from pages of other sites, even if their user may read it', async () => {
    const ana = headers['ana by password'];
    const response = await ask(ANAS, { ...ana, origin: 'https://evil.example' });
    expect([response.status, (await response.text()).includes(SECRET)]).toEqual([403, false]);
    const own = await ask(ANAS, { ...ana, origin: `http://127.0.0.1:${server.port}` });
    expect(own.status).toBe(200);
    const withToken = await ask(ANAS, { ...headers['admin by token'], origin: 'https://evil.example' });
    expect(withToken.headers.get('access-control-allow-origin'), 'a browser hands nothing on').toBeNull();
  });

  it('is kept from a site whose name leads here', async () => {
    const lines = [
      `GET /api/history/${SHARED} HTTP/1.1`,
      'Host: evil.example',
      `Authorization: ${headers['viewer by token']?.authorization}`,
      'Connection: close',
    ];
    const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const response = await text(socket);
    expect(response).toMatch(/^HTTP\/1\.1 403 /);
    expect(response).not.toContain(SECRET);
  });
});

function ask(path: string, shown: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}/api/history/${path}`, { headers: shown });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
