import { once } from 'node:events';
import { createServer } from 'node:net';
import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pigpiodAddress } from '../../../../devices/pins/pigpiod/address.ts';
import { createPigpiodPins } from '../../../../devices/pins/pigpiod/pigpiod-pins.ts';
import type { Pins } from '../../../../devices/pins/pins.ts';
import { idlePi, type ScriptedDaemon, startScriptedDaemon } from './scripted-daemon.ts';

let daemon: ScriptedDaemon;
let pins: Pins;

beforeEach(async () => {
  daemon = await startScriptedDaemon();
});
afterEach(async () => {
  vi.useRealTimers();
  await pins.close();
  await daemon.kill();
});

/** Connects, and discards the requests of the start. */
async function connect(): Promise<void> {
  pins = await createPigpiodPins({ address: daemon.address, retryMs: 10, pollMs: 20 });
  daemon.lines.length = 0;
}

function becomes(status: 'online' | 'offline') {
  return firstValueFrom(pins.health$.pipe(filter((health) => health.status === status)));
}

/** Takes the place of a daemon that is gone, and hangs up on this many connections. */
async function hangUp(port: number, times: number): Promise<void> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  for (let count = 0; count < times; count++) await once(server, 'connection');
  server.close();
  await once(server, 'close');
}

/** The commands that write, without those that read. */
function writes(): string[] {
  return daemon.lines.filter((line) => /^(MODES|PUD|WRITE|PWM|PRS|PFS|FG|NB) /.test(line));
}

describe('connecting', () => {
  test('changes no pin, and finds out which may be changed and which frequencies there are', async () => {
    pins = await createPigpiodPins({ address: daemon.address });
    expect(writes().every((line) => /^MODES \d+ 8$/.test(line))).toBe(true);
    const pin = await pins.pwm(21, 'led/21');
    expect(pin.frequenciesHz).toEqual([
      10, 20, 40, 50, 80, 100, 160, 200, 250, 320, 400, 500, 800, 1000, 1600, 2000, 4000, 8000,
    ]);
    await expect(pins.pwm(1, 'led/1')).rejects.toThrow('allowed are 2–27');
  });

  test('knows a daemon that was started with another sample rate', async () => {
    daemon.script = (line) => (line.startsWith('PFG') ? 4000 : idlePi(line));
    await connect();
    expect((await pins.pwm(21, 'led/21')).frequenciesHz.at(-1)).toBe(40_000);
  });

  test('tries every host in turn', async () => {
    const address = { ...daemon.address, hosts: ['127.0.0.2', '127.0.0.1'] };
    await daemon.kill();
    await daemon.start();
    pins = await createPigpiodPins({ address });
    expect(await firstValueFrom(pins.health$)).toEqual({ status: 'online' });
  });

  test('to an address without a listener says so, and how to start a daemon', async () => {
    await daemon.kill();
    await connect();
    expect(await firstValueFrom(pins.health$)).toEqual({
      status: 'offline',
      reason: `no pigpiod answers at 127.0.0.1:${daemon.address.port}; "sudo pigpiod" starts one on a Pi up to 4`,
    });
    await expect(pins.pwm(21, 'led/21')).rejects.toMatchObject({ code: 'driver/unavailable' });
    await daemon.start();
    await becomes('online');
  });

  test('to something that is not pigpiod fails', async () => {
    daemon.script = () => 0;
    await connect();
    expect(await firstValueFrom(pins.health$)).toMatchObject({ status: 'offline' });
  });
});

