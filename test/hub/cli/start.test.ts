import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pinhub, pinhub } from './run-pinhub.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a hub without devices is only a broker: no driver, no pigpiod, nothing retained', async () => {
  const config = join(folder, 'pinhub.json');
  writeFileSync(config, JSON.stringify({ devices: false, port: 0, 'mqtt-port': 0, data: folder }));
  const hub = new Pinhub(['start', '--ephemeral', '--config', config]);
  await hub.says('Stop');
  expect(hub.output).toContain('none (--no-devices)');
  expect(hub.output).not.toMatch(/pigpiod|Simulator|virtual/);
  const [, url = ''] = /Dashboard +(\S+)/.exec(hub.output) ?? [];
  const topics = ['led/21/status', 'button/23/status', 'board/gpio/21'];
  const answers = await Promise.all(topics.map((topic) => fetch(`${url}/api/topics/${topic}`)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  expect(await hub.stop()).toBe(0);
});

it('names a device as its option says, takes levels for its pins, and refuses a device that is named twice or not at all', async () => {
  const options = ['start', '--ephemeral', '--port', '0', '--no-mqtt', '--no-pigpiod', '--data', folder];
  const hub = new Pinhub([...options, '--driver', 'virtual', '--device', 'led/21=Desk lamp']);
  await hub.says('Stop');
  const [, url = ''] = /Dashboard +(\S+)/.exec(hub.output) ?? [];
  await vi.waitUntil(async () => (await fetch(`${url}/api/topics/led/21/info`)).ok);
  const info = await fetch(`${url}/api/topics/led/21/info`);
  expect(await info.text()).toContain('"name":"Desk lamp"');
  await fetch(`${url}/api/topics/board/gpio/17/level`, { method: 'PUT', body: '1' });
  const pin = () => fetch(`${url}/api/topics/board/gpio/17`).then((answer) => answer.text());
  await vi.waitUntil(async () => (await pin()).includes('"mode":"input"'), { timeout: 20_000 });
  expect(await pin()).toContain('"level":1,"pull":"down"');
  expect(await hub.stop()).toBe(0);
  const twice = await pinhub([...options, '--device', 'led/21=One', 'led/21=Other']);
  expect(twice.errors).toContain('the device "led/21" is named twice');
  expect([twice.code, twice.output]).toEqual([2, '']);
  const nameless = await pinhub([...options, '--device', 'led/21=']);
  expect(nameless.errors).toContain('"led/21=" has no name after "="');
});

it('a configuration file decides the language of errors too', async () => {
  const config = join(folder, 'pinhub.json');
  writeFileSync(config, JSON.stringify({ lang: 'pt-BR', 'token-file': join(folder, 'absent') }));
  // PINHUB_LANG must be unset, because it has precedence over a file.
  const { code, errors } = await pinhub(['device', '--config', config], { PINHUB_LANG: '', LC_ALL: 'C' });
  expect([code, errors]).toEqual([2, expect.stringContaining('não pôde ser lido')]);
});
