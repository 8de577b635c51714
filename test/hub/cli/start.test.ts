import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Pinhub } from './run-pinhub.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a hub without devices is a broker alone: no driver, no pigpiod, nothing retained', async () => {
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
