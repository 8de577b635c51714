import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearest } from '../../../hub/cli/config.ts';
import { readConfigFile, readConfigRoles } from '../../../hub/cli/config-file.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { HubError } from '../../../hub/core/error.ts';
import { NO_ACTIONS } from './no-actions.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-config-'));
  path = join(folder, 'pinhub.json');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The options that the command would get, and their sources. */
async function optionsOf(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const program = createProgram('0', NO_ACTIONS, environment);
  await program.parseAsync(words, { from: 'user' });
  const find = (command: typeof program, [word, ...rest]: readonly string[]): typeof program => {
    const inner = command.commands.find((one) => one.name() === word);
    return inner ? find(inner, rest) : command;
  };
  const command = find(program, words);
  return { options: command.opts(), sourceOf: (key: string) => command.getOptionValueSource(key) };
}

describe('the strongest source decides:', () => {
  it.each([
    ['the default', {}, [], {}, true, 'default'],
    ['a file that says yes', { mqtt: true }, [], {}, true, 'config'],
    ['a file that says no', { mqtt: false }, [], {}, false, 'config'],
    ['a file that says no-mqtt', { 'no-mqtt': true }, [], {}, false, 'config'],
    ['the command line over the file', { mqtt: false }, ['--mqtt'], {}, true, 'cli'],
    ['the command line over the file, the other way', { mqtt: true }, ['--no-mqtt'], {}, false, 'cli'],
    ['the environment over the file', { mqtt: true }, [], { PINHUB_NO_MQTT: '1' }, false, 'env'],
    ['a no of the environment over the file', { mqtt: false }, [], { PINHUB_NO_MQTT: '0' }, true, 'env'],
    ['the command line over the environment', {}, ['--mqtt'], { PINHUB_NO_MQTT: '1' }, true, 'cli'],
  ])('%s', async (_title, file, words, environment, isOn, source) => {
    writeFileSync(path, JSON.stringify(file));
    const { options, sourceOf } = await optionsOf(['start', '--config', path, ...words], environment);
    expect([options.mqtt, sourceOf('mqtt')]).toEqual([isOn, source]);
  });

  it('a list replaces a list, and is not added to it', async () => {
    writeFileSync(path, JSON.stringify({ device: ['led/5', 'led/6'], limit: { sessions: 5, inFlight: 6 } }));
    const fromFile = await optionsOf(['start', '--config', path]);
    expect(fromFile.options).toMatchObject({
      device: ['led/5', 'led/6'],
      limit: { sessions: 5, inFlight: 6 },
    });
    const environment = { PINHUB_DEVICE: 'led/7', PINHUB_LIMIT: 'sessions=7' };
    const fromVariables = await optionsOf(['start', '--config', path], environment);
    expect(fromVariables.options).toMatchObject({ device: ['led/7'] });
    expect(fromVariables.options.limit).toEqual({ sessions: 7 });
    const { options } = await optionsOf(['start', '--config', path, '--device', 'led/8'], environment);
    expect(options.device).toEqual(['led/8']);
  });
});

describe('variables of the environment', () => {
  it('with a known name are accepted for every command; others are ignored', async () => {
    const known = ['PINHUB_PORT', 'PINHUB_NO_MQTT', 'PINHUB_HUB', 'PINHUB_TOKEN', 'PINHUB_TOKEN_FILE'];
    const environment = Object.fromEntries(
      [...known, 'PINHUB', 'PORT', 'XPINHUB_PROT'].map((name) => [name, '1']),
    );
    expect((await optionsOf(['start'], environment)).options).toMatchObject({ port: 1, mqtt: false });
    expect((await optionsOf(['sub', 'a'], environment)).options).toMatchObject({ hub: 'http://1' });
  });

  it.each([
    ['PINHUB_PROT', ', did you mean PINHUB_PORT?'],
    ['PINHUB_MQTTPORT', ', did you mean PINHUB_MQTT_PORT?'],
    ['PINHUB_NO_MQQT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_MQTT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_port', ', did you mean PINHUB_PORT?'],
    ['PINHUB_SERVICE_HOST', '; npx pinhub start --help lists the options'],
  ])('with an unknown name are refused, with the nearest: %s', async (name, suggestion) => {
    for (const words of [['start'], ['sub', 'a'], ['user', 'list']]) {
      await expect(optionsOf(words, { [name]: '1' })).rejects.toThrow(
        new HubError('option/invalid', `environment: ${name} is not a setting${suggestion}`),
      );
    }
  });

  it('that are empty count as unset', async () => {
    const names = ['PINHUB_HOST', 'PINHUB_PORT', 'PINHUB_EPHEMERAL', 'PINHUB_TOKEN', 'PINHUB_DATA'];
    const { options } = await optionsOf(['start'], Object.fromEntries(names.map((name) => [name, ''])));
    expect(options).toEqual((await optionsOf(['start'])).options);
  });
});

