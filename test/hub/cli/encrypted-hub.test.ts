import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';
import { Pinhub, pinhub } from './run-pinhub.ts';

const DAY_MS = 24 * 3_600_000;
let folder: string;
let server: HubServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-encrypted-'));
  const pair = createSelfSigned({
    names: ['localhost', '127.0.0.1'],
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
  });
  await writeFile(join(folder, 'cert.pem'), pair.cert);
  const tls = { current: pair, renewed$: NEVER };
  server = await openHubServer({ port: 0, pagesFolder: folder, log: pino({ level: 'silent' }), tls });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const hubOf = (scheme: string) => ['--hub', `${scheme}://127.0.0.1:${server.port}`];

it('a hub with a certificate of its own is trusted if that is named, by all commands', async () => {
  const ca = ['--ca', join(folder, 'cert.pem')];
  expect(await pinhub(['pub', 'a', '1', ...hubOf('https'), ...ca])).toEqual({
    code: 0,
    output: '',
    errors: '',
  });
  expect(await pinhub(['sub', 'a', '-n', '1', ...hubOf('https'), ...ca])).toMatchObject({ output: '1\n' });
  const device = new Pinhub(['device', '--driver', 'virtual', ...hubOf('https'), ...ca]);
  await device.says('Ctrl-C');
  expect(await device.stop()).toBe(0);
  expect(device.errors).toBe('');
});

it.each(['pub', 'sub', 'device'])(
  'a certificate that is not trusted is distinguished from a missing one: %s',
  async (command) => {
    const words = { pub: ['a', '1'], sub: ['a'], device: ['--driver', 'virtual'] }[command] ?? [];
    const { code, errors } = await pinhub([command, ...words, ...hubOf('https')]);
    expect(errors).toMatch(
      /^pinhub: the hub at https:\S+: this machine does not trust the authority that signed its certificate; name it with --ca FILE.*\n$/,
    );
    expect(code).toBe(1);
    expect((await pinhub([command, ...words, ...hubOf('http')])).errors).toMatch(
      /use https:\/\/127\.0\.0\.1:\d+ /,
    );
  },
);

it('a file that vouches for nobody is refused', async () => {
  await writeFile(join(folder, 'empty.pem'), '\n');
  await writeFile(join(folder, 'text.pem'), 'no certificate');
  const say = async (name: string) =>
    (await pinhub(['pub', 'a', '1', ...hubOf('https'), '--ca', join(folder, name)])).errors;
  expect(await say('empty.pem')).toMatch(/"[^"]+empty\.pem" is empty \(option\/invalid\)/);
  expect(await say('text.pem')).toMatch(/holds no certificate/);
  expect(await say('none.pem')).toMatch(/cannot be read: ENOENT/);
});
