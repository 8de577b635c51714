import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';
import { createMemoryVault } from '../../access/memory-vault.ts';

const ALLOWED = 'https://home.example:8123';
const APP = 'capacitor://localhost';
const EVIL = 'https://evil.example';
const log = pino({ level: 'silent' });
let access: GuardedAccess;
let server: HubServer;
let token: string;

/** Opens a hub that admits every client, although a token exists. */
beforeAll(async () => {
  const vault = createMemoryVault();
  token = await new Accounts(vault).makeToken({ name: 'app', role: 'controller' });
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log, isOpenWithoutUsers: true });
  const exposure = { allowedOrigins: [ALLOWED], frameAncestors: [ALLOWED] };
  server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log, access, exposure });
});
afterAll(async () => {
  await server.close();
  access.close();
});

interface Shown {
  readonly origin: string;
  readonly token?: string | undefined;
}

type Way = (shown: Shown) => Promise<boolean>;

const WAYS: Readonly<Record<string, Way>> = {
  async REST({ origin, token }) {
    const headers = { origin, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const url = `http://127.0.0.1:${server.port}/api/topics/a`;
    return (await fetch(url, { method: 'PUT', body: 'x', headers })).ok;
  },
  'Socket.IO over WebSocket': (shown) => openSocketIo(shown, 'websocket'),
  'Socket.IO by long-polling': (shown) => openSocketIo(shown, 'polling'),
  async 'MQTT over WebSocket'({ origin, token }) {
    const shown = token === undefined ? {} : { username: 'token', password: token };
    const options = { ...shown, reconnectPeriod: 0, wsOptions: { headers: { origin } } };
    try {
      // Retries are off: with them, mqtt.js would not report a refused WebSocket, and wait forever.
      const client = await connectAsync(`ws://127.0.0.1:${server.port}/mqtt`, options, false);
      await client.endAsync();
      return true;
    } catch {
      return false;
    }
  },
};

function openSocketIo({ origin, token }: Shown, transport: 'websocket' | 'polling'): Promise<boolean> {
  const socket = io(`http://127.0.0.1:${server.port}`, {
    transports: [transport],
    extraHeaders: { origin },
    auth: token === undefined ? {} : { token },
    reconnection: false,
    forceNew: true,
  });
  return new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(true)).on('connect_error', () => resolve(false));
  }).finally(() => socket.disconnect());
}

describe.each(Object.entries(WAYS))('By %s, a hub without authentication lets in', (name, enter) => {
  it('an allowed page as it is', async () => {
    expect(await enter({ origin: ALLOWED })).toBe(true);
  });

  it('an app that shows a good token, and no other', async () => {
    expect(await enter({ origin: APP })).toBe(false);
    expect(await enter({ origin: APP, token: 'ph_wrong' })).toBe(false);
    expect(await enter({ origin: APP, token })).toBe(true);
    expect(await enter({ origin: 'file://', token })).toBe(true);
  });

  it('no page of another site', async () => {
    expect(await enter({ origin: EVIL })).toBe(false);
    expect(await enter({ origin: 'null' })).toBe(false);
    if (name !== 'REST') expect(await enter({ origin: EVIL, token })).toBe(false);
  });
});

describe('A browser gets to know', () => {
  const preflight = (origin: string, path = '/api/topics/a') => {
    const headers = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    };
    return fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'OPTIONS', headers });
  };

  it.each([ALLOWED, APP])('what %s may send, and that it may read the answer', async (origin) => {
    for (const path of ['/api/topics/a', '/socket.io/?EIO=4&transport=polling']) {
      const { status, headers } = await preflight(origin, path);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      expect(headers.get('access-control-allow-methods')).toContain('PUT');
      expect(headers.get('access-control-allow-headers')).toContain('Authorization');
      expect(headers.get('access-control-allow-credentials'), 'no cookies').toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
    const answer = await fetch(`http://127.0.0.1:${server.port}/healthz`, { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it.each([EVIL, 'null'])('nothing of the kind for %s', async (origin) => {
    for (const path of ['/api/topics/a', '/socket.io/?EIO=4&transport=polling']) {
      const { status, headers } = await preflight(origin, path);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  it('whose pages may show those of the hub', async () => {
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/healthz`);
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'self' ${ALLOWED}`);
    expect(headers.get('x-frame-options')).toBeNull();
  });
});
