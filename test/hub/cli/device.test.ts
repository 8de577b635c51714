import { join } from 'node:path';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { createMemoryVault } from '../access/memory-vault.ts';
import { Pinhub, pinhub } from './run-pinhub.ts';

const log = pino({ level: 'silent' });
let server: HubServer;
let accounts: Accounts;
let programs: Pinhub[];

/** Starts a hub that requires a token, at the given port, or else at a free one. */
async function openHub(port = 0): Promise<void> {
  const vault = createMemoryVault();
  accounts = new Accounts(vault);
  const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  server = await openHubServer({ port, pagesFolder: '/nowhere', log, access });
}

beforeEach(async () => {
  programs = [];
  await openHub();
});
afterEach(async () => {
  for (const program of programs) await program.stop();
  await server.close();
});

const wordsFor = (port: number) => ['device', '--hub', `http://127.0.0.1:${port}`, '--driver', 'virtual'];

function run(words: readonly string[], token?: string): Pinhub {
  const program = new Pinhub(words, token === undefined ? {} : { PINHUB_TOKEN: token });
  programs.push(program);
  return program;
}

describe('devices for a hub elsewhere', () => {
  it('end with a line if it asks for a token, and none is given', async () => {
    const { code, output, errors } = await pinhub(wordsFor(server.port));
    expect(errors).toMatch(
      /^pinhub: the hub at \S+ asks for a token of role device: --token-file FILE .*\n$/,
    );
    expect({ code, output }).toEqual({ code: 1, output: '' });
  });

  it('end with a line if the token may not be a device', async () => {
    const token = await accounts.makeToken({ name: 'phone', role: 'controller' });
    const { code, errors } = await pinhub(wordsFor(server.port), { PINHUB_TOKEN: token });
    expect(errors).toMatch(/^pinhub: .* refuses us: .*"led\/21\/status".* of role device.*\n$/);
    expect(code).toBe(1);
  });

  it('end with a line when their token is revoked', async () => {
    const token = await accounts.makeToken({ name: 'board', role: 'device' });
    const program = run(wordsFor(server.port), token);
    await program.says('Ctrl-C');
    await vi.waitUntil(() => server.hub.retained.get('button/23/status')?.text === 'online', {
      timeout: 20_000,
    });
    await accounts.revokeToken('board');
    expect(await program.ended()).toBe(1);
    expect(program.errors).toMatch(/^pinhub: .* refuses us: .*\n$/);
  });

  it('may be of a kind that a plug-in brings', async () => {
    const token = await accounts.makeToken({ name: 'board', role: 'device' });
    const plugin = join(import.meta.dirname, '../../../examples/plugin-relay/relay.mjs');
    const words = [...wordsFor(server.port), '--plugin', plugin, '--device', 'relay/17=Pump'];
    const program = run(words, token);
    await program.says('Ctrl-C');
    expect(program.output).toMatch(/Devices +relay\/17\n/);
    const retained = (topic: string) => server.hub.retained.get(topic)?.text;
    await vi.waitUntil(() => retained('relay/17/status') === 'online', { timeout: 20_000 });
    expect(JSON.parse(retained('relay/17/info') ?? '')).toMatchObject({
      kind: 'relay',
      name: 'Pump',
      gpio: 17,
    });
    await server.connect().publish('relay/17/on', 'true', { retain: true });
    await vi.waitUntil(() => retained('relay/17/on/actual') === 'true', { timeout: 20_000 });
    expect(await program.stop()).toBe(0);
    expect(retained('relay/17/status')).toBe('offline');
  });

  it('end with a line if a plug-in cannot be loaded', async () => {
    const { code, errors } = await pinhub([...wordsFor(server.port), '--plugin', '/nowhere/relay.mjs']);
    expect(errors).toMatch(
      /'--plugin <file...>' .* there is no file "\/nowhere\/relay\.mjs" for a plug-in\./,
    );
    expect(code).toBe(2);
  });

  it('wait for a hub that is away, and say so once; and once more when it is back', async () => {
    const { port } = server;
    await server.close();
    const program = run(wordsFor(port));
    await program.says('Ctrl-C');
    await program.says(`waiting for http://127.0.0.1:${port}`);
    server = await openHubServer({ port, pagesFolder: '/nowhere', log });
    await program.says(`connected to http://127.0.0.1:${port}`);
    expect(program.errors.trimEnd().split('\n')).toHaveLength(2);
    expect(await program.stop()).toBe(0);
  });
});

it('sub says which topic is which if there are several, unless only values are asked for', async () => {
  const { port } = server;
  await server.close();
  server = await openHubServer({ port, pagesFolder: '/nowhere', log });
  await server.connect().publish('a/b', '1', { retain: true });
  const sub = async (...words: string[]) => {
    const { output } = await pinhub(['sub', ...words, '-n', '1', '--hub', `http://127.0.0.1:${port}`]);
    return output;
  };
  expect(await sub('a/b')).toBe('1\n');
  expect(await sub('a/b', '-v')).toBe('a/b 1\n');
  expect(await sub('a/+')).toBe('a/b 1\n');
  expect(await sub('a/b', 'c')).toBe('a/b 1\n');
  expect(await sub('a/#', '--no-verbose')).toBe('1\n');
});

it('a subscriber sees when the hub goes and comes, beside what is published', async () => {
  const { port } = server;
  await server.close();
  server = await openHubServer({ port, pagesFolder: '/nowhere', log });
  await server.connect().publish('a', '1', { retain: true });
  const program = run(['sub', 'a', '--hub', `http://127.0.0.1:${port}`]);
  await program.says('1\n');
  await server.close();
  await program.says('waiting for');
  server = await openHubServer({ port, pagesFolder: '/nowhere', log });
  await program.says('connected to');
  expect(program.output).toBe('1\n');
  expect(program.errors.trimEnd().split('\n')).toHaveLength(2);
});
