import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../hub/cli/log.ts';
import { createHubClient } from '../../../hub/client/index.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { Pinhub } from './run-pinhub.ts';

/** The exit code that a shell reports for a program ended by SIGPIPE. */
const SIGPIPE_EXIT_CODE = 141;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-output-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a command whose reader leaves', () => {
  let server: HubServer;
  beforeAll(async () => {
    server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log: pino({ level: 'silent' }) });
  });
  afterAll(() => server.close());

  it('ends without a word: sub', async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const sub = new Pinhub(['sub', 'a/#', '--hub', url]);
    const client = createHubClient(url);
    const publishing = setInterval(() => void client.publish('a/b', 'c'), 5);
    await sub.says('a/b c');
    sub.child.stdout?.destroy();
    expect([await sub.ended(), sub.errors]).toEqual([SIGPIPE_EXIT_CODE, '']);
    clearInterval(publishing);
    await client.close();
  });

  it.each([
    ['user', 'list'],
    ['token', 'list'],
  ])('ends without a word: %s %s', async (...words) => {
    const command = new Pinhub([...words, '--data', folder]);
    command.child.stdout?.destroy();
    expect([await command.ended(), command.errors]).toEqual([SIGPIPE_EXIT_CODE, '']);
  });

  it('ends without a word: help', async () => {
    const command = new Pinhub(['start', '--help']);
    command.child.stdout?.destroy();
    await command.ended();
    expect(command.errors).toBe('');
  });
});

it('a hub goes on when nobody reads what it prints and logs', async () => {
  const port = await freePort();
  const words = [
    'start',
    '--ephemeral',
    '--no-devices',
    '--no-mqtt',
    '--data',
    folder,
    '--log-level',
    'trace',
  ];
  const hub = new Pinhub([...words, '--port', `${port}`]);
  hub.child.stdout?.destroy();
  hub.child.stderr?.destroy();
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/readyz`)
      .then(({ ok }) => ok)
      .catch(() => false);
  await vi.waitUntil(isReady, { timeout: 20_000, interval: 50 });
  for (let round = 0; round < 5; round++) {
    const client = createHubClient(url);
    await client.publish('a', `${round}`, { retain: true });
    await client.close();
  }
  expect(await (await fetch(`${url}/api/topics/a`)).text()).toBe('4');
  expect(await hub.stop()).toBe(0);
});

it.skipIf(!existsSync('/dev/full'))('a log on a full disk throws at nobody', () => {
  for (const isTerminal of [false, true]) {
    const log = createLog('info', { isTerminal, destination: '/dev/full' });
    for (let line = 0; line < 3; line++) expect(() => log.info('the disk is full')).not.toThrow();
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
