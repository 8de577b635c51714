import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const MAIN = join(import.meta.dirname, '../../../dist/hub/main.js');
const PASSWORD = 'correct horse';

let data: string;
let hub: ChildProcess | undefined;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'pinhub-guarded-'));
});
afterEach(async () => {
  await stop();
  await rm(data, { recursive: true });
});

interface Running {
  readonly url: string;
  readonly control: string;
  readonly watch: string;
  readonly banner: string;
  /** Everything logged so far. */
  log(): string;
}

/** Starts a hub that is open to the network. In these tests, all clients are on this machine. */
async function start(...more: readonly string[]): Promise<Running> {
  const options = [
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--mqtt-port',
    '0',
    '--driver',
    'virtual',
    '--no-pigpiod',
  ];
  hub = spawn(process.execPath, [MAIN, 'start', ...options, '--data', data, '--log-level', 'trace', ...more]);
  let banner = '';
  let log = '';
  hub.stdout?.on('data', (chunk) => {
    banner += chunk;
  });
  hub.stderr?.on('data', (chunk) => {
    log += chunk;
  });
  await vi.waitUntil(() => banner.includes('Ctrl-C'), { timeout: 50_000 });
  const link = (name: string) => new RegExp(`${name} +(http\\S+)`).exec(banner)?.[1] ?? '';
  const control = link('To control');
  return {
    url: new URL(control || 'http://x').origin,
    control,
    watch: link('To watch'),
    banner,
    log: () => log,
  };
}

async function stop(): Promise<void> {
  if (!hub || hub.exitCode !== null) return;
  const gone = once(hub, 'exit');
  hub.kill('SIGTERM');
  await gone;
}

