import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler, filter, firstValueFrom, skip, tap } from 'rxjs';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { parseRoles } from '../../../hub/access/rights/role.ts';
import {
  type Connection,
  createHubClient,
  type HubClient,
  mayPublish,
  watchIdentity,
} from '../../../hub/client/index.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { createMemoryVault } from './memory-vault.ts';

const log = pino({ level: 'silent' });
let accounts: Accounts;
let access: GuardedAccess;
let server: HubServer;
let url: string;
let token: string;

beforeEach(async () => {
  const vault = createMemoryVault();
  accounts = new Accounts(vault);
  token = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log, access, logins: access.logins });
  url = `http://127.0.0.1:${server.port}`;
});
afterEach(async () => {
  await server.close();
  access.close();
});

describe('a token that is revoked while it is in use', () => {
  it('ends its Socket.IO connections with a word', async () => {
    const socket = io(url, {
      auth: { token },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    const goodbye = new Promise((resolve) => socket.on('goodbye', resolve));
    const gone = new Promise((resolve) => socket.on('disconnect', resolve));
    await accounts.revokeToken('kiosk');
    expect(await goodbye).toMatchObject({ code: 'auth/denied' });
    await gone;
    socket.disconnect();
  });

  it('is reported by the client of a page, which stops trying', async () => {
    const client = createHubClient(url, { token });
    await status(client, 'online');
    const lost = status(client, 'offline');
    await accounts.revokeToken('kiosk');
    expect(await lost).toMatchObject({ code: 'auth/denied', final: true });
    await client.close();
  });

  it('ends its MQTT connections with reason code 0x87, and their sessions with them', async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${await server.listen('mqtt', 0)}`, {
      protocolVersion: 5,
      username: 'token',
      password: token,
      clientId: 'sensor',
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
      reconnectPeriod: 0,
    });
    const reason = new Promise((resolve) => client.on('disconnect', ({ reasonCode }) => resolve(reasonCode)));
    await accounts.revokeToken('kiosk');
    expect(await reason).toBe(0x87);
    expect(server.sessions.has('sensor')).toBe(false);
    await client.endAsync(true);
  });

  it('leaves nothing to another of its name that is made in the same moment', async () => {
    const enter = (password: string) =>
      connectAsync(`mqtt://127.0.0.1:${port}`, {
        protocolVersion: 5,
        username: 'token',
        password,
        clientId: 'sensor',
        clean: false,
        properties: { sessionExpiryInterval: 3600 },
        reconnectPeriod: 0,
      });
    const port = await server.listen('mqtt', 0);
    const client = await enter(token);
    const reason = new Promise((resolve) => client.on('disconnect', ({ reasonCode }) => resolve(reasonCode)));
    const revoked = accounts.revokeToken('kiosk');
    const made = accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await revoked;
    expect(await reason).toBe(0x87);
    expect(server.sessions.has('sensor')).toBe(false);
    const another = await enter(await made);
    await Promise.all([client.endAsync(true), another.endAsync(true)]);
  });

  it('no longer works in REST', async () => {
    const call = () => fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
    expect((await call()).status).toBe(200);
    await accounts.revokeToken('kiosk');
    await access.refresh();
    expect((await call()).status).toBe(401);
  });
});

describe('a role whose meaning changes while clients have it', () => {
  it('disconnects them; they come back by themselves, and find the new rights in force', async () => {
    access.directory.roles = parseRoles({ student: { read: ['#'] } });
    const student = await accounts.makeToken({ name: 'phone', role: 'student' });
    await access.refresh();
    const client = createHubClient(url, { token: student });
    await status(client, 'online');
    await expect(client.publish('led/21/duty', '1')).rejects.toMatchObject({ code: 'auth/denied' });
    const lost = status(client, 'offline');
    access.directory.roles = parseRoles({ student: { publish: ['led/#'] } });
    expect(await lost).toMatchObject({ final: false, reason: 'your rights have changed; connect again' });
    await status(client, 'online');
    await client.publish('led/21/duty', '1');
    await client.close();
  });

  it('says what they may do from then on', async () => {
    access.directory.roles = parseRoles({ student: { read: ['#'], report: ['%u/#'] } });
    const student = await accounts.makeToken({ name: 'phone', role: 'student' });
    await access.refresh();
    const client = createHubClient(url, { token: student });
    const told: unknown[] = [];
    const isTold = firstValueFrom(
      watchIdentity(client).pipe(
        tap((identity) =>
          told.push([
            identity?.name,
            identity?.role,
            identity?.how,
            ...['led/21/duty', 'led/21/status', 'phone/led/21/status'].map((topic) =>
              mayPublish(identity, topic),
            ),
          ]),
        ),
        tap(() => {
          access.directory.roles = parseRoles({ student: { publish: ['led/#'] } });
        }),
        skip(1),
      ),
    );
    await isTold;
    expect(told).toEqual([
      ['phone', 'student', 'token', false, false, true],
      ['phone', 'student', 'token', true, false, false],
    ]);
    await client.close();
  });
});

function status({ connection$ }: HubClient, wanted: Connection['status']) {
  return firstValueFrom(connection$.pipe(filter((connection) => connection.status === wanted)));
}
