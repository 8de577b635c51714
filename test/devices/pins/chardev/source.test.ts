import { firstValueFrom, take, toArray, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type ChardevOptions, ChardevSource } from '../../../../devices/pins/chardev/source.ts';
import { createMemoryGpio, type MemoryGpio, type MemoryGpioOptions } from './memory-gpiochip.ts';

interface Opened {
  readonly gpio: MemoryGpio;
  readonly source: ChardevSource;
  readonly scheduler: VirtualTimeScheduler;
  /** Makes the source read its inputs once. */
  poll(): void;
}

function open(setting: MemoryGpioOptions = {}, options: ChardevOptions = {}): Opened {
  const gpio = createMemoryGpio(setting);
  const scheduler = new VirtualTimeScheduler();
  const source = new ChardevSource({ loadCalls: () => gpio, scheduler, ...options });
  const poll = () => {
    scheduler.maxFrames += 5;
    scheduler.flush();
  };
  scheduler.maxFrames = 0;
  return { gpio, source, scheduler, poll };
}

const onReleased = () => {};

test('a line that the kernel does not know is refused with the reason', async () => {
  const { gpio, source } = open();
  await source.input(23, {}, onReleased);
  gpio.ioctl = () => {
    throw Object.assign(new Error('ENODEV'), { code: 'ENODEV' });
  };
  const refusal = { code: 'driver/failed', message: 'the kernel refused GPIO 21 with ENODEV' };
  await expect(source.output(21, onReleased)).rejects.toMatchObject(refusal);
});

describe('an input', () => {
  test('has its resistor and debounce set', async () => {
    const { gpio, source } = open();
    await source.input(23, { pull: 'up', steadyUs: 5000 }, onReleased);
    await source.input(24, { pull: 'down' }, onReleased);
    await source.input(25, {}, onReleased);
    expect([23, 24, 25].map(gpio.describe)).toEqual([
      'input pull-up debounce 5000',
      'input pull-down',
      'input floating',
    ]);
  });

  test('has all edges since it was read last, with the times that the kernel gave them', async () => {
    const { gpio, source, poll } = open();
    const pin = await source.input(23, { pull: 'up' }, onReleased);
    const heard = firstValueFrom(pin.edges$.pipe(take(42), toArray()));
    // These are more edges than one read returns.
    for (let pulse = 0; pulse < 20; pulse++) {
      gpio.wire(23, 0);
      gpio.wire(23, 1);
    }
    const untilUs = Number((process.hrtime.bigint() / 1000n) & 0xffff_ffffn);
    poll();
    gpio.wire(23, 0);
    poll();
    const edges = await heard;
    expect(edges.map(({ level }) => level)).toEqual([
      1,
      ...Array.from({ length: 20 }, () => [0, 1]).flat(),
      0,
    ]);
    expect(edges.slice(0, -1).every(({ tickUs }) => tickUs <= untilUs)).toBe(true);
    expect(edges.at(-1)?.tickUs).toBeGreaterThanOrEqual(untilUs);
  });

  test('that another program has is in use, and the error names the program', async () => {
    const { gpio, source } = open();
    gpio.take(23, 'gpiomon');
    await expect(source.input(23, {}, onReleased)).rejects.toMatchObject({
      code: 'pin/in-use',
      message: expect.stringMatching(/GPIO 23 .*"gpiomon"/),
    });
    gpio.giveBack(23);
    expect((await source.input(23, {}, onReleased)).gpio).toBe(23);
  });

  test('that is released is free for others, and no longer read', async () => {
    const { gpio, source, scheduler } = open();
    let releases = 0;
    const pin = await source.input(23, {}, () => releases++);
    await pin.release();
    await pin.release();
    expect(releases).toBe(1);
    expect(gpio.openFiles).toBe(1); // Only the chip is open.
    expect(scheduler.actions).toEqual([]);
  });
});

describe('an output', () => {
  test('is left as it is until the first write: a line that was high already reports that', async () => {
    const { gpio, source } = open();
    const first = await source.output(17, onReleased);
    expect(await firstValueFrom(first.level$)).toBe(0);
    expect(gpio.describe(17)).toBe('input as is');
    await first.write(1);
    expect(gpio.describe(17)).toBe('output 1');
    await source.close();
    const next = new ChardevSource({ loadCalls: () => gpio });
    const again = await next.output(17, onReleased);
    expect(await firstValueFrom(again.level$)).toBe(1);
    await again.write(0);
    expect(gpio.describe(17)).toBe('output 0');
    await next.close();
  });

  test('keeps its level after its release, and its line from other programs', async () => {
    const { gpio, source } = open();
    const pin = await source.output(17, onReleased);
    await pin.write(1);
    await pin.release();
    await expect(pin.write(0)).rejects.toMatchObject({ code: 'driver/unavailable' });
    expect(gpio.describe(17)).toBe('output 1');
    expect(await firstValueFrom((await source.output(17, onReleased)).level$)).toBe(1);
  });

  test('that was released may become an input', async () => {
    const { gpio, source } = open();
    const pin = await source.output(17, onReleased);
    await pin.write(1);
    await pin.release();
    await source.input(17, { pull: 'down' }, onReleased);
    expect(gpio.describe(17)).toBe('input pull-down');
  });
});

