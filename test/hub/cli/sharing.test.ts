import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import {
  basesOf,
  clientAddresses,
  describeSharing,
  exposureOf,
  inviteAddresses,
  isReachable,
  outsideAddresses,
  qrCode,
  type Sharing,
} from '../../../hub/cli/sharing.ts';
import { NO_ACTIONS } from './no-actions.ts';

describe('how a hub is shared', () => {
  const sharing: Sharing = {
    bases: ['http://192.168.0.7:5000/', 'http://[fd00::1]:5000/'],
    linkTokens: { control: 'ph_c', watch: 'ph_w' },
  };

  it('is printed as two links, one to control and one to watch, and a QR code', () => {
    const text = describeSharing(sharing, wordsOf({})).map((line) => line.join(' '));
    expect(text).toEqual([
      expect.stringContaining('in the clear'),
      expect.stringContaining('npx pinhub cert'),
      'To control http://192.168.0.7:5000/?token=ph_c',
      ' http://[fd00::1]:5000/?token=ph_c',
      'To watch http://192.168.0.7:5000/?token=ph_w',
      ' http://[fd00::1]:5000/?token=ph_w',
      ' new at each start; browsers that used a link stay logged in',
    ]);
    expect(qrCode(sharing)).toMatch(/^█+\n/);
  });

  it('says nothing of what travels in the clear if nothing does, and shows no token if people log in', () => {
    const text = describeSharing(
      { bases: ['https://192.168.0.7:5000/'], linkTokens: undefined },
      wordsOf({}),
    ).join('\n');
    expect(text).toContain('https://192.168.0.7:5000/');
    expect(text).not.toMatch(/clear|token|each start/);
    expect(qrCode({ ...sharing, linkTokens: undefined })).toBeUndefined();
  });

  it('is at its own names first, and behind a proxy only at these', () => {
    const options = {
      driver: 'virtual',
      devices: true,
      prefix: '',
      interval: 20,
      pigpiod: false,
      mqtt: true,
      homeAssistantForm: 'device',
    } as const;
    const given = { ...options, durability: 'process', logLevel: 'info', name: ['pi.example'] } as const;
    const served = { scheme: 'http', port: 5000 } as const;
    expect(basesOf({ ...given, host: '192.168.0.7' }, served)).toEqual([
      'http://pi.example:5000/',
      'http://192.168.0.7:5000/',
    ]);
    expect(basesOf({ ...given, basePath: '/pinhub' }, served)).toEqual(['https://pi.example/pinhub/']);
  });

  it('is at the address that was asked for, or at all of this machine', () => {
    expect(outsideAddresses('192.168.0.7')).toEqual(['192.168.0.7']);
    expect(outsideAddresses('::')).not.toContain('127.0.0.1');
  });

  it.each([{ host: '127.0.0.1' }, { host: '127.0.0.2' }, { host: '::1' }, { host: 'localhost' }, {}])(
    'names no address for others at %j, which no other machine reaches',
    (options) => {
      expect(inviteAddresses(options)).toEqual([]);
    },
  );

  it('is for others by the names of the hub first', () => {
    expect(inviteAddresses({ host: '192.168.0.7', name: ['pi.example'] })).toEqual([
      'pi.example',
      '192.168.0.7',
    ]);
  });
});

async function parse(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<StartOptions> {
  let options: StartOptions | undefined;
  const start = async (given: StartOptions) => {
    options = given;
  };
  const program = createProgram('0', { ...NO_ACTIONS, start }, environment);
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['start', ...words], { from: 'user' });
  return options ?? expect.unreachable();
}

it('How the hub is reached is set by options, or by the environment', async () => {
  const words = [
    '--name',
    'Pinhub.example',
    'pi',
    '--base-path',
    '/pinhub/',
    '--trust-proxy',
    'loopback',
    '10.0.0.0/8',
  ];
  const more = [
    '--allow-origin',
    'https://Home.example:443',
    '--frame-ancestors',
    'http://pi:8123',
    '--www',
    'site',
  ];
  const expected = {
    names: ['pinhub.example', 'pi'],
    basePath: '/pinhub',
    trustedProxies: ['loopback', '10.0.0.0/8'],
    allowedOrigins: ['https://home.example'],
    frameAncestors: ['http://pi:8123'],
    www: 'site',
  };
  expect(exposureOf(await parse([...words, ...more]))).toEqual(expected);
  const environment = {
    PINHUB_NAME: 'pinhub.example, pi',
    PINHUB_BASE_PATH: '/pinhub',
    PINHUB_TRUST_PROXY: 'loopback 10.0.0.0/8',
    PINHUB_ALLOW_ORIGIN: 'https://home.example/',
    PINHUB_FRAME_ANCESTORS: 'http://pi:8123',
    PINHUB_WWW: 'site',
  };
  expect(exposureOf(await parse([], environment))).toEqual(expected);
});

it.each([
  ['--name', 'http://pi'],
  ['--name', 'pi:80'],
  ['--base-path', 'pinhub'],
  ['--base-path', '/a/../b'],
  ['--base-path', '/a?b'],
  ['--trust-proxy', 'proxy.example'],
  ['--allow-origin', 'home.example'],
  ['--allow-origin', '*'],
  ['--frame-ancestors', "'none'"],
])('%s %s is refused with what it should be', async (option, value) => {
  await expect(parse([option, value])).rejects.toThrow(/as in|or "loopback"/);
});

it.each([
  [[], false],
  [['--allow-origin', 'https://home.example'], false],
  [['--base-path', '/pinhub'], false],
  [['--host'], true],
  [['--name', 'pi'], true],
  [['--trust-proxy', 'loopback'], true],
])('With %j others can reach the hub: %s', async (words, isIt) => {
  expect(isReachable(await parse(words))).toBe(isIt);
});

const PORTS = { port: 5000, mqttPort: 1883 };

it.each([
  ['on its machine', {}, ['mqtt://localhost:1883', 'http://localhost:5000/']],
  ['in the network', { host: '10.0.0.7' }, ['mqtt://10.0.0.7:1883', 'http://10.0.0.7:5000/']],
  ['by IPv6', { host: 'fd00::7' }, ['mqtt://[fd00::7]:1883', 'http://[fd00::7]:5000/']],
  [
    'by name, encrypted',
    { host: '::', name: ['a.lab'], cert: 'x' },
    ['mqtts://a.lab:1883', 'https://a.lab:5000/'],
  ],
  ['through a proxy', { name: ['pi.example'], basePath: '/pinhub' }, ['https://pi.example/pinhub/']],
])('clients of other hubs reach a hub %s', (_, options, addresses) => {
  expect(clientAddresses(options, PORTS)).toEqual(addresses);
});

it('a hub without MQTT over TCP has an address for its pages only', () => {
  expect(clientAddresses({}, { port: 80, mqttPort: undefined })).toEqual(['http://localhost:80/']);
});