describe('a variable that switches', () => {
  const environmentOf = (value: string) =>
    Object.fromEntries(
      ['PINHUB_EPHEMERAL', 'PINHUB_NO_MQTT', 'PINHUB_NO_PIGPIOD', 'PINHUB_HOST'].map((name) => [name, value]),
    );

  it.each(['0', 'false', 'no', 'off', 'No', 'FALSE'])('is off by %j', async (value) => {
    const { options } = await optionsOf(['start'], environmentOf(value));
    expect(options).toMatchObject({ ephemeral: false, mqtt: true, pigpiod: true });
    expect(options.host).toBeUndefined();
  });

  it.each(['1', 'true', 'yes', 'on', 'True'])('is on by %j', async (value) => {
    const { options } = await optionsOf(['start'], environmentOf(value));
    expect(options).toMatchObject({ ephemeral: true, mqtt: false, pigpiod: false, host: '::' });
  });

  it.each(['maybe', '2', ' ', 'tru'])('is refused with what is allowed, by %j', async (value) => {
    for (const name of ['PINHUB_EPHEMERAL', 'PINHUB_NO_MQTT']) {
      await expect(optionsOf(['start'], { [name]: value })).rejects.toThrow(
        new HubError(
          'option/invalid',
          `environment: ${name} must be 1, true, yes, on or 0, false, no, off, not "${value}"`,
        ),
      );
    }
  });
});

describe('a configuration file', () => {
  it('has roles beside options', async () => {
    const roles = { student: { read: ['lab/%u/#'] } };
    writeFileSync(path, JSON.stringify({ port: 5001, data: '/x', roles }));
    expect([...readConfigFile(path).keys()]).toEqual(['port', 'data']);
    expect(readConfigRoles(path).get('student')).toEqual({ read: ['lab/%u/#'], publish: [], report: [] });
    expect((await optionsOf(['start', '--config', path])).options).toMatchObject({ port: 5001, data: '/x' });
  });

  it('tells only the place of the data to the commands on users and tokens', async () => {
    writeFileSync(path, JSON.stringify({ port: 'five', data: '/x', nonsense: 1 }));
    for (const words of [
      ['token', 'make', 'kiosk'],
      ['user', 'list'],
    ]) {
      const { options } = await optionsOf([...words, '--config', path]);
      expect(options).toMatchObject({ data: '/x' });
      expect(options.port).toBeUndefined();
    }
    await expect(optionsOf(['start', '--config', path])).rejects.toThrow('"port" cannot be "five"');
    await expect(optionsOf(['pub', 'a', 'b'], { PINHUB_CONFIG: path })).resolves.toBeDefined();
  });

  it('tells the commands of a cluster which one it is, whatever else it has', async () => {
    const cluster = { cluster: ['nats://a'], 'cluster-name': 'school', 'hub-name': 'lab' };
    writeFileSync(path, JSON.stringify({ port: 5001, data: '/x', ...cluster }));
    const status = await optionsOf(['cluster', 'status', '--config', path]);
    expect(status.options).toMatchObject({ cluster: ['nats://a'], clusterName: 'school' });
    const drain = await optionsOf(['cluster', 'drain', '--config', path, '--hub-name', 'other']);
    expect(drain.options).toMatchObject({ cluster: ['nats://a'], hubName: 'other' });
  });

  it.each<[string, (json: string) => Uint8Array]>([
    ['UTF-8', (json) => Buffer.from(json)],
    ['UTF-8 with a byte-order mark', (json) => Buffer.from(`\ufeff${json}`)],
    ['UTF-16 LE with a byte-order mark', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['UTF-16 BE with a byte-order mark', (json) => Buffer.from(`\ufeff${json}`, 'utf16le').swap16()],
  ])('may be in %s', async (_title, encode) => {
    writeFileSync(path, encode('{ "port": 5001, "prefix": "sala-são-joão" }'));
    const { options } = await optionsOf(['start', '--config', path]);
    expect(options).toMatchObject({ port: 5001, prefix: 'sala-são-joão' });
  });

  it('in another encoding is refused with its name', async () => {
    writeFileSync(path, Buffer.from('{ "prefix": "joão" }', 'latin1'));
    await expect(optionsOf(['start', '--config', path])).rejects.toThrow(
      `configuration file ${JSON.stringify(path)} cannot be read: it is not in UTF-8; save it as text in UTF-8`,
    );
  });

  it.each<[object, string]>([
    [{ student: { read: ['a#'] } }, '"student.read.0": "a#" is not a topic filter'],
    [{ student: { reed: ['#'] } }, '"student": "reed": allowed are only "read", "publish" and "report"'],
    [{ student: { read: '#' } }, '"student.read": must be a list of topic filters, as in ["lab/%u/#"]'],
    [{ student: { read: [5] } }, '"student.read.0": must be a topic filter in quotes'],
    [{ student: 5 }, '"student": must be an object with "read", "publish" and "report"'],
    [{ 'my students': {} }, '"my students" is not a valid role name: use 1 to 64 letters'],
    [{ student: { read: ['%z/#'] } }, '"%z/#" has an unknown placeholder; there are %u'],
  ])('with roles that mean nothing is refused with what is allowed: %j', (roles, message) => {
    writeFileSync(path, JSON.stringify({ roles }));
    expect(() => readConfigRoles(path)).toThrow(`configuration file ${JSON.stringify(path)}: roles: `);
    expect(() => readConfigRoles(path)).toThrow(message);
  });

  it('may have a per cent sign in a topic', () => {
    writeFileSync(path, JSON.stringify({ roles: { student: { read: ['humidity/%', '50%/%u'] } } }));
    expect(readConfigRoles(path).get('student')?.read).toEqual(['humidity/%', '50%/%u']);
  });
});

describe('the probable intention', () => {
  it.each([
    ['kitten', ['sitting', 'kitchen'], 'kitchen'],
    ['abcd', ['abcde', 'xbcde'], 'abcde'],
    ['durabilty', ['data', 'durability'], 'durability'],
    ['data', ['port'], undefined],
    ['a', ['b'], undefined],
    ['', ['b'], undefined],
  ])('by %j of %j is %j', (name, known, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });
});
