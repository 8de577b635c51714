import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { filter, firstValueFrom, take, toArray, VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Pins, PinsHealth } from '../../../../devices/pins/pins.ts';
import { localOf, rgpiodAddress } from '../../../../devices/pins/rgpiod/address.ts';
import { createRgpiodPins } from '../../../../devices/pins/rgpiod/create-rgpiod-pins.ts';
import { type StandInRgpiod, startStandInRgpiod } from './stand-in-rgpiod.ts';

/** Generous: the tests are about whether a state is reached, not when. */
const PATIENCE = { timeout: 30_000 };

let daemon: StandInRgpiod;
let pins: Pins;
/** Every change of health, in order. */
let health: PinsHealth['status'][];

beforeEach(async () => {
  daemon = await startStandInRgpiod();
  pins = await createRgpiodPins({ address: daemon.address, retryMs: 5, maxRetryMs: 20 });
  health = [];
  pins.health$.subscribe(({ status }) => health.push(status));
});
afterEach(async () => {
  await pins.close();
  await daemon.kill();
});

/** The requests that change a line, without the handle of the chip. */
function changes(): string[] {
  const lines = daemon.requests.map((request) => request.split(' '));
  return lines
    .filter(([name = '']) => ['GSOX', 'PX', 'GW', 'GSAX', 'GDEB', 'GR', 'GSF'].includes(name))
    .map(([name, , ...parameters]) => [name, ...parameters].join(' '));
}

const light = (gpio: number) => daemon.board.light(gpio);

describe('the chip', () => {
  test('of the header is found by its label, whatever its number, and others are closed', () => {
    expect(daemon.requests.filter((request) => request.startsWith('GO'))).toEqual([
      'GO 0',
      'GO 1',
      'GO 2',
      'GO 3',
      'GO 4',
    ]);
    expect(daemon.requests.at(-1)).toBe('GC 0');
  });

  test('of another computer is refused with the reason', async () => {
    const other = await startStandInRgpiod(new Map([[0, 'INT34C6:00']]));
    const none = await createRgpiodPins({ address: other.address });
    expect(await firstValueFrom(none.health$)).toMatchObject({
      status: 'offline',
      reason: expect.stringContaining("has no pins of a Raspberry Pi's header"),
    });
    await none.close();
    await other.kill();
  });
});

describe('PWM', () => {
  test('is given to a line that was claimed as an output before: else it would be an open drain, and dark', async () => {
    const pin = await pins.pwm(21, 'led/21');
    expect(changes()).toEqual([]);
    await pin.setFrequency(100);
    await pin.setDuty(30);
    expect(changes()).toEqual(['GSOX 0 21 0', 'GW 21 0', 'PX 21 100000 30000 0 0']);
    expect(light(21)).toBe(30);
  });

  test('of 0 % ends with a level, because the end of pulses alone leaves the line high', async () => {
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(90);
    await pin.setDuty(0);
    expect(light(21)).toBe(0);
    expect(changes().slice(-2)).toEqual(['PX 21 0 0 0 0', 'GW 21 0']);
  });

  test('that has ended already may be ended again', async () => {
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(90);
    await Promise.all([pin.setDuty(0), pin.setDuty(0)]);
    expect(light(21)).toBe(0);
  });

  test.each([
    [100, 10_000],
    [1000, 1000],
    [440, 2273],
    [0.5, 100_000],
  ])('at %d Hz has %d steps', async (frequencyHz, steps) => {
    const pin = await pins.pwm(21, 'led/21');
    expect(await pin.setFrequency(frequencyHz)).toMatchObject({ frequencyHz, steps });
  });

  test('no request is refused, no light goes dark on its way to another, and the last value stays', async () => {
    const change = fc.oneof(
      fc.record({ frequencyHz: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ frequencyHz: fc.constantFrom(0, 1, 50, 100, 440, 10_000) }),
      fc.record({ dutyPercent: fc.double({ min: 0, max: 100, noNaN: true }) }),
      fc.record({ dutyPercent: fc.constantFrom(0, 0.001, 50, 99.999, 100) }),
    );
    const pin = await pins.pwm(21, 'led');
    const law = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (all) => {
      for (const each of all) {
        const before = await firstValueFrom(pin.state$);
        daemon.board.history.length = 0;
        const after =
          'dutyPercent' in each
            ? await pin.setDuty(each.dutyPercent)
            : await pin.setFrequency(each.frequencyHz);
        const isDark = daemon.board.history.some(({ percent }) => percent === 0);
        if (before.dutyPercent > 0 && after.dutyPercent > 0) expect(isDark).toBe(false);
        expect(Math.abs(light(21) - after.dutyPercent)).toBeLessThanOrEqual(50 / after.steps);
      }
    });
    await fc.assert(law, { numRuns: 60 });
  });
});

