import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../../../../hub/storage/folder/data-folder.ts';
import { Pinhub, pinhub } from '../../cli/run-pinhub.ts';

describe('the folder for what outlives a hub', () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, RegExp]>([
    ['linux', {}, /^\/home\/ana\/\.local\/state\/pinhub$/],
    ['linux', { XDG_STATE_HOME: '/x' }, /^\/x\/pinhub$/],
    ['linux', { XDG_STATE_HOME: 'x' }, /^\/home\/ana\/\.local\/state\/pinhub$/],
    ['linux', { STATE_DIRECTORY: '/var/lib/pinhub' }, /^\/var\/lib\/pinhub$/],
    ['darwin', {}, /Application Support\/pinhub$/],
    ['win32', { LOCALAPPDATA: 'C:\\x' }, /^C:\\x.pinhub$/],
  ])('on %s with %j', (platform, environment, expected) => {
    expect(defaultDataFolder(environment, platform, () => '/home/ana')).toMatch(expected);
  });

  it.each<[string, () => string]>([
    ['an empty one', () => ''],
    [
      'none that the system knows',
      () => {
        throw new Error('uv_os_homedir returned ENOENT (no such file or directory)');
      },
    ],
  ])('of a user whose home folder is %s must be named', (_title, home) => {
    const wanted = { code: 'option/invalid', message: expect.stringMatching(/--data, .*--ephemeral/) };
    for (const platform of ['linux', 'darwin'] as const)
      expect(() => defaultDataFolder({}, platform, home)).toThrow(expect.objectContaining(wanted));
    expect(defaultDataFolder({ STATE_DIRECTORY: '/s' }, 'linux', home)).toBe('/s');
  });
});

describe('a user without a home folder', () => {
  const homeless = { HOME: '', XDG_STATE_HOME: '', STATE_DIRECTORY: '' };
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-homeless-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gets the version, help, and every command that needs no data folder or is given one', async () => {
    for (const words of [['--version'], ['start', '--help'], ['token', 'list', '--data', folder]])
      expect(await pinhub(words, homeless), words.join(' ')).toMatchObject({ code: 0, errors: '' });
  });

  it('gets to know what to do if a data folder is needed', async () => {
    for (const words of [
      ['user', 'list'],
      ['start', '--no-devices', '--port', '0', '--mqtt-port', '0'],
    ]) {
      const { code, errors } = await pinhub(words, homeless);
      expect([code, errors]).toEqual([
        2,
        expect.stringMatching(/no home folder .*--data.* \(option\/invalid\)\n$/),
      ]);
    }
  });

  it('may run an ephemeral hub, which leaves nothing behind', async () => {
    const words = ['start', '--ephemeral', '--no-devices', '--port', '0', '--mqtt-port', '0'];
    const hub = new Pinhub(words, { ...homeless, TMPDIR: folder });
    await hub.says('Stop');
    expect(await hub.stop()).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
