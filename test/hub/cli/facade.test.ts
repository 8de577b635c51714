import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPigpiodPins } from '../../../devices/drivers.ts';
import { freePort } from '../../conformance/pigpiod/free-port.ts';
import { Pinhub } from './run-pinhub.ts';

const SIMULATOR = new URL('../../../dist/simulator/index.js', import.meta.url).href;

/** A driver whose pins are those of a second virtual board. It prints what they do. */
const DRIVER = `
import { Board, createVirtualPins } from '${SIMULATOR}';
const board = new Board();
board.changes$.subscribe((gpio) => console.log('real', gpio, board.waveform(gpio).dutyPercent));
const open = async () => ({ ...createVirtualPins(board), driver: 'second' });
export default { name: 'second', drivers: [{ name: 'second', open }] };
`;

let folder: string;
let hub: Pinhub;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-facade-'));
  writeFileSync(join(folder, 'second.mjs'), DRIVER);
});
afterEach(async () => {
  await hub.stop();
  rmSync(folder, { recursive: true });
});

/** Starts a hub on those pins. */
async function start(...words: string[]): Promise<void> {
  const options = ['start', '--ephemeral', '--port', '0', '--no-mqtt', '--data', folder];
  hub = new Pinhub([...options, '--plugin', join(folder, 'second.mjs'), '--driver', 'second', ...words]);
  await hub.says('Stop');
}

it('serves pigpiod in front of real pins if its port is given, and devices share them', async () => {
  const port = await freePort();
  await start('--pigpiod-port', String(port));
  expect(hub.output).toMatch(`port ${port}: any pigpio program drives the real pins (driver second)`);
  const script = await createPigpiodPins({ address: { hosts: ['127.0.0.1'], port, timeoutMs: 5000 } });
  const pin = await script.pwm(21, 'script');
  await pin.setFrequency(100);
  await pin.setDuty(30);
  await hub.says('real 21 30');
  const [, url = ''] = /Dashboard +(\S+)/.exec(hub.output) ?? [];
  const actual = () => fetch(`${url}/api/topics/led/21/duty/actual`).then((answer) => answer.text());
  await vi.waitUntil(async () => (await actual()) === '30', { timeout: 20_000 });
  await fetch(`${url}/api/topics/led/21/duty`, { method: 'PUT', body: '70' });
  await hub.says('real 21 70');
  await script.close();
});

it('leaves real pins alone if it is not', async () => {
  await start();
  expect(hub.output).toContain('Pins       second');
  expect(hub.output).not.toContain('pigpiod');
});

it('leaves them alone with --no-pigpiod, too', async () => {
  await start('--pigpiod-port', String(await freePort()), '--no-pigpiod');
  expect(hub.output).not.toContain('pigpiod ');
});
