import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../../hub/cli/config-file.ts';
import { locatePlugin } from '../../../hub/cli/locate-plugin.ts';
import { kindsOf, loadPlugins } from '../../../hub/cli/plugins.ts';
import { parsePlugin, readKindModules } from '../../../hub/plugin.ts';
import { createMemoryPins } from '../../devices/memory-pins.ts';
import { pinhub } from './run-pinhub.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub plug-ins-'));
  const packageFolder = join(folder, 'node_modules', 'pinhub-siren');
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(join(packageFolder, 'package.json'), '{ "type": "module", "exports": "./siren.js" }');
  writeFileSync(join(packageFolder, 'siren.js'), 'export default { name: "siren" };');
  write('relay.mjs', 'export default { name: "relay", kinds: [{ kind: "relay", async open() {} }] };');
  write('led.mjs', 'export default { name: "other-led", kinds: [{ kind: "led", async open() {} }] };');
  write('broken.mjs', 'export default {');
  write('bare.mjs', 'export const name = "bare";');
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

const load = (...words: string[]) => loadPlugins({ plugin: words.map((word) => locatePlugin(word, folder)) });

describe('plug-ins are looked for', () => {
  it.each(['relay.mjs', './relay.mjs'])('a file, relative to a folder: %s', async (word) => {
    expect((await load(word)).map(({ name }) => name)).toEqual(['relay']);
  });

  it('a package that is installed there', async () => {
    expect((await load('pinhub-siren')).map(({ name }) => name)).toEqual(['siren']);
  });

  it('those of a configuration file are relative to it', () => {
    write('pinhub.json', '{ "plugins": ["./relay.mjs"] }');
    const options = readConfigFile(join(folder, 'pinhub.json'));
    expect(options.get('plugin')).toEqual([pathToFileURL(join(folder, 'relay.mjs')).href]);
  });

  it('a file or a package that does not exist is an error that names it', async () => {
    expect(() => locatePlugin('./absent.mjs', folder)).toThrow(join(folder, 'absent.mjs'));
    await expect(load('pinhub-absent')).rejects.toThrow(/"pinhub-absent" cannot be loaded/);
  });
});

describe('a plug-in that is wrong', () => {
  it.each([
    ['without a default export', 'bare.mjs', /bare\.mjs.*must be an object with a name and any of/],
    ['that is no JavaScript', 'broken.mjs', /broken\.mjs.*cannot be loaded/],
  ])('%s is named', async (_title, file, reason) => {
    await expect(load(file)).rejects.toThrow(reason);
  });

  it.each([
    ['an unknown member', { name: 'a', kind: [] }, 'it has "kind"; allowed are name, kinds, drivers'],
    ['no name', {}, '"name": must be text'],
    ['a bad name', { name: 'My Relay' }, '"name": must be small letters'],
    ['kinds that are no list', { name: 'a', kinds: {} }, '"kinds": must be a list'],
    [
      'a kind that cannot be opened',
      { name: 'a', kinds: [{ kind: 'a' }] },
      '"kinds.0.open": must be a function',
    ],
    [
      'a kind of two levels',
      { name: 'a', kinds: [{ kind: 'a/b', open() {} }] },
      '"kinds.0.kind": must be a topic',
    ],
    [
      'a card that is no address of a file',
      { name: 'a', kinds: [{ kind: 'a', open() {}, card: './card.js' }] },
      '"kinds.0.card": must be the URL of a file',
    ],
    [
      'a part from elsewhere',
      { name: 'a', kinds: [{ kind: 'a', open() {}, part: new URL('https://cdn.example/part.js') }] },
      '"kinds.0.part": must be the URL of a file',
    ],
    [
      'an authenticator of a kind that is taken',
      { name: 'a', authenticators: [{ kind: 'token' }] },
      "must not be one of the hub's own: user, token",
    ],
  ])('%s', (_title, value, reason) => {
    expect(() => parsePlugin(value, 'x.mjs')).toThrow(reason);
  });

  it('brings a kind, or a name, that is there already', async () => {
    const plugins = await load('led.mjs');
    expect(() => kindsOf(plugins)).toThrow('the kind of device "led" exists twice');
    await expect(load('relay.mjs', './relay.mjs')).rejects.toThrow('the plug-in "relay" exists twice');
  });
});

describe('what pages load for the kinds of a plug-in', () => {
  const open = () => Promise.reject(new Error('not opened here'));
  const kindWith = (card: string) => ({ kind: 'siren', open, card: pathToFileURL(join(folder, card)) });

  it('is read once, and is nothing for kinds that bring nothing', () => {
    write('card.js', 'export default () => {};');
    const kinds = [{ kind: 'bell', open }, kindWith('card.js')];
    const modules = [{ kind: 'siren', card: 'export default () => {};', part: undefined }];
    expect(readKindModules({ name: 'a', kinds })).toEqual(modules);
  });

  it('is missed at the start, with the plug-in, the kind and the path', () => {
    const kinds = [kindWith('absent.js')];
    const message = `plug-in "a": the card of its kind "siren" cannot be loaded: there is no file "${join(folder, 'absent.js')}"`;
    expect(() => readKindModules({ name: 'a', kinds })).toThrow(message);
    expect(() => readKindModules({ name: 'a', kinds: [kindWith('.')] })).toThrow('cannot be read (EISDIR)');
  });

  it('ends the start of the hub if it is missing', async () => {
    write(
      'siren.mjs',
      "export default { name: 'a', kinds: [{ kind: 'siren', async open() {}, part: new URL('./gone.js', import.meta.url) }] };",
    );
    const data = join(folder, 'data');
    const plugin = join(folder, 'siren.mjs');
    const { code, errors } = await pinhub(['start', '--port', '0', '--data', data, '--plugin', plugin]);
    expect(errors).toMatch(/^pinhub: plug-in "a": the part of its kind "siren" .*gone\.js/);
    expect(code).toBe(2);
  });
});

it('a plug-in is used itself, so that its parts may be instances of classes', () => {
  class Driver {
    readonly name = 'mine';
    async open() {
      return createMemoryPins();
    }
  }
  const plugin = { name: 'a', drivers: [new Driver()] };
  expect(parsePlugin(plugin, 'x.mjs').drivers?.[0]).toBeInstanceOf(Driver);
});
