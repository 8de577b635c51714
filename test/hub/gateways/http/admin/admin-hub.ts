import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { Accounts } from '../../../../../hub/access/accounts/accounts.ts';
import { openGuardedAccess } from '../../../../../hub/access/guarded-access.ts';
import { createHub, type WebHub } from '../../../../../hub/create-hub.ts';
import { createMemoryVault } from '../../../access/memory-vault.ts';
import { createQuickUser } from '../../../access/quick-user.ts';

export const PASSWORD = 'correct horse';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of an answer is written in the test.
  readonly body: any;
  readonly headers: Headers;
}

/** A hub with accounts: an administrator `ada`, a viewer `vic`, and a token `root` with the role of an administrator. */
export interface AdminHub {
  readonly hub: WebHub;
  readonly url: string;
  readonly port: number;
  readonly accounts: Accounts;
  /** The administrator's token. */
  readonly token: string;
  /** Sends a request as an administrator, unless it has other headers. */
  ask(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answered>;
  /** An MQTT client of `vic`. */
  connect(clientId: string, options?: IClientOptions): Promise<MqttClient>;
  close(): Promise<void>;
}

export async function openAdminHub(): Promise<AdminHub> {
  const vault = createMemoryVault();
  for (const [name, role] of [
    ['ada', 'admin'],
    ['vic', 'controller'],
  ] as const)
    await vault.put('users', name, { ...(await createQuickUser(name, PASSWORD)), role });
  const accounts = new Accounts(vault);
  const token = await accounts.makeToken({ name: 'root', role: 'admin' });
  const log = pino({ level: 'silent' });
  const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  const hub = createHub({ access, logins: access.logins, accounts: access.managed, log });
  hub.announceReady();
  const port = await hub.listen({ port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const clients: MqttClient[] = [];
  return {
    hub,
    url,
    port,
    accounts,
    token,
    async ask(method, path, body, headers = { authorization: `Bearer ${token}` }) {
      const response = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async connect(clientId, options = {}) {
      const login = { username: 'vic', password: PASSWORD, reconnectPeriod: 0 };
      const client = await connectAsync(`ws://127.0.0.1:${port}/mqtt`, {
        protocolVersion: 5,
        clientId,
        ...login,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.end(true);
      await hub.close();
      access.close();
    },
  };
}

/** Resolves to the reason code with which the hub ends an MQTT 5 client. */
export function ended(client: MqttClient): Promise<number | undefined> {
  return new Promise((resolve) => client.once('disconnect', ({ reasonCode }) => resolve(reasonCode)));
}