describe('a line', () => {
  test('that another program has is in use, and the error names the program', async () => {
    daemon.board.take(21, 'gpioset');
    const refusal = { code: 'pin/in-use', message: expect.stringMatching(/GPIO 21 .*"gpioset"/) };
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject(refusal);
    await expect(pins.output(21, 'relay/21')).rejects.toMatchObject(refusal);
    await expect(pins.input(21, 'button/21')).rejects.toMatchObject(refusal);
    daemon.board.giveBack(21);
    expect((await pins.pwm(21, 'led/21')).gpio).toBe(21);
  });

  test('that another program takes before the first write is in use then', async () => {
    const pin = await pins.pwm(21, 'led/21');
    daemon.board.take(21, 'gpioset');
    await expect(pin.setDuty(50)).rejects.toMatchObject({
      code: 'pin/in-use',
      message: expect.stringContaining('gpioset'),
    });
    daemon.board.giveBack(21);
    await pin.setDuty(50);
    expect(light(21)).toBe(50);
  });

  test('that was left as an output, whose level cannot be read, is driven low: what is shown is true', async () => {
    daemon.board.leaveOutput(17, 1);
    const pin = await pins.output(17, 'relay/17');
    expect(await firstValueFrom(pin.level$)).toBe(0);
    expect(light(17)).toBe(0);
  });

  test('that was an output becomes an input, and the other way round', async () => {
    const output = await pins.pwm(21, 'led/21');
    await output.setDuty(50);
    await output.release();
    const input = await pins.input(21, 'button/21', { pull: 'up' });
    expect(await firstValueFrom(input.edges$)).toMatchObject({ level: 1 });
    await input.release();
    const again = await pins.pwm(21, 'led/21');
    expect(await firstValueFrom(again.state$)).toMatchObject({ dutyPercent: 0 });
    await again.setDuty(70);
    expect(light(21)).toBe(70);
  });

  test('ends low with the driver if it had PWM, and keeps a level', async () => {
    const led = await pins.pwm(21, 'led/21');
    await led.setDuty(10);
    const relay = await pins.output(17, 'relay/17');
    await relay.write(1);
    await pins.close();
    await vi.waitUntil(() => daemon.connections === 0, PATIENCE);
    expect([light(21), light(17)]).toEqual([0, 100]);
  });
});

describe('an input', () => {
  test('has its resistor and debounce set, and is read once edges are reported', async () => {
    await pins.input(23, 'button/23', { pull: 'down', steadyUs: 5000 });
    expect(changes()).toEqual(['GSAX 64 3 23 0', 'GDEB 23 5000', 'GR 23']);
  });

  test('reports the time of an edge in microseconds that wrap, and nothing of the silence of a watchdog', async () => {
    const pin = await pins.input(23, 'button/23', { pull: 'up' });
    const edges = firstValueFrom(pin.edges$.pipe(take(3), toArray()));
    daemon.report({ gpio: 23, level: 0, ns: (2n ** 32n + 5n) * 1000n });
    daemon.report({ gpio: 23, level: 2, ns: (2n ** 32n + 6n) * 1000n });
    daemon.report({ gpio: 24, level: 1, ns: (2n ** 32n + 7n) * 1000n });
    daemon.report({ gpio: 23, level: 1, ns: (2n ** 32n + 8n) * 1000n });
    expect((await edges).slice(1)).toEqual([
      { level: 0, tickUs: 5 },
      { level: 1, tickUs: 8 },
    ]);
  });

  test('is given back if a part of it is refused', async () => {
    const { board } = daemon;
    const answer = board.answer.bind(board);
    board.answer = (socket, name, parameters) =>
      name === 'GDEB' ? { status: -98 } : answer(socket, name, parameters);
    await expect(pins.input(23, 'button/23')).rejects.toMatchObject({ code: 'driver/failed' });
    expect(changes().at(-1)).toBe('GSF 23');
    board.answer = answer;
    const pin = await pins.pwm(23, 'led/23');
    await pin.setDuty(100);
    expect(light(23)).toBe(100);
  });

  test.each([
    ['closes in the middle of an answer', (socket: Socket) => socket.end(Buffer.alloc(9))],
    ['answers nonsense', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['floods', (socket: Socket) => socket.write(Buffer.alloc(3_000_000))],
    ['closes at once', (socket: Socket) => socket.destroy()],
  ])('that %s instead is not rgpiod, and leaves no connection', async (_, answer) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const address = { hosts: ['127.0.0.1'], port, timeoutMs: 2000 };
    const none = await createRgpiodPins({ address, retryMs: 60_000 });
    expect(await firstValueFrom(none.health$)).toMatchObject({ status: 'offline' });
    await expect(none.pwm(21, 'led/21')).rejects.toMatchObject({ code: 'driver/unavailable' });
    await vi.waitFor(() => expect(sockets.size).toBe(0), PATIENCE);
    await none.close();
    server.close();
  });

  test('has its edges however the stream is cut', async () => {
    daemon.pieceBytes = 5;
    const pin = await pins.input(23, 'button/23', { pull: 'up' });
    const edges = firstValueFrom(pin.edges$.pipe(take(2), toArray()));
    daemon.board.wire(23, 0);
    expect((await edges).map(({ level }) => level)).toEqual([1, 0]);
  });
});

