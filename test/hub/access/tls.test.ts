import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { connect, connectAsync, type IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler, firstValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { CertificateFiles } from '../../../hub/tls/certificate-files.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';
import { createMemoryVault } from './memory-vault.ts';
import { createScramClient } from './scram-client.ts';

const PASSWORD = 'correct horse';
const log = pino({ level: 'silent' });
const DAY_MS = 24 * 3_600_000;

function make(name: string) {
  const now = Date.now();
  return createSelfSigned({
    names: [name, '127.0.0.1'],
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + DAY_MS),
  });
}

let folder: string;
let files: CertificateFiles;
let access: GuardedAccess;
let server: HubServer;
let mqttPort: number;
let ca = make('localhost');
const anas = make('ana');
const eves = make('ana'); // The same name, but no trusted signature.

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-tls-'));
  const paths = {
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    clientCa: join(folder, 'ca.pem'),
  };
  await writeFile(paths.cert, ca.cert);
  await writeFile(paths.key, ca.key);
  await writeFile(paths.clientCa, anas.cert);
  files = new CertificateFiles({ ...paths, onFault: () => undefined, pollMs: 10 });
  const vault = createMemoryVault();
  await new Accounts(vault).addUser('ana', PASSWORD, 'viewer');
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  const { logins } = access;
  server = await openHubServer({ port: 0, pagesFolder: folder, log, access, logins, tls: files });
  mqttPort = await server.listen('mqtt', 0);
});
afterAll(async () => {
  await server.close();
  files.close();
  access.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly cookie: string | undefined;
  readonly body: string;
}

function call(
  path: string,
  { body, ...shown }: { cert?: string; key?: string; body?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ ca: ca.cert, ...shown });
    const url = `https://127.0.0.1:${server.port}${path}`;
    const headers = body ? { 'content-type': 'application/json' } : {};
    const call = request(url, { agent, headers, method: body ? 'POST' : 'GET' }, async (response) => {
      const chunks = await response.toArray();
      const cookie = response.headers['set-cookie']?.[0];
      resolve({ status: response.statusCode, cookie, body: Buffer.concat(chunks).toString() });
    });
    call.on('error', reject).end(body && JSON.stringify(body));
  });
}

const connectMqtt = (options: IClientOptions) =>
  connectAsync(`mqtts://127.0.0.1:${mqttPort}`, {
    protocolVersion: 5,
    ca: ca.cert,
    servername: 'localhost',
    reconnectPeriod: 0,
    ...options,
  });

describe('a hub with a certificate', () => {
  it('serves pages and REST by HTTPS, and its cookies go no other way', async () => {
    expect((await call('/healthz')).status).toBe(200);
    const { cookie } = await call('/api/login', { body: { user: 'ana', password: PASSWORD } });
    expect(cookie).toMatch(/^__Host-pinhub-\d+=.*; Secure$/);
  });

  it('takes Socket.IO, and MQTT by TCP and WebSocket', async () => {
    const socket = io(`https://127.0.0.1:${server.port}`, {
      ca: ca.cert,
      auth: { user: 'ana', password: PASSWORD },
      transports: ['websocket'],
      forceNew: true,
    });
    await new Promise((resolve, reject) =>
      socket.on('connect', () => resolve(undefined)).on('connect_error', reject),
    );
    socket.disconnect();
    await (await connectMqtt({ username: 'ana', password: PASSWORD })).endAsync();
    const webSocket = await connectAsync(`wss://127.0.0.1:${server.port}/mqtt`, {
      username: 'ana',
      password: PASSWORD,
      wsOptions: { ca: ca.cert },
      reconnectPeriod: 0,
    });
    await webSocket.endAsync();
  });

  it('does not speak in the clear', async () => {
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
  });

  it('shows a renewed certificate to new clients, without a restart', async () => {
    const renewed = make('localhost');
    const seen = firstValueFrom(files.renewed$);
    for (const [name, text] of Object.entries(renewed)) {
      await writeFile(join(folder, 'new'), text);
      await rename(join(folder, 'new'), join(folder, `${name}.pem`));
    }
    await seen;
    ca = renewed;
    const ports = [server.port, mqttPort];
    const serials = await Promise.all(
      ports.map((port) => peerOf(port).then(({ raw }) => raw.toString('base64'))),
    );
    const shown = renewed.cert.replace(/-----.*-----|\n/g, '');
    expect(serials).toEqual([shown, shown]);
    expect((await call('/healthz')).status).toBe(200);
  });
});

describe('a client certificate', () => {
  it('lets in the user of its name, by REST and MQTT, without a password', async () => {
    const me = await call('/api/me', anas);
    expect(JSON.parse(me.body)).toMatchObject({ name: 'ana', role: 'viewer', how: 'certificate' });
    const client = await connectMqtt(anas);
    await expect(client.publishAsync('led/21/duty', '1', { qos: 1 })).rejects.toThrow(/not authorized/i);
    await client.endAsync();
  });

  it('that no authority has signed is refused', async () => {
    expect((await call('/api/me', eves)).status).toBe(401);
    await expect(connectMqtt(eves)).rejects.toThrow(/not authorized/i);
  });
});

describe('MQTT 5 with SCRAM-SHA-256', () => {
  it('accepts a client that knows the password, without it being sent, and proves that the hub knows it too', async () => {
    const scram = createScramClient('n,,', 'n=ana,r=fyko', PASSWORD);
    expect(await authenticate(scram)).toBe(`v=${scram.serverSignature()}`);
  });

  it('lets in nobody else', async () => {
    const scram = createScramClient('n,,', 'n=ana,r=fyko', 'wrong horse');
    await expect(authenticate(scram)).rejects.toThrow(/bad user name/i);
  });
});

/** Authenticates with the exchange, and leaves. Resolves to the server's last message of the exchange. */
async function authenticate(scram: ReturnType<typeof createScramClient>): Promise<string> {
  const authenticationMethod = 'SCRAM-SHA-256';
  const client = connect(`mqtt://127.0.0.1:${mqttPort}`, {
    protocol: 'mqtts',
    protocolVersion: 5,
    ca: ca.cert,
    servername: 'localhost',
    reconnectPeriod: 0,
    manualConnect: true,
    properties: { authenticationMethod, authenticationData: Buffer.from(scram.first) },
  });
  client.handleAuth = ({ properties }, callback) => {
    const authenticationData = Buffer.from(scram.final(String(properties?.authenticationData)));
    callback(undefined, {
      cmd: 'auth',
      reasonCode: 0x18,
      properties: { authenticationMethod, authenticationData },
    });
  };
  const connack = new Promise<string>((resolve, reject) => {
    client.on('connect', (packet) => resolve(String(packet.properties?.authenticationData)));
    client.on('error', reject);
  });
  client.connect();
  try {
    return await connack;
  } finally {
    await client.endAsync(true);
  }
}

function peerOf(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
