import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPigpiodPins } from '../../../devices/drivers.ts';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import { assertOtherPort, describeRefused, openFacade, refuseLevels } from '../../../hub/cli/pins.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { HubError } from '../../../hub/core/error.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus } from '../../../hub/core/local-bus.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { freePort } from '../../conformance/pigpiod/free-port.ts';
import { createMemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { Pinhub } from './run-pinhub.ts';

const pins = { ...createVirtualPins(new Board()), driver: 'pigpiod' };
const at = (host: string, port: number) => ({ hosts: [host], port, timeoutMs: 2000 });

const lookUp = async (host: string) => [{ address: { raspberrypi: '127.0.0.1' }[host] ?? '192.168.1.5' }];

it.each([
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['localhost', undefined],
  ['raspberrypi', lookUp],
])('the port where the driver looks for pigpiod at %s is refused', async (host, lookUp) => {
  await expect(assertOtherPort(8888, pins, at(host, 8888), lookUp)).rejects.toMatchObject({
    code: 'option/invalid',
    message: '--pigpiod-port 8888 is where the driver pigpiod looks for its pigpiod; another is needed',
  });
});

it('another port, another machine, one without an address, and other drivers are not', async () => {
  await assertOtherPort(8889, pins, at('127.0.0.1', 8888));
  await assertOtherPort(8888, pins, at('192.168.1.5', 8888));
  await assertOtherPort(8888, pins, at('otherpi', 8888), lookUp);
  await assertOtherPort(8888, pins, at('no.such.host.invalid', 8888), () =>
    Promise.reject(new Error('ENOTFOUND')),
  );
  await assertOtherPort(8888, { ...pins, driver: 'linux' }, at('127.0.0.1', 8888));
});

it.each([
  ['en', 'led/17 is not running: GPIO 17 is in use by the program or driver "lirc"'],
  ['pt-BR', 'led/17 não está funcionando: o GPIO 17 está em uso pelo programa ou driver "lirc"'],
] as const)('the banner names a device that only its driver could refuse: %s', async (lang, text) => {
  const reason = new HubError('pin/in-use', 'GPIO 17 is in use by the program or driver "lirc"');
  const devices = { refused: async () => [{ topic: 'led/17', reason }] };
  expect(await describeRefused(devices, wordsOf({ lang }))).toEqual([text]);
});

const closers = new Closers();
afterEach(() => closers.close());

it('programs are told that this is a Pi 4 if the revision cannot be read, and the log says why', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const masked = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  const files = { ...createMemorySysfs({ chips: [] }), read: masked };
  const { board } = await openFacade(createVirtualPins(new Board()), { log, closers }, files);
  expect(board.chip).toEqual(new Board().chip);
  expect(lines.join()).toContain(
    'linux,revision cannot be read: EACCES; programs for pigpio are told that this is a Pi 4',
  );
});

it('a program that would put a level on a real pin from outside is told that the pin is real', async () => {
  const hub = new Hub({ now: () => 0 });
  const page = createLocalBus(hub);
  const told: string[] = [];
  page.messages('lab/board/gpio/error').subscribe(({ text = '' }) => told.push(text));
  refuseLevels(
    { prefix: 'lab' },
    { log: pino({ enabled: false }), closers },
    { connect: () => createLocalBus(hub) },
  );
  await page.publish('lab/board/gpio/17/level', '0');
  expect(told.map((text) => JSON.parse(text))).toMatchObject([{ code: 'pin/unsupported', payload: '0' }]);
});

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
describe('pigpiod in front of real pins', () => {
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

  it('leaves real pins alone if its port is not given', async () => {
    await start();
    expect(hub.output).toContain('Pins       second');
    expect(hub.output).not.toContain('pigpiod');
  });

  it('leaves real pins alone with --no-pigpiod, too', async () => {
    await start('--pigpiod-port', String(await freePort()), '--no-pigpiod');
    expect(hub.output).not.toContain('pigpiod ');
  });
});
