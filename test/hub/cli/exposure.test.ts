import { expect, it } from 'vitest';
import { exposureOf, isReachable } from '../../../hub/cli/exposure.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { NO_ACTIONS } from './no-actions.ts';

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

it('How the hub is reached is said by options, or by the environment', async () => {
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