describe('writing', () => {
  test('sets the range to the possible steps, and the duty in those', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(50);
    expect(writes()).toEqual(['PRS 21 250', 'PWM 21 125']);
  });

  test('of darkness, on a pin that is held, lets go of the level first', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(0);
    expect(writes()).toEqual(['PRS 21 250', 'WRITE 21 0', 'PWM 21 0']);
  });

  test('notices that another program has changed the frequency, and with it the steps', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    daemon.script = (line) => (line.startsWith('PRS') ? 2000 : idlePi(line));
    await pin.setDuty(50);
    expect(writes()).toEqual(['PRS 21 250', 'PWM 21 125', 'PRS 21 2000', 'PWM 21 1000']);
  });

  test('that is refused rejects with the command and the reason', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    daemon.script = (line) => (line.startsWith('PWM') ? -8 : idlePi(line));
    await expect(pin.setDuty(50)).rejects.toMatchObject({
      code: 'driver/failed',
      message: 'pigpio refused PWM 21 125 with -8: duty cycle outside range',
    });
  });

  test('is understood however the answers are cut', async () => {
    daemon.pieceBytes = 1;
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    await pin.setDuty(20);
    expect(writes()).toEqual(['PRS 21 250', 'PWM 21 50']);
  });
});

describe('a daemon that goes', () => {
  test('while commands are under way fails them, and is offline with the reason', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    daemon.script = () => undefined;
    const written = pin.setDuty(50);
    const gone = becomes('offline');
    daemon.drop();
    await expect(written).rejects.toMatchObject({ code: 'driver/failed' });
    expect(await gone).toMatchObject({ reason: expect.stringContaining('lost pigpiod at 127.0.0.1') });
  });

  test('and comes back finds its pins set as before, in the same order', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    const button = await pins.input(23, 'button/23', { pull: 'up', steadyUs: 100 });
    await pin.setDuty(40);
    const gone = becomes('offline');
    await daemon.kill();
    await gone;
    daemon.lines.length = 0;
    await daemon.start();
    await becomes('online');
    expect(writes().filter((line) => !/^MODES \d+ 8$/.test(line))).toEqual([
      'PFS 21 0',
      'PRS 21 250',
      'PWM 21 100',
      'MODES 23 0',
      'PUD 23 2',
      'FG 23 100',
      `NB 0 ${1 << 23}`,
    ]);
    expect(button.gpio).toBe(23);
  });

  test('has outputs driven to their level again once it is back', async () => {
    await connect();
    const pin = await pins.output(17, 'relay/17');
    await pin.write(1);
    const gone = becomes('offline');
    await daemon.kill();
    await gone;
    daemon.lines.length = 0;
    await daemon.start();
    await becomes('online');
    expect(writes().filter((line) => !/^MODES \d+ 8$/.test(line))).toEqual(['WRITE 17 1']);
  });

  test('is news once, however often it is looked for', async () => {
    await connect();
    const news = firstValueFrom(
      pins.health$.pipe(
        map(({ status }) => status),
        take(3),
        toArray(),
      ),
    );
    const gone = becomes('offline');
    await daemon.kill();
    await gone;
    await hangUp(daemon.address.port, 3);
    await daemon.start();
    expect(await news).toEqual(['online', 'offline', 'online']);
  });

  test('silent counts as gone after a while', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    daemon.script = () => undefined;
    const gone = becomes('offline');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const refused = expect(pin.setDuty(50)).rejects.toThrow('no answer within 30000 ms');
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
    await gone;
  });

  test('that answers what nobody asked counts as gone', async () => {
    await connect();
    const gone = becomes('offline');
    daemon.sendToAll(new Uint8Array(16));
    expect(await gone).toMatchObject({ reason: expect.stringContaining('an answer without a request') });
  });
});

