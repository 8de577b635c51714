import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import type { Vault } from '../../../hub/access/vault/vault.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { openStore, type FolderStore as Store } from '../../../hub/storage/hub/store.ts';
import { createMemoryVault } from './memory-vault.ts';

const log = pino({ level: 'silent' });

/** The vault with the user, created once because hashing the password takes a quarter of a second. */
let users: Vault;
beforeAll(async () => {
  users = createMemoryVault();
  await new Accounts(users).addUser('ana', 'correct horse', 'admin');
});

let root: string;
let vault: Vault;
let accounts: Accounts;
let hub: KeepingHub;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'pinhub-while-stopped-'));
  vault = createMemoryVault();
  accounts = new Accounts(vault);
  await addAna();
  hub = await KeepingHub.start(join(root, 'first'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(root, { recursive: true });
});

async function addAna(): Promise<void> {
  await vault.put('users', 'ana', (await users.get('users', 'ana')) ?? {});
}

async function addAnotherAna(): Promise<void> {
  const ana = await users.get('users', 'ana');
  await vault.put('users', 'ana', { ...ana, createdAt: new Date(0).toISOString() });
}

/** Access from the time before account ids were checked. */
function withoutHolders(access: GuardedAccess): Access {
  return {
    authenticate: async (...shown) => ({ ...(await access.authenticate(...shown)), accountId: '' }),
    beginExchange: () => undefined,
    rightsOf: (owner, clientIdentifier) => access.rightsOf(owner, clientIdentifier),
    recognize: (owner) => owner,
    ended$: access.ended$,
    refused: 0,
  };
}

/** A hub that stores its state, with its clients. */
class KeepingHub {
  readonly server: HubServer;
  readonly #store: Store;
  readonly #port: number;

  private constructor(server: HubServer, store: Store, port: number) {
    this.server = server;
    this.#store = store;
    this.#port = port;
  }

  static async start(folder: string, toAccess = (access: GuardedAccess): Access => access) {
    const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
    const store = await openStore({ folder, log });
    const server = await openHubServer({
      port: 0,
      pagesFolder: '/nowhere',
      log,
      access: toAccess(access),
      store,
    });
    closers.push(
      () => access.close(),
      () => server.close(),
    );
    return new KeepingHub(server, store, await server.listen('mqtt', 0));
  }

  /** Another hub, in the state in which this one's process was killed, after something was done. */
  async dieAnd(meanwhile: () => Promise<unknown>): Promise<KeepingHub> {
    this.#store.journal.commit();
    const folder = mkdtempSync(join(root, 'killed-'));
    cpSync(this.#store.folder, folder, { recursive: true, filter: (path) => !path.includes('pinhub.lock') });
    await meanwhile();
    return KeepingHub.start(folder);
  }

  async enter(username: string, password: string, clientId: string): Promise<MqttClient> {
    const client = await connectAsync(`mqtt://127.0.0.1:${this.#port}`, {
      protocolVersion: 5,
      username,
      password,
      clientId,
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
      reconnectPeriod: 0,
      will: {
        topic: `lab/${clientId}/status`,
        payload: Buffer.from('offline'),
        retain: true,
        qos: 1,
        properties: { willDelayInterval: 3600 },
      },
    });
    closers.push(() => client.endAsync(true));
    await client.publishAsync(`lab/${clientId}/status`, 'online', { retain: true, qos: 1 });
    return client;
  }

  statusOf(clientId: string): string | undefined {
    return this.server.hub.retained.get(`lab/${clientId}/status`)?.text;
  }
}

describe('while the hub is stopped', () => {
  it('a token that is revoked takes its sessions along, and their wills reach the clients that stay', async () => {
    const token = await accounts.makeToken({ name: 'kitchen', role: 'device' });
    await hub.enter('token', token, 'sensor');
    const watcher = await hub.enter('ana', 'correct horse', 'watcher');
    await watcher.subscribeAsync('lab/sensor/status', { qos: 1, rh: 2 });
    hub = await hub.dieAnd(() => accounts.revokeToken('kitchen'));
    expect([hub.server.sessions.has('sensor'), hub.server.sessions.has('watcher')]).toEqual([false, true]);
    expect([hub.statusOf('sensor'), hub.statusOf('watcher')]).toEqual(['offline', 'online']);
    expect(hub.server.sessions.counters).toMatchObject({ queuedMessages: 1, drops: { will: 0 } });
  });

  it('a removed user frees their client identifiers', async () => {
    const token = await accounts.makeToken({ name: 'kitchen', role: 'device' });
    await hub.enter('ana', 'correct horse', 'sensor');
    hub = await hub.dieAnd(() => accounts.removeUser('ana'));
    expect(hub.statusOf('sensor')).toBe('offline');
    await hub.enter('token', token, 'sensor');
    hub = await hub.dieAnd(async () => undefined);
    expect(hub.server.sessions.has('sensor')).toBe(true);
  });

  it('another user of the same name inherits nothing', async () => {
    const former = await hub.enter('ana', 'correct horse', 'sensor');
    await former.subscribeAsync('secret/#', { qos: 1 });
    hub = await hub.dieAnd(addAnotherAna);
    expect(hub.server.sessions.size).toBe(0);
    expect(hub.statusOf('sensor')).toBe('offline');
  });

  it('another token of the same name inherits nothing', async () => {
    const token = await accounts.makeToken({ name: 'kitchen', role: 'device' });
    await hub.enter('token', token, 'sensor');
    hub = await hub.dieAnd(async () => {
      await accounts.revokeToken('kitchen');
      await accounts.makeToken({ name: 'kitchen', role: 'device' });
    });
    expect(hub.server.sessions.size).toBe(0);
    expect(hub.statusOf('sensor')).toBe('offline');
  });

  it('another role, another password, and a token in the place of one leave the sessions', async () => {
    const token = await accounts.makeToken({ name: 'kitchen', role: 'device' });
    await hub.enter('token', token, 'sensor');
    await hub.enter('ana', 'correct horse', 'watcher');
    hub = await hub.dieAnd(async () => {
      await accounts.renewToken({ name: 'kitchen', role: 'device' });
      await accounts.setRole('ana', 'viewer');
      await accounts.setPassword('ana', 'battery staple');
    });
    expect(hub.server.sessions.size).toBe(2);
    hub = await hub.dieAnd(addAnotherAna);
    expect(hub.server.sessions.has('watcher'), 'still known to be the former one’s').toBe(false);
    expect(hub.server.sessions.has('sensor')).toBe(true);
  });

  it('sessions from before owners were stored belong to their name, and then to the account that has it', async () => {
    const before = await KeepingHub.start(join(root, 'before'), withoutHolders);
    await before.enter('ana', 'correct horse', 'sensor');
    const after = await before.dieAnd(async () => undefined);
    expect(after.server.sessions.has('sensor')).toBe(true);
    const last = await after.dieAnd(addAnotherAna);
    expect(last.server.sessions.has('sensor')).toBe(false);
  });
});
