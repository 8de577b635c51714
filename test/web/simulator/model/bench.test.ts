import { describe, expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../../hub/core/index.ts';
import { findDevices } from '../../../../web/shared/devices.ts';
import { actualNumber, type Bench, pinStateOf, watchBench } from '../../../../web/simulator/model/bench.ts';
import { watchPins } from '../../../../web/simulator/model/pins.ts';

/** A hub, and the bench that a page shows for a board. */
function createScene(board = '') {
  const bus = createLocalBus(new Hub({ now: () => 0 }));
  const seen: Bench[] = [];
  const watch = () => watchBench(findDevices(bus), board, watchPins(bus, board && `${board}/`));
  watch().subscribe((bench) => seen.push(bench));
  const publish = (topic: string, payload: string | Uint8Array) =>
    bus.publish(topic, payload, { retain: true });
  const bench = () => seen.at(-1) ?? { devices: new Map(), pins: new Map() };
  return { seen, publish, bench, watch };
}

const LED = '{"kind":"led","gpio":21,"driver":"virtual"}';

const PIN = '{"mode":"output","dutyPercent":7,"frequencyHz":800,"level":1,"pulseUs":0}';

describe('a bench', () => {
  it('is empty at once, before anything has been heard', () => {
    expect(createScene().seen).toEqual([{ devices: new Map(), pins: new Map() }]);
  });

  it('knows what a device is, whether it is there, and what it does', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '42.5');
    const led = bench().devices.get('led/21');
    expect(led).toMatchObject({ kind: 'led', id: '21', isOnline: true, info: { kind: 'led', gpios: [21] } });
    expect(actualNumber(led, 'duty')).toBe(42.5);
    await publish('led/21/status', 'offline');
    expect(bench().devices.get('led/21')?.isOnline).toBe(false);
  });

  it('has no part any more for a device that has taken its description back', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', LED);
    await publish('led/5/info', LED);
    await publish('led/21/info', '');
    expect([...bench().devices.keys()]).toEqual(['led/5']);
  });

  it('has no part for the pin of another kind of board', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', '{"kind":"led","gpio":21}');
    await publish('led/21/duty/actual', '42.5');
    await publish('led/2/info', '{"kind":"led","gpio":2,"driver":"esp32"}');
    expect(bench().devices.size).toBe(0);
    expect(pinStateOf(bench(), 21)).toBeUndefined();
  });

  it('is the same bench if a message says what is known already', async () => {
    const { publish, seen } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '7');
    await publish('board/gpio/21', PIN);
    const count = seen.length;
    await publish('board/gpio/21', PIN);
    await publish('board/gpio/22', 'no pin');
    await publish('led/21/status', 'online');
    await publish('led/21/duty/actual', '7');
    await publish('led/21/duty', '7');
    expect(seen).toHaveLength(count);
  });

  it('hears what is retained, when it comes late', async () => {
    const { publish, watch } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/duty/actual', '7');
    let latest: Bench | undefined;
    watch().subscribe((bench) => {
      latest = bench;
    });
    expect(actualNumber(latest?.devices.get('led/21'), 'duty')).toBe(7);
  });

  it('keeps to its own board', async () => {
    const { publish, bench } = createScene('lab/ana');
    for (const prefix of ['', 'lab/', 'lab/ana/', 'lab/ana/x/']) {
      await publish(`${prefix}led/21/info`, LED);
      await publish(`${prefix}led/21/duty/actual`, String(prefix.length));
      await publish(`${prefix}board/gpio/${prefix.length}`, '{"mode":"output","level":1}');
    }
    expect([...bench().devices.keys()]).toEqual(['led/21']);
    expect(actualNumber(bench().devices.get('led/21'), 'duty')).toBe(8);
    expect([...bench().pins.keys()]).toEqual([8]);
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

  it('ignores bytes that are not text, and a pin that is not a number', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', new Uint8Array([0xff, 0xfe]));
    await publish('led/5/info', LED);
    await publish('led/5/duty/actual', new Uint8Array([0xff]));
    await publish('board/gpio/x', '{"mode":"output"}');
    expect([...bench().devices.keys()]).toEqual(['led/5']);
    expect(actualNumber(bench().devices.get('led/5'), 'duty')).toBeUndefined();
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

  it('is what its LED says if there is one, as on a real Pi', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/duty/actual', '25');
    await publish('led/21/frequency/actual', '100');
    expect(pinStateOf(bench(), 21)).toMatchObject({ mode: 'output', dutyPercent: 25, frequencyHz: 100 });
  });

  it('is high or low if its LED is held without PWM', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/frequency/actual', '0');
    await publish('led/21/duty/actual', '100');
    expect(pinStateOf(bench(), 21)).toMatchObject({ frequencyHz: 0, level: 1 });
  });

  it('is an input if a program has made it one', async () => {
    const { publish, bench } = createScene();
    await publish('led/21/info', LED);
    await publish('led/21/duty/actual', '0');
    await publish('board/gpio/21', '{"mode":"input","level":1}');
    expect(pinStateOf(bench(), 21)?.mode).toBe('input');
  });
});
