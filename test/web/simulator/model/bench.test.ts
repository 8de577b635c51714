import { describe, expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../../hub/core/index.ts';
import {
  actualNumber,
  type Bench,
  pinStateOf,
  wantedNumber,
  watchBench,
} from '../../../../web/simulator/model/bench.ts';

/** A hub, and the bench that a page behind a prefix sees. */
function createScene(prefix = '') {
  const bus = createLocalBus(new Hub({ now: () => 0 }));
  const seen: Bench[] = [];
  watchBench(bus, prefix).subscribe((bench) => seen.push(bench));
  const publish = (topic: string, payload: string | Uint8Array) =>
    bus.publish(topic, payload, { retain: true });
  return { bus, seen, publish, bench: () => seen.at(-1) ?? { devices: new Map(), pins: new Map() } };
}

describe('a bench', () => {
  it('is empty at once, before anything has been heard', () => {
    expect(createScene().seen).toHaveLength(1);
  });

  it('knows what a device is, whether it is there, and what it does', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', '{"kind":"led","gpio":21}');
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '42.5');
    const led = bench().devices.get('led/21');
    expect(led).toMatchObject({ kind: 'led', id: '21', isOnline: true, info: { kind: 'led', gpio: 21 } });
    expect(actualNumber(led, 'duty')).toBe(42.5);
  });

  it('forgets a description that is taken back, and a device that goes offline', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', '{"kind":"led"}');
    await publish('led/21/status', 'online');
    await publish('led/21/info', '');
    await publish('led/21/status', 'offline');
    expect(bench().devices.get('led/21')).toMatchObject({ info: undefined, isOnline: false });
  });

  it('is the same bench where a message says what is known already', async () => {
    const { publish, seen } = createScene();
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '7');
    const count = seen.length;
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '7');
    expect(seen).toHaveLength(count);
  });

  it('hears what is retained, when it comes late', async () => {
    const { bus, publish } = createScene();
    await publish('led/21/duty/actual', '7');
    let latest: Bench | undefined;
    watchBench(bus, '').subscribe((bench) => {
      latest = bench;
    });
    expect(actualNumber(latest?.devices.get('led/21'), 'duty')).toBe(7);
  });

  it('keeps to its own prefix', async () => {
    const { publish, bench } = createScene('ana/');
    await publish('led/21/duty/actual', '1');
    await publish('ana/led/21/duty/actual', '2');
    await publish('ana/board/gpio/17', '{"mode":"output","level":1}');
    expect([...bench().devices.keys()]).toEqual(['led/21']);
    expect(actualNumber(bench().devices.get('led/21'), 'duty')).toBe(2);
    expect(bench().pins.get(17)?.level).toBe(1);
  });

  it('keeps what is wanted of bounce, which nothing reports back', async () => {
    const { publish, bench } = createScene();
    await publish('button/23/bounce', '10');
    expect(wantedNumber(bench().devices.get('button/23'), 'bounce')).toBe(10);
  });

  it.each(['banana', '[]', 'null', '{"mode":7}', ''])(
    'takes %j on a pin for no state, and stays',
    async (text) => {
      const { publish, bench } = createScene();
      await publish('board/gpio/17', '{"mode":"output","level":1}');
      await publish('board/gpio/17', text);
      expect(bench().pins.has(17)).toBe(false);
    },
  );

  it('is not upset by bytes that are no text, or by a pin that is no number', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', new Uint8Array([0xff, 0xfe]));
    await publish('led/21/duty/actual', new Uint8Array([0xff]));
    await publish('board/gpio/x', '{"mode":"output"}');
    expect(actualNumber(bench().devices.get('led/21'), 'duty')).toBeUndefined();
    expect(bench().pins.size).toBe(0);
  });

  it('bounds what a pin claims', async () => {
    const { publish, bench } = createScene();
    await publish(
      'board/gpio/17',
      '{"mode":"output","dutyPercent":1e9,"frequencyHz":-3,"level":9,"pulseUs":"x"}',
    );
    expect(bench().pins.get(17)).toEqual({
      mode: 'output',
      dutyPercent: 0,
      frequencyHz: 0,
      level: 0,
      pulseUs: 0,
    });
  });
});

describe("a pin's state", () => {
  it('is what the virtual board says', async () => {
    const { publish, bench } = createScene();
    await publish(
      'board/gpio/17',
      '{"mode":"output","function":"pwm","dutyPercent":25,"frequencyHz":800,"level":1}',
    );
    expect(pinStateOf(bench(), 17)).toMatchObject({ dutyPercent: 25, frequencyHz: 800 });
    expect(pinStateOf(bench(), 18)).toBeUndefined();
  });

  it('is what its LED says where there is one, as on a real Pi', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/duty/actual', '25');
    await publish('led/21/frequency/actual', '100');
    expect(pinStateOf(bench(), 21)).toMatchObject({ mode: 'output', dutyPercent: 25, frequencyHz: 100 });
  });

  it('is high or low where its LED is held without PWM', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/frequency/actual', '0');
    await publish('led/21/duty/actual', '100');
    expect(pinStateOf(bench(), 21)).toMatchObject({ frequencyHz: 0, level: 1 });
  });

  it('is an input where a program has made it one', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/duty/actual', '0');
    await publish('board/gpio/21', '{"mode":"input","level":1}');
    expect(pinStateOf(bench(), 21)?.mode).toBe('input');
  });
});
