import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from '../../../../hub/storage/folder/data-folder.ts';

describe('the folder for what outlives a hub', () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, RegExp]>([
    ['linux', {}, /\/\.local\/state\/pinhub$/],
    ['linux', { XDG_STATE_HOME: '/x' }, /^\/x\/pinhub$/],
    ['linux', { STATE_DIRECTORY: '/var/lib/pinhub' }, /^\/var\/lib\/pinhub$/],
    ['darwin', {}, /Application Support\/pinhub$/],
    ['win32', { LOCALAPPDATA: 'C:\\x' }, /^C:\\x.pinhub$/],
  ])('on %s with %j', (platform, environment, expected) => {
    expect(defaultDataFolder(environment, platform)).toMatch(expected);
  });
});