/** Runs a command with standard input; resolves to its output. */
function pinhub(words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [MAIN, ...words, '--data', data], (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}

async function cookieOf(link: string): Promise<string> {
  const response = await fetch(link, { redirect: 'manual' });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function whoAmI(
  url: string,
  headers: Record<string, string>,
): Promise<{ name?: string; role?: string }> {
  const response = await fetch(`${url}/api/me`, { headers });
  return (await response.json()) as { name?: string; role?: string };
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('a hub that is opened to the network, and has no users', () => {
  it('prints links that log in, and takes no one else', async () => {
    const { url, control, watch, banner } = await start();
    const lines = banner.trimEnd().split('\n');
    const shown = lines.slice(lines.findIndex((line) => line.includes('To control')));
    expect(shown.join('\n')).toMatch(/To control[\s\S]*To watch[\s\S]*█▀/);
    expect(shown.length, 'a window of 24 lines has room for it').toBeLessThan(24);
    expect(await pinhub(['token', 'list'])).toMatch(/^link-to-control .* next start$/m);
    expect(await whoAmI(url, { cookie: await cookieOf(control) })).toMatchObject({ role: 'controller' });
    expect(await whoAmI(url, { cookie: await cookieOf(watch) })).toMatchObject({ role: 'viewer' });
    expect((await fetch(`${url}/api/topics/led/21/duty`)).status).toBe(401);
  });

  it('makes other links at the next start, and still knows people who came in before', async () => {
    const first = await start();
    const cookie = await cookieOf(first.watch);
    await stop();
    const second = await start();
    expect(second.watch).not.toBe(first.watch);
    const token = new URL(first.watch).searchParams.get('token');
    expect(
      (await fetch(`${second.url}/?token=${token}`, { redirect: 'manual' })).headers.get('location'),
    ).toMatch(/^\/login/);
    // The cookie's name contains the port, which is different each time.
    const renamed = cookie.replace(/^pinhub-\d+/, `pinhub-${new URL(second.url).port}`);
    expect(await whoAmI(second.url, { cookie: renamed })).toMatchObject({ name: 'link-to-watch' });
  });
});

it('a hub that has users prints no links, and no longer accepts earlier ones', async () => {
  const { control } = await start();
  await stop();
  await pinhub(['user', 'add', 'ana'], `${PASSWORD}\n`);
  const { banner, log } = await start();
  const [, origin = ''] = /Share +(http:\/\/[\d.:]+)/.exec(banner) ?? [];
  expect(banner).not.toContain('token=');
  const token = new URL(control).searchParams.get('token') ?? '';
  expect(await whoAmI(origin, { authorization: `Bearer ${token}` })).not.toHaveProperty('name');
  expect(await pinhub(['token', 'list'])).toMatch(/^There are no tokens in /);
  expect(log()).not.toContain('no role');
});

it('a hub names users whose role no longer exists', async () => {
  const config = `${data}.json`;
  await writeFile(config, JSON.stringify({ roles: { pupil: { read: ['#'] } } }));
  await pinhub(['user', 'add', 'ana', '--role', 'pupil', '--config', config], `${PASSWORD}\n`);
  const { log } = await start('--config', config);
  expect(log()).not.toContain('may do nothing');
  await writeFile(config, JSON.stringify({ roles: { student: { read: ['#'] } } }));
  await vi.waitUntil(() => log().includes('may do nothing'), { timeout: 5_000 });
  expect(log()).toMatch(/ana may do nothing: there is no role \\"pupil\\" any more; there are .*student/);
  await rm(config);
});

it('lists mark a role that no longer exists, if the configuration file tells', async () => {
  const config = `${data}.json`;
  const lists = async (...options: string[]) =>
    `${await pinhub(['user', 'list', ...options])}${await pinhub(['token', 'list', ...options])}`;
  await writeFile(config, JSON.stringify({ roles: { pupil: {} } }));
  await pinhub(['user', 'add', 'ana', '--role', 'pupil', '--config', config], `${PASSWORD}\n`);
  await pinhub(['token', 'make', 'kiosk', '--role', 'pupil', '--config', config]);
  await pinhub(['token', 'make', 'board', '--role', 'device']);
  expect(await lists('--config', config)).not.toContain('no such role');
  await writeFile(config, JSON.stringify({ roles: { student: {} } }));
  const marked = await lists('--config', config);
  expect(marked).toMatch(/^ana +pupil \(no such role\) {2}\d/m);
  expect(marked).toMatch(/^kiosk +pupil \(no such role\) {2}\d/m);
  expect(marked).toMatch(/^board +device {2,}\d/m);
  expect(await lists(), 'it may be a role of a file that is not given').not.toContain('no such role');
  await rm(config);
});

describe('users and tokens of a hub that runs', () => {
  it('are admitted, and disconnected, without a restart', async () => {
    const { url } = await start();
    const token = (await pinhub(['token', 'make', 'board', '--role', 'device'])).trim();
    const bearer = { authorization: `Bearer ${token}` };
    expect(await whoAmI(url, bearer), 'at once').toMatchObject({ name: 'board' });
    expect(await pinhub(['user', 'add', 'ana', '--role', 'viewer'], `${PASSWORD}\n`)).toContain(
      `ana can log in, as viewer; kept in ${data}.`,
    );
    expect(await whoAmI(url, basic('ana', PASSWORD)), 'at once').toMatchObject({ name: 'ana' });
    expect(await pinhub(['user', 'list'])).toMatch(/^ana +viewer/m);
    expect(await pinhub(['token', 'list'])).toMatch(/^board +device/m);
    await pinhub(['token', 'revoke', 'board']);
    await vi.waitUntil(async () => (await whoAmI(url, bearer)).name === undefined, { timeout: 5_000 });
  });

  it('have names of their own, also if two are added at once', async () => {
    const adding = ['viewer', 'admin'].map((role) =>
      pinhub(['user', 'add', 'ana', '--role', role], `${PASSWORD}\n`).catch(String),
    );
    const said = await Promise.all(adding);
    expect(said.filter((text) => text.includes('there is a user "ana" already'))).toHaveLength(1);
    const role = said.findIndex((text) => text.includes('ana can log in')) === 0 ? 'viewer' : 'admin';
    expect(await pinhub(['user', 'list'])).toMatch(new RegExp(`^ana +${role} `, 'm'));
  });

  it('say what is wrong, and change nothing', async () => {
    await expect(pinhub(['user', 'add', 'a/b'], `${PASSWORD}\n`)).rejects.toThrow(/is not a valid name/);
    await expect(pinhub(['user', 'add', 'ana', '--role', 'king'], PASSWORD)).rejects.toThrow(
      /no role "king"; there are viewer/,
    );
    await expect(pinhub(['user', 'add', 'ana'], 'short\n')).rejects.toThrow(/at least 8 characters/);
    await expect(pinhub(['token', 'revoke', 'x'])).rejects.toThrow(/no token "x"/);
    expect(await pinhub(['user', 'list'])).toMatch(/^There are no users in /);
  });
});

it('roles of the configuration file are followed while the hub runs; a file that is wrong changes nothing', async () => {
  const config = `${data}.json`;
  const describeRole = (role: object) => writeFile(config, JSON.stringify({ roles: { student: role } }));
  await describeRole({ read: ['lab/%u/#'] });
  const { url, log } = await start('--config', config);
  const token = (await pinhub(['token', 'make', 'ana', '--role', 'student', '--config', config])).trim();
  const publish = async (topic: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${url}/api/topics/${topic}`, { method: 'PUT', headers, body: '1' })).status;
  };
  await vi.waitUntil(async () => (await publish('lab/ana/x')) === 403, { timeout: 5_000 });
  await describeRole({ publish: ['lab/%u/#'] });
  await vi.waitUntil(async () => (await publish('lab/ana/x')) === 200, { timeout: 5_000 });
  expect(await publish('lab/bia/x')).toBe(403);
  await describeRole({ publish: ['lab#'] });
  await vi.waitUntil(() => log().includes('roles stay as they were'), { timeout: 5_000 });
  expect(await publish('lab/ana/x')).toBe(200);
  await rm(config);
});

it('a certificate for the lab may lie with the data, and encrypts what is printed', async () => {
  const pem = (name: string) => join(data, `${name}.pem`);
  await pinhub(['cert']);
  const { control, banner } = await start('--cert', pem('cert'), '--key', pem('key'));
  expect(control).toMatch(/^https:/);
  expect(banner).toMatch(/mqtts:.*wss:/);
  expect(banner).not.toContain('in the clear');
});

/** Tries to connect with Socket.IO, sends what no hub understands, and leaves. */
async function socketIo(url: string, auth: object): Promise<void> {
  const socket = io(url, { auth, transports: ['websocket'], reconnection: false });
  try {
    await new Promise((resolve) => socket.on('connect', () => resolve(true)).on('connect_error', resolve));
    if (socket.connected) await socket.emitWithAck('nonsense', auth);
  } finally {
    socket.close();
  }
}

it('a token lets a program watch how the hub fares, if its role may read $SYS', async () => {
  const { url } = await start();
  const bearerOf = async (name: string, role: string) => {
    const token = (await pinhub(['token', 'make', name, '--role', role])).trim();
    return { headers: { authorization: `Bearer ${token}` } };
  };
  const prometheus = await bearerOf('prometheus', 'admin');
  const phone = await bearerOf('phone', 'viewer');
  const statusOf = async (init: RequestInit) => (await fetch(`${url}/metrics`, init)).status;
  await vi.waitUntil(async () => (await statusOf(prometheus)) === 200, { timeout: 20_000 });
  await vi.waitUntil(async () => (await statusOf(phone)) === 403, { timeout: 20_000 });
  expect(await statusOf({})).toBe(401);
  expect(await (await fetch(`${url}/metrics`, prometheus)).text()).toMatch(/^pinhub_ready 1$/m);
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ok: true });
});

it('no secret stands in the log, at its most talkative, or in the data folder', async () => {
  const { url, control, log, banner } = await start();
  const mqttUrl = /mqtt:\/\/localhost:\d+/.exec(banner)?.[0].replace('localhost', '127.0.0.1') ?? '';
  const token = new URL(control).searchParams.get('token') ?? '';
  const cookie = await cookieOf(control);
  await whoAmI(url, { cookie });
  await whoAmI(url, basic('ana', PASSWORD));
  await fetch(`${url}/?token=ph_wrong-token`);
  await fetch(`${url}/metrics?token=ph_wrong-token`, { headers: { authorization: `Bearer ${token}` } });
  await fetch(`${url}/api/topics/a`, { headers: { authorization: 'Bearer ph_wrong-token' } });
  await socketIo(url, { token: 'ph_wrong-token' });
  await socketIo(url, { user: 'ana', password: PASSWORD });
  await socketIo(url, { token });
  await expect(
    connectAsync(mqttUrl, { username: 'ana', password: PASSWORD, reconnectPeriod: 0 }),
  ).rejects.toThrow();
  await expect(
    connectAsync(mqttUrl, { username: 'token', password: 'ph_wrong-token', reconnectPeriod: 0 }),
  ).rejects.toThrow();
  const board = await connectAsync(mqttUrl, { username: 'token', password: token, reconnectPeriod: 0 });
  await board.publishAsync('led/21/status', 'a lie', { qos: 1 });
  await board.endAsync();
  await stop();
  const kept = await readFile(join(data, 'access.json'), 'utf8');
  expect(log()).toContain('refused: ');
  for (const secret of [
    token,
    PASSWORD,
    'ph_wrong-token',
    cookie.split('=')[1] ?? '',
    btoa(`ana:${PASSWORD}`),
  ]) {
    expect(log()).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
});