describe('a daemon that goes', () => {
  test('and comes back finds its pins as before', async () => {
    const led = await pins.pwm(21, 'led/21');
    await led.setDuty(40);
    const off = await pins.pwm(20, 'led/20');
    await off.setDuty(40);
    await off.setDuty(0);
    const relay = await pins.output(17, 'relay/17');
    await relay.write(1);
    const button = await pins.input(23, 'button/23', { pull: 'up' });
    const released = firstValueFrom(button.edges$.pipe(take(2), toArray()));
    await daemon.kill();
    await vi.waitUntil(() => health.at(-1) === 'offline', PATIENCE);
    daemon.board.wire(23, 0);
    await daemon.start();
    await vi.waitUntil(() => health.at(-1) === 'online', PATIENCE);
    expect([light(21), light(20), light(17)]).toEqual([40, 0, 100]);
    expect((await released).map(({ level }) => level)).toEqual([1, 0]);
    expect(health).toEqual(['online', 'offline', 'online']);
  });

  test('makes the changes that were refused with the reason meanwhile', async () => {
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(40);
    await daemon.kill();
    await vi.waitUntil(() => health.at(-1) === 'offline', PATIENCE);
    await expect(pin.setDuty(60)).rejects.toMatchObject({
      code: 'driver/unavailable',
      message: expect.stringMatching(/rgpiod .*at 127\.0\.0\.1/),
    });
    await daemon.start();
    await vi.waitUntil(() => health.at(-1) === 'online', PATIENCE);
    expect(light(21)).toBe(60);
    expect((await firstValueFrom(pin.state$)).dutyPercent).toBe(60);
  });

  test('while another program takes a pin keeps the driver offline, naming the program, until the pin is free', async () => {
    const led = await pins.pwm(21, 'led/21');
    await led.setDuty(40);
    await (await pins.pwm(20, 'led/20')).setDuty(50);
    await daemon.kill();
    await vi.waitUntil(() => health.at(-1) === 'offline', PATIENCE);
    daemon.board.take(21, 'gpioset');
    daemon.board.history.length = 0;
    await daemon.start();
    await vi.waitUntil(() => daemon.requests.filter((request) => request === 'GO 0').length > 2, PATIENCE);
    expect(health.at(-1)).toBe('offline');
    expect(daemon.board.history.some(({ percent }) => percent > 0)).toBe(false);
    daemon.board.giveBack(21);
    await vi.waitUntil(() => health.at(-1) === 'online', PATIENCE);
    expect([light(21), light(20)]).toEqual([40, 50]);
  });

  test('silent counts as gone after a while', async () => {
    const address = { ...daemon.address, timeoutMs: 300 };
    const hasty = await createRgpiodPins({ address, retryMs: 5, maxRetryMs: 20 });
    await firstValueFrom(hasty.health$.pipe(filter(({ status }) => status === 'online')));
    const pin = await hasty.pwm(21, 'led/21');
    const isOffline = firstValueFrom(hasty.health$.pipe(filter(({ status }) => status === 'offline')));
    daemon.isMute = true;
    await expect(pin.setDuty(50)).rejects.toThrow('no answer within 300 ms');
    await isOffline;
    daemon.isMute = false;
    await vi.waitUntil(() => light(21) === 50, PATIENCE);
    await hasty.close();
  });

  test('is looked for by the given scheduler, and no longer once the driver is closed', async () => {
    const scheduler = new VirtualTimeScheduler();
    const other = await startStandInRgpiod();
    const patient = await createRgpiodPins({ address: other.address, retryMs: 100, scheduler });
    const offline = firstValueFrom(patient.health$.pipe(take(2), toArray()));
    await other.kill();
    await offline;
    await other.start();
    other.requests.length = 0;
    scheduler.flush();
    await vi.waitUntil(() => other.requests.includes('GO 4'), PATIENCE);
    expect(scheduler.now()).toBe(100);
    await patient.close();
    await vi.waitUntil(() => other.connections === 0, PATIENCE);
    expect(scheduler.actions).toEqual([]);
    await other.kill();
  });
});

describe('the address', () => {
  test("is that of lg's own clients", () => {
    expect(rgpiodAddress({})).toMatchObject({ hosts: ['127.0.0.1', '::1'], port: 8889 });
    const remote = rgpiodAddress({ LG_ADDR: 'pi.local', LG_PORT: '9999' });
    expect(remote).toMatchObject({ hosts: ['pi.local'], port: 9999 });
    expect(localOf(remote)).toMatchObject({ hosts: ['127.0.0.1', '::1'], port: 9999 });
  });

  test('with an invalid port is refused', () => {
    expect(() => rgpiodAddress({ LG_PORT: '0' })).toThrow('LG_PORT');
  });
});
