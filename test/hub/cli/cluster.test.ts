import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { NEVER, Subject } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { openClusterKept, openWaitingRoom, type WaitingRoom } from '../../../hub/cli/cluster.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import type { Plugin } from '../../../hub/plugin.ts';
import { NO_ACTIONS } from './no-actions.ts';

async function optionsOf(...words: string[]): Promise<StartOptions> {
  let options: StartOptions | undefined;
  const start = async (given: StartOptions) => {
    options = given;
  };
  const program = createProgram('0', { ...NO_ACTIONS, start }, {});
  const command = program.commands.find((one) => one.name() === 'start');
  command?.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['start', ...words], { from: 'user' });
  return options ?? expect.unreachable('it was not started');
}

describe('the options of a cluster', () => {
  it('are servers, of one or more addresses, and names', async () => {
    expect(await optionsOf('--cluster', 'a,nats://b:4222', 'tls://c', '--hub-name', 'lab-1')).toMatchObject({
      cluster: ['nats://a', 'nats://b:4222', 'tls://c'],
      hubName: 'lab-1',
      clusterName: 'pinhub',
    });
  });

  it.each([
    ['--cluster', 'http://a', 'addresses of NATS servers'],
    ['--cluster', 'nats://', 'addresses of NATS servers'],
    ['--cluster', 'nats://ana:secret@a', '--cluster-credentials'],
    ['--hub-name', 'a.b', 'letters, digits or hyphens'],
    ['--hub-name', 'a_b', 'letters, digits or hyphens'],
    ['--cluster-name', 'x'.repeat(33), '1 to 32 letters'],
  ])('are refused with what is allowed: %s %s', async (name, value, reason) => {
    await expect(optionsOf(name, value)).rejects.toThrow(reason);
  });

  it.each([
    [['--ephemeral'], '--ephemeral'],
    [['--durability', 'power'], 'sync_interval'],
    [['--cluster-cert', 'a.pem'], '--cluster-key'],
  ])('are refused beside %s', async (words, reason) => {
    await expect(open(await optionsOf('--cluster', 'a', ...words))).rejects.toMatchObject({
      code: 'option/invalid',
      message: expect.stringContaining(reason),
    });
  });

  it('are refused beside a plug-in with a store', async () => {
    const plugin: Plugin = { name: 'mine', openStore: () => expect.unreachable('it is not asked') };
    await expect(open(await optionsOf('--cluster', 'a'), [plugin])).rejects.toThrow(
      'the plug-in "mine" brings a store',
    );
  });
});

/** Opens an impossible folder with these options: an error about the folder means that the options were accepted. */
function open({ cluster = [], ...options }: StartOptions, plugins: readonly Plugin[] = []) {
  const running = { log: pino({ level: 'silent' }), closers: new Closers(), failed$: new Subject<never>() };
  const { signal } = new AbortController();
  return openClusterKept(
    { ...options, cluster, data: '/dev/null/x' },
    { ...running, stopping: signal, stopped$: NEVER, stop: () => undefined },
    { plugins },
  );
}

const ROOT = join(import.meta.dirname, '../../..');
const STATIC = /^(?:import|export)\s(?!type\s)(?:[^'";]*?\sfrom\s)?['"](\.[^'"]+)['"]/gm;

/** The files that are loaded along with a file. */
function loadedWith(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const source = readFileSync(join(ROOT, file), 'utf8');
  for (const [, path = ''] of source.matchAll(STATIC)) loadedWith(join(dirname(file), path), loaded);
  return loaded;
}

it('a hub without a cluster loads nothing of it', () => {
  const loaded = [...loadedWith('hub/cli/start.ts')];
  expect(loaded).toContain('hub/cli/cluster.ts');
  expect(loaded.filter((file) => file.startsWith('hub/cluster/'))).toEqual([]);
});

it('the command line loads the code of no command before it runs', () => {
  const loaded = loadedWith('hub/cli/run.ts');
  expect(loaded).toContain('hub/cli/options.ts');
  for (const command of [
    'start',
    'device',
    'pub-sub',
    'accounts',
    'cert',
    'list-pins',
    'cluster-status',
    'plugins',
  ])
    expect(loaded).not.toContain(`hub/cli/${command}.ts`);
});

let rooms: WaitingRoom[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
});

async function openRoom(port = 0, basePath = ''): Promise<WaitingRoom> {
  const room = await openWaitingRoom({ port, alternatives: 0, basePath, reason: 'standby' });
  rooms.push(room);
  return room;
}

async function ask({ port }: WaitingRoom, path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.json()];
}

it('a process that stands by runs, and is not ready, at the base path of its pages', async () => {
  const room = await openRoom(0, '/pinhub');
  expect(await ask(room, '/pinhub/healthz')).toEqual([200, { ok: true }]);
  const standsBy = [503, { ok: false, reason: 'standby' }];
  for (const path of ['/pinhub/readyz', '/pinhub/', '/healthz'])
    expect(await ask(room, path)).toEqual(standsBy);
});

it('its port is free as soon as it serves, even if a watcher keeps connections open', async () => {
  const room = await openRoom();
  await ask(room, '/healthz');
  room.close();
  rooms = [];
  const next = await openRoom(room.port);
  expect(next.port).toBe(room.port);
});

it('a port that is taken is reported at once', async () => {
  const { port } = await openRoom();
  await expect(openRoom(port)).rejects.toMatchObject({ code: 'port/in-use' });
});