describe('the device', () => {
  test('is opened with the first pin, and closed with all lines', async () => {
    const { gpio, source } = open();
    expect(gpio.openFiles).toBe(0);
    await source.input(23, {}, onReleased);
    await source.output(17, onReleased);
    expect(gpio.openFiles).toBe(3);
    await source.close();
    expect(gpio.openFiles).toBe(0);
  });

  test.each([
    [{ openError: 'EACCES' }, /usermod -aG gpio/],
    [{ chips: new Map([['/dev/gpiochip0', 'INT34C6:00']]) }, /no \/dev\/gpiochip\* has the pins/],
    [{ chips: new Map() }, /no \/dev\/gpiochip\* has the pins/],
  ])('that cannot be used is refused with the reason: %j', async (setting, message) => {
    const { gpio, source } = open(setting);
    const refusal = { code: 'driver/unavailable', message: expect.stringMatching(message) };
    await expect(source.input(23, {}, onReleased)).rejects.toMatchObject(refusal);
    await expect(source.output(17, onReleased)).rejects.toMatchObject(refusal);
    expect(gpio.openFiles).toBe(0);
  });

  test('that goes away takes its health along, and brings it back with all levels and later edges', async () => {
    const { gpio, source, poll } = open({}, { chipRetryMs: 5 });
    const input = await source.input(23, { pull: 'up' }, onReleased);
    const output = await source.output(17, onReleased);
    await output.write(1);
    const levels: number[] = [];
    input.edges$.subscribe(({ level }) => levels.push(level));
    const restore = breakCalls(gpio, 'read');
    poll();
    expect(await firstValueFrom(source.health$)).toMatchObject({
      status: 'offline',
      reason: expect.stringContaining('ENODEV'),
    });
    expect(gpio.openFiles).toBe(0);
    await expect(output.write(0)).rejects.toMatchObject({ code: 'driver/unavailable' });
    const stillAway = breakCalls(gpio, 'open');
    poll();
    expect(gpio.openFiles).toBe(0);
    stillAway();
    restore();
    gpio.wire(23, 0);
    poll();
    expect(await firstValueFrom(source.health$)).toEqual({ status: 'online' });
    expect([23, 17].map(gpio.describe)).toEqual(['input pull-up', 'output 0']);
    gpio.wire(23, 1);
    poll();
    expect(levels).toEqual([1, 0, 1]);
  });

  test('that came back unnoticed brings the lines back that were lost before a new one is claimed', async () => {
    const { gpio, source, poll } = open({}, { chipRetryMs: 5 });
    await source.input(23, { pull: 'up' }, onReleased);
    const restore = breakCalls(gpio, 'read');
    poll();
    const stillAway = breakCalls(gpio, 'open');
    await expect(source.output(17, onReleased)).rejects.toMatchObject({ code: 'driver/unavailable' });
    stillAway();
    restore();
    await (await source.output(17, onReleased)).write(1);
    expect(await firstValueFrom(source.health$)).toEqual({ status: 'online' });
    poll();
    expect(gpio.openFiles).toBe(3);
    expect([23, 17].map(gpio.describe)).toEqual(['input pull-up', 'output 1']);
    expect(await firstValueFrom(source.health$)).toEqual({ status: 'online' });
  });

  test('is read for inputs that are claimed after it came back', async () => {
    const { gpio, source, poll } = open({}, { chipRetryMs: 5 });
    await source.input(23, {}, onReleased);
    const restore = breakCalls(gpio, 'read');
    poll();
    restore();
    poll();
    const second = await source.input(24, {}, onReleased);
    const edges = firstValueFrom(second.edges$.pipe(take(2), toArray()));
    gpio.wire(24, 1);
    poll();
    expect((await edges).map(({ level }) => level)).toEqual([0, 1]);
  });

  test.each(['input', 'output'] as const)(
    'whose line cannot be read keeps no file of it: %s',
    async (use) => {
      const { gpio, source } = open();
      gpio.take(23, 'gpioset', 'output');
      gpio.giveBack(23);
      // The line can be opened, but its level cannot be read.
      const ioctl = gpio.ioctl;
      const GET_VALUES = 0x0e;
      Object.assign(gpio, {
        ioctl: (fd: number, request: number, bytes: Uint8Array) =>
          (request & 0xff) === GET_VALUES ? vanish() : ioctl(fd, request, bytes),
      });
      const claim = use === 'input' ? source.input(23, {}, onReleased) : source.output(23, onReleased);
      await expect(claim).rejects.toMatchObject({ code: 'driver/failed' });
      expect(gpio.openFiles).toBe(1); // Only the chip is open.
      Object.assign(gpio, { ioctl });
      expect((await source.output(23, onReleased)).gpio).toBe(23);
    },
  );
});

/** Makes a call fail until the returned function is called. */
function breakCalls(gpio: MemoryGpio, name: 'read' | 'open'): () => void {
  const intact = { [name]: gpio[name] };
  Object.assign(gpio, { [name]: vanish });
  return () => void Object.assign(gpio, intact);
}

function vanish(): never {
  throw Object.assign(new Error('ENODEV: no such device'), { code: 'ENODEV' });
}
