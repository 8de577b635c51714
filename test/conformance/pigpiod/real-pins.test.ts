import { pino } from 'pino';
import { filter, firstValueFrom, map, take, timeout, toArray } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLinuxPins } from '../../../devices/drivers.ts';
import { KINDS, type Pins, parseDeviceAddress, runDevices } from '../../../devices/index.ts';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus } from '../../../hub/core/local-bus.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { Mirror } from '../../../simulator/mirror/mirror.ts';
import { createMirrorPins } from '../../../simulator/mirror/mirror-pins.ts';
import { createMemorySysfs, type MemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { PI_5, pioChip } from '../../devices/pins/linux/pi-trees.ts';
import { describeWith } from '../../programs.ts';
import { courseServer } from './course-server.ts';
import { openSession, type Session } from './session.ts';

const GPIOZERO = `
import sys
from gpiozero import *
from gpiozero.pins.pigpio import PiGPIOFactory
factory = PiGPIOFactory()
def told(): return sys.stdin.readline().strip()
# In one piece: callbacks print from another thread.
def print(*words): sys.stdout.write(' '.join(map(str, words)) + '\\n')
`;

const PIGPIO = `
import pigpio, sys
pi = pigpio.pi()
assert pi.connected
def told(): return sys.stdin.readline().strip()
def print(*words): sys.stdout.write(' '.join(map(str, words)) + '\\n')
`;

/** A Pi 5 Model B. */
const REVISION = 0xd04170;

/** Generous: the tests are about whether something happens, not when. */
const PATIENCE_MS = 50_000;

interface Bench {
  readonly session: Session;
  readonly mirror: Mirror;
  readonly faults: string[];
  close(): Promise<void>;
}

/** pigpiod in front of the pins of a driver. */
async function openBench(pins: Pins): Promise<Bench> {
  const faults: string[] = [];
  const board = new Board({ revision: REVISION });
  const mirror = new Mirror({ board, pins, onFault: ({ message }) => faults.push(message) });
  const session = await openSession({ board, mirror });
  return {
    session,
    mirror,
    faults,
    async close() {
      await session.close();
      await mirror.close();
      await pins.close();
    },
  };
}

/** The "real" pins are those of a second virtual board, which the daemon does not know: whatever it shows came through the port of pins. */
describeWith(['gpiozero', 'pigs'], 'unmodified programs in front of a driver', () => {
  let real: Board;
  let driver: Pins;
  let bench: Bench;
  let session: Session;

  beforeEach(async () => {
    real = new Board();
    driver = createVirtualPins(real);
    bench = await openBench(driver);
    session = bench.session;
  });
  afterEach(() => bench.close());

  /** The duty cycles that a real pin goes through from now on, percent. */
  const duties = (gpio: number, count: number) =>
    firstValueFrom(
      real.changes$.pipe(
        filter((changed) => changed === gpio),
        map(() => real.waveform(gpio).dutyPercent),
        filter((dutyPercent, index) => index > 0 || dutyPercent > 0),
        take(count),
        toArray(),
      ),
    );

  it('gpiozero dims a PWMLED', async () => {
    const script = session.python(`${GPIOZERO}
led = PWMLED(21, pin_factory=factory)
for value in (0.3, 0.8, 1, 0):
  led.value = value
  print(led.value, led.frequency)
  told()
led.frequency = 400
led.value = 0.25
print(led.value, led.frequency)
told()
led.close()
`);
    const seen: number[] = [];
    for (const value of ['0.3', '0.8', '1.0', '0.0']) {
      expect(await script.line()).toBe(`${value} 100`);
      seen.push(real.waveform(21).dutyPercent);
      script.tell('next');
    }
    expect(seen).toEqual([30, 80, 100, 0]);
    expect(await script.line()).toBe('0.25 400');
    expect(real.waveform(21)).toMatchObject({ dutyPercent: 25, frequencyHz: 400 });
    script.tell('close');
    await script.done();
    expect(real.waveform(21).dutyPercent).toBe(0);
  });

  it('gpiozero switches an LED, and blinks', async () => {
    const script = session.python(`${GPIOZERO}
led = LED(17, pin_factory=factory)
led.on()
print('on', led.value)
told()
led.off()
print('off', led.value)
told()
led.blink(0.02, 0.02, n=2, background=False)
print('blinked')
`);
    expect(await script.line()).toBe('on 1');
    expect(real.level(17)).toBe(1);
    script.tell('off');
    expect(await script.line()).toBe('off 0');
    expect(real.level(17)).toBe(0);
    const seen = duties(17, 4);
    script.tell('blink');
    expect(await seen).toEqual([100, 0, 100, 0]);
    await script.done();
  });

  it('gpiozero hears a real button, whose pin is pulled up', async () => {
    const script = session.python(`${GPIOZERO}
button = Button(23, pin_factory=factory)
button.when_pressed = lambda: print('pressed')
button.when_released = lambda: print('released')
print('ready', button.is_pressed)
told()
button.close()
`);
    expect(await script.line()).toBe('ready False');
    expect(real.pull(23)).toBe('up');
    for (let press = 0; press < 2; press++) {
      real.wire(23, 0);
      expect(await script.line()).toBe('pressed');
      real.wire(23, undefined);
      expect(await script.line()).toBe('released');
    }
    script.tell('close');
    expect(await script.done()).toEqual([]);
    // A closed program leaves the pin to others.
    await driver.input(23, 'other');
  });

  it('gpiozero knows the Pi 5, and that another program has a pin', async () => {
    await driver.output(17, 'gpioset');
    const script = session.python(`${GPIOZERO}
print(factory.board_info.revision if hasattr(factory, 'board_info') else factory.pi_info.revision)
try: LED(17, pin_factory=factory)
except Exception as e: print(e)
`);
    expect(await script.line()).toBe('d04170');
    expect(await script.line()).toMatch(/no permission to update GPIO/);
    expect(bench.faults).toEqual([expect.stringContaining('in use by gpioset')]);
    await script.done();
  });

  it('python3-pigpio writes, reads, and counts edges', async () => {
    const script = session.python(`${PIGPIO}
pi.write(17, 1)
print(pi.get_mode(17), pi.read(17))
pi.set_mode(23, pigpio.INPUT)
pi.set_pull_up_down(23, pigpio.PUD_UP)
print(pi.read(23), (pi.read_bank_1() >> 23) & 1)
pi.callback(23, pigpio.EITHER_EDGE, lambda g, level, tick: print(g, level))
print('ready')
told()
pi.set_servo_pulsewidth(18, 1500)
for attempt in (lambda: pi.wave_create(), lambda: pi.hardware_clock(4, 10000), lambda: pi.gpio_trigger(17, 10, 1)):
  try: print(attempt())
  except pigpio.error as e: print(e)
pi.stop()
`);
    expect([await script.line(), await script.line()]).toEqual(['1 1', '1 1']);
    expect(real.level(17)).toBe(1);
    // The client took the pin for low when it connected, so the daemon reports the real level.
    expect([await script.line(), await script.line()].sort()).toEqual(['23 1', 'ready']);
    for (const level of [0, 1, 0] as const) {
      real.wire(23, level);
      expect(await script.line()).toBe(`23 ${level}`);
    }
    script.tell('go on');
    expect(await script.done()).toEqual([
      "'No more waveform ids'",
      "'GPIO has no hardware clock'",
      "'trigger pulse length not 1-100'",
    ]);
    expect(real.waveform(18)).toMatchObject({ onUs: 1500, periodUs: 20_000 });
  });

  it('pigs dims, reads and is refused', async () => {
    expect(await session.pigs('pfs', 21, 100, 'p', 21, 128, 'gdc', 21)).toEqual(['100', '128']);
    expect(real.waveform(21)).toMatchObject({ frequencyHz: 100, dutyPercent: 50.15 });
    real.wire(23, 1);
    expect(await session.pigs('m', 23, 'r', 'r', 23)).toEqual(['1']);
    await driver.pwm(24, 'gpioset');
    expect(await session.pigs('w', 24, 1)).toEqual(['-41', 'ERROR: no permission to update GPIO']);
    expect(await session.pigs('hwver')).toEqual([String(REVISION)]);
  });

  it('a script and a device of the hub see each other', async () => {
    const device = await createMirrorPins(bench.mirror).pwm(21, 'led/21');
    const script = session.python(`${GPIOZERO}
led = PWMLED(21, pin_factory=factory)
led.value = 0.7
print('set')
told()
print(led.value)
`);
    expect(await script.line()).toBe('set');
    expect((await firstValueFrom(device.state$)).dutyPercent).toBe(70);
    await device.setDuty(20);
    expect(real.waveform(21).dutyPercent).toBe(20);
    script.tell('read');
    expect(await script.line()).toBe('0.2');
    await script.done();
  });
});

describeWith(['gpiozero', 'flask-socketio'], 'the course’s own server on the PWM of a Pi 5', () => {
  /** The channel of `dtoverlay=pwm-pio,gpio=21`. */
  const CHANNEL = 'pwmchip0/0';
  const sharedLight = ({ periodNs, dutyNs }: ReturnType<MemorySysfs['state']>) => dutyNs / periodNs;

  it('dims GPIO 21 unmodified, the dashboard shows it, and the slider reaches the same light', async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [pioChip(21, 'pwmchip0')] });
    const bench = await openBench(await createLinuxPins({ files }));
    const hub = new Hub({ now: Date.now });
    const bus = createLocalBus(hub);
    const devices = runDevices({
      devices: [parseDeviceAddress('led/21')],
      kinds: KINDS,
      pins: createMirrorPins(bench.mirror),
      connect: () => createLocalBus(hub),
      log: pino({ level: 'silent' }),
    });
    const becomes = (topic: string, wanted: string) =>
      firstValueFrom(
        bus.messages(topic).pipe(
          filter(({ text }) => text === wanted),
          timeout(PATIENCE_MS),
        ),
      );
    await becomes('led/21/status', 'online');

    const { url } = await courseServer(bench.session);
    await becomes('led/21/duty/actual', '50');
    expect(sharedLight(files.state(CHANNEL))).toBeCloseTo(0.5, 5);

    const set = async (level: number) => {
      const answer = await fetch(`${url}/led?level=${level}`, { method: 'POST' });
      expect(await answer.json()).toEqual({ level });
    };
    await set(42);
    await becomes('led/21/duty/actual', '42');
    expect(files.state(CHANNEL)).toMatchObject({ periodNs: 10_000_000, isEnabled: true });
    expect(sharedLight(files.state(CHANNEL))).toBeCloseTo(0.42, 5);

    await bus.publish('led/21/duty', '30', { retain: true });
    await becomes('led/21/duty/actual', '30');
    expect(sharedLight(files.state(CHANNEL))).toBeCloseTo(0.3, 5);
    expect(files.refusals).toEqual([]);
    expect(bench.faults).toEqual([]);

    await devices.close();
    await bench.close();
    // The light must outlast the device and the daemon.
    expect(sharedLight(files.state(CHANNEL))).toBeCloseTo(0.3, 5);
  });
});