describe('observing', () => {
  test('reads what other programs do', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    const seen = firstValueFrom(pin.state$.pipe(filter(({ dutyPercent }) => dutyPercent === 80)));
    daemon.script = (line) => (line.startsWith('GDC') ? 204 : idlePi(line));
    expect(await seen).toEqual({ dutyPercent: 80, frequencyHz: 800, steps: 250 });
  });

  test('reads nothing once nobody observes any more', async () => {
    await connect();
    const pin = await pins.pwm(21, 'led/21');
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    await firstValueFrom(pin.state$);
    daemon.lines.length = 0;
    await vi.advanceTimersByTimeAsync(1000);
    await pin.setDuty(50);
    // The daemon receives commands in order: it would have received a reading before these.
    expect(daemon.lines.slice(0, 2)).toEqual(['PRS 21 250', 'PWM 21 125']);
  });

  test.each([
    ['held high', { MODEG: 1, READ: 1 }, 100, 0],
    ['held low', { MODEG: 1, READ: 0 }, 0, 0],
    ['an input that is high', { MODEG: 0, READ: 1 }, 0, 0],
    ['a servo in the middle', { MODEG: 1, GPW: 1500 }, 7.5, 50],
    ['hardware PWM', { MODEG: 2, GDC: 250_000, PRG: 1_000_000, PFG: 50_000 }, 25, 50_000],
  ])('reports the result of %s', async (_, answers: Record<string, number>, dutyPercent, frequencyHz) => {
    await connect();
    daemon.script = (line) => answers[line.split(' ')[0] ?? ''] ?? idlePi(line);
    const pin = await pins.pwm(18, 'led/18');
    expect(await firstValueFrom(pin.state$)).toMatchObject({ dutyPercent, frequencyHz });
  });
});

describe('edges', () => {
  /** Sequence number, flags, tick and levels, as the daemon sends them. */
  function report(flags: number, tickUs: number, levels: number): Buffer {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(flags, 2);
    bytes.writeUInt32LE(tickUs, 4);
    bytes.writeUInt32LE(levels, 8);
    return bytes;
  }

  test('come from reports, those of watchdogs and signs of life left out, however they are cut', async () => {
    daemon.pieceBytes = 5;
    await connect();
    const pin = await pins.input(23, 'button/23', { pull: 'up' });
    const edges = firstValueFrom(pin.edges$.pipe(take(3), toArray()));
    const high = 2 ** 23;
    daemon.notify(report(0, 1000, high));
    daemon.notify(report(0x40, 1500, 0));
    daemon.notify(report(0, 2000, high + 1));
    daemon.notify(report(0, 4_294_967_295, 1));
    expect(await edges).toEqual([
      { level: 0, tickUs: 0 },
      { level: 1, tickUs: 1000 },
      { level: 0, tickUs: 4_294_967_295 },
    ]);
  });

  test('of GPIO 31 and below are asked for by a mask of all inputs', async () => {
    daemon.script = (line) => (line.startsWith('NOIB') ? 7 : line.startsWith('MODES') ? 0 : idlePi(line));
    await connect();
    const high = await pins.input(31, 'button/31');
    await pins.input(2, 'button/2');
    await high.release();
    expect(writes().filter((line) => line.startsWith('NB'))).toEqual([
      'NB 7 2147483648',
      'NB 7 2147483652',
      'NB 7 4',
    ]);
  });
});

describe('a daemon without a free handle', () => {
  test('is asked again by the next input, and no connection is left behind', async () => {
    let isFull = true;
    daemon.script = (line) => (line.startsWith('NOIB') ? (isFull ? -24 : 7) : idlePi(line));
    await connect();
    const idle = daemon.connections;
    await expect(pins.input(23, 'button/23')).rejects.toMatchObject({ code: 'driver/failed' });
    await vi.waitUntil(() => daemon.connections === idle);
    isFull = false;
    const input = await pins.input(23, 'button/23');
    expect(writes().filter((line) => line.startsWith('NB'))).toEqual(['NB 7 8388608']);
    await input.release();
  });
});

describe('the address', () => {
  test("is that of pigpio's own clients", async () => {
    await connect();
    expect(pigpiodAddress({})).toMatchObject({ hosts: ['127.0.0.1', '::1'], port: 8888 });
    expect(pigpiodAddress({ PIGPIO_ADDR: 'pi.local', PIGPIO_PORT: '9999' })).toMatchObject({
      hosts: ['pi.local'],
      port: 9999,
    });
  });

  test.each(['0', '65536', 'x', '1.5'])('with the port %s is refused', async (port) => {
    await connect();
    expect(() => pigpiodAddress({ PIGPIO_PORT: port })).toThrow('PIGPIO_PORT');
  });
});
