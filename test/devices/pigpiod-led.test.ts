import { pino } from 'pino';
import { filter, firstValueFrom, map, timeout } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPigpiodPins } from '../../devices/drivers.ts';
import {
  KINDS,
  type Pins,
  parseDeviceAddress,
  type RunningDevices,
  runDevices,
} from '../../devices/index.ts';
import { Hub } from '../../hub/core/hub.ts';
import { createLocalBus, type LocalBus } from '../../hub/core/local-bus.ts';
import { Board } from '../../simulator/board/board.ts';
import { createPigpiodServer, type PigpiodServer } from '../../simulator/pigpiod/server.ts';

/** Generous: the test is about whether the LED follows, not when. */
const PATIENCE_MS = 10_000;

let board: Board;
let daemon: PigpiodServer;
let port: number;
let pins: Pins;
let bus: LocalBus;
let devices: RunningDevices;

beforeEach(async () => {
  port = 0;
  await startDaemon();
  const address = { hosts: ['127.0.0.1'], port, timeoutMs: 2000 };
  pins = await createPigpiodPins({ address, pollMs: 20, retryMs: 10 });
  const hub = new Hub({ now: Date.now });
  bus = createLocalBus(hub);
  devices = runDevices({
    devices: [parseDeviceAddress('led/21')],
    kinds: KINDS,
    pins,
    connect: () => createLocalBus(hub),
    log: pino({ level: 'silent' }),
  });
  await becomes('led/21/duty/actual', '50');
});
afterEach(async () => {
  await devices.close();
  await pins.close();
  await daemon.close();
});

/** A Pi that has just been switched on. */
async function startDaemon(): Promise<void> {
  board = new Board();
  daemon = createPigpiodServer({ board, port });
  ({ port } = await daemon.listen());
}

function becomes(topic: string, wanted: string): Promise<unknown> {
  const text$ = bus.messages(topic).pipe(map(({ text }) => text));
  return firstValueFrom(
    text$.pipe(
      filter((text) => text === wanted),
      timeout(PATIENCE_MS),
    ),
  );
}

test('an LED behind pigpiod shines as desired, at every step of light that the frequency gives', async () => {
  await bus.publish('led/21/duty', '33.35', { retain: true });
  await becomes('led/21/duty/actual', '33.35');
  expect(board.waveform(21)).toMatchObject({ dutyPercent: 33.35, frequencyHz: 100 });
});

test('the actual state is what another program does to the pin', async () => {
  board.setFrequency(21, 800);
  board.setRange(21, 255);
  board.setDutycycle(21, 51);
  await Promise.all([becomes('led/21/duty/actual', '20'), becomes('led/21/frequency/actual', '800')]);
});

test('a value that is asked for while another program has its own range comes out right', async () => {
  board.setRange(21, 10_000);
  await bus.publish('led/21/duty', '80', { retain: true });
  await becomes('led/21/duty/actual', '80');
  expect(board.waveform(21).dutyPercent).toBe(80);
});

test('a Pi that is switched off and on again gets its light back, and what was desired meanwhile', async () => {
  await daemon.close();
  await becomes('led/21/status', 'offline');
  await bus.publish('led/21/duty', '75', { retain: true });
  await startDaemon();
  await becomes('led/21/status', 'online');
  await becomes('led/21/duty/actual', '75');
  expect(board.waveform(21)).toMatchObject({ dutyPercent: 75, frequencyHz: 100 });
});
