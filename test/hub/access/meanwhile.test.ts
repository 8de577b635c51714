import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { io } from 'socket.io-client';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Access, Credentials } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import type { Vault, VaultRecord } from '../../../hub/access/vault/vault.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { createMemoryVault } from './memory-vault.ts';
import { createScramClient } from './scram-client.ts';

const HOME = { address: '10.0.0.1' };
const OLD = 'correct horse';
const log = pino({ level: 'silent' });
const denied = { code: 'auth/denied' };

/** The records of a user before and after a change of password. They are created once, because hashing is slow. */
let before: VaultRecord;
let after: VaultRecord;
beforeAll(async () => {
  const [old, other] = await Promise.all([recordOf(OLD), recordOf('battery staple')]);
  before = old;
  after = { ...other, createdAt: old.createdAt };
});

async function recordOf(password: string): Promise<VaultRecord> {
  const vault = createMemoryVault();
  await new Accounts(vault).addUser('ana', password, 'controller');
  return (await vault.get('users', 'ana')) ?? {};
}

let vault: Vault;
let access: GuardedAccess;
beforeEach(async () => {
  vault = createMemoryVault();
  await vault.put('users', 'ana', before);
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
});
afterEach(() => access.close());

async function changePassword(): Promise<void> {
  await vault.put('users', 'ana', after);
  await access.refresh();
}

const byOldPassword: Credentials = { user: 'ana', password: OLD };

describe('a password that is changed', () => {
  it('while the hub still hashes the old one lets nobody in', async () => {
    const entering = access.authenticate(byOldPassword, HOME);
    await nextTurn(); // By now the hub hashes the password, which takes a quarter of a second.
    await changePassword();
    await expect(entering).rejects.toMatchObject({ code: 'auth/wrong' });
    expect(access.refused).toBe(1);
  });

  it('between the messages of an exchange lets nobody in', async () => {
    const exchange = access.beginExchange('SCRAM-SHA-256', HOME);
    const client = createScramClient('n,,', 'n=ana,r=fyko', OLD);
    const first = await exchange?.step(Buffer.from(client.first));
    const final = client.final(Buffer.from(first?.data ?? []).toString());
    await changePassword();
    await expect(exchange?.step(Buffer.from(final))).rejects.toMatchObject(denied);
  });

  it('before the browser is remembered leaves it logged out', async () => {
    const principal = await access.authenticate(byOldPassword, HOME);
    await changePassword();
    await expect(access.logins.open(principal, { remote: HOME })).rejects.toMatchObject(denied);
    expect((await vault.read()).logins.size).toBe(0);
  });

  it('by another process while the browser is being remembered leaves it logged out', async () => {
    const principal = await access.authenticate(byOldPassword, HOME);
    const opening = access.logins.open(principal, { remote: HOME });
    await vault.put('users', 'ana', after);
    await expect(opening).rejects.toMatchObject(denied);
    expect((await vault.read()).logins.size).toBe(0);
  });

  it('gives no rights to a client that came in by the old one', async () => {
    const principal = await access.authenticate(byOldPassword, HOME);
    await changePassword();
    expect(() => access.rightsOf(principal, 'c')).toThrow('your link, token or account is no longer valid');
    const { name, accountId, credentialIds } = principal;
    const ofSession = access.rightsOf({ name, accountId, credentialIds }, 'c');
    expect(ofSession.mayRead('led/21/duty'), 'a session that is kept outlives the password').toBe(true);
  });
});

describe('what ends right after it has admitted somebody', () => {
  let server: HubServer;
  let end: () => Promise<void>;
  beforeEach(async () => {
    const late: Access = {
      async authenticate(credentials, remote) {
        const principal = await access.authenticate(credentials, remote);
        await end();
        return principal;
      },
      beginExchange: () => undefined,
      rightsOf: (owner, clientIdentifier) => access.rightsOf(owner, clientIdentifier),
      recognize: (owner) => access.recognize(owner),
      ended$: access.ended$,
      refused: 0,
    };
    server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log, access: late });
  });
  afterEach(() => server.close());

  it.each([
    ['a password', changePassword],
    ['a user', removeUser],
  ])('keeps them out of Socket.IO and MQTT: %s', async (_what, ending) => {
    end = ending;
    const auth = { user: 'ana', password: OLD };
    const socket = io(`http://127.0.0.1:${server.port}`, { auth, transports: ['websocket'], forceNew: true });
    const goodbye = new Promise((resolve) => socket.on('goodbye', resolve));
    expect(await goodbye).toMatchObject(denied);
    socket.disconnect();
    await vault.put('users', 'ana', before);
    await access.refresh();
    const options = { username: 'ana', password: OLD, protocolVersion: 5, reconnectPeriod: 0 } as const;
    const mqtt = connectAsync(`mqtt://127.0.0.1:${await server.listen('mqtt', 0)}`, options);
    await expect(mqtt).rejects.toThrow(/not authorized/i);
    expect(server.sessions.size).toBe(0);
  });
});

async function removeUser(): Promise<void> {
  await vault.delete('users', 'ana');
  await access.refresh();
}

describe('what ends while a request still comes in', () => {
  let server: HubServer;
  beforeEach(async () => {
    server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log, access, logins: access.logins });
  });
  afterEach(() => server.close());

  it.each([
    ['a password', changePassword],
    ['a user', removeUser],
    ['a role', () => vault.put('users', 'ana', { ...before, role: 'viewer' }).then(() => access.refresh())],
  ])('no longer publishes: %s', async (_what, ending) => {
    const asked = vi.spyOn(access, 'rightsOf');
    const put = request(`http://127.0.0.1:${server.port}/api/topics/led/21/duty`, {
      method: 'PUT',
      auth: `ana:${OLD}`,
      headers: { 'content-length': 2 },
    });
    put.write('4');
    await vi.waitUntil(() => asked.mock.calls.length > 0, { timeout: 20_000 });
    await nextTurn(); // By now the request is admitted, and the hub waits for the rest of it.
    await ending();
    put.end('2');
    const [response] = await once(put, 'response');
    expect(await json(response)).toMatchObject({ ok: false, error: denied });
    expect(response.statusCode).toBe(403);
    expect(server.hub.retained.get('led/21/duty')).toBeUndefined();
  });
});
