import { BehaviorSubject, NEVER, type Observable, of, Subject, startWith, throwError } from 'rxjs';
import { expect, it, vi } from 'vitest';
import type { Edge, Pins, PinsHealth } from '../../../devices/pins/pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { createMirrorBench } from './bench.ts';

it('writes only the last of the changes that come during a write', async () => {
  const change = (dutyPercent: number) => bench.board.setLight(21, dutyPercent, 100);
  const bench = createMirrorBench({
    async begin() {
      if (bench.driver.asked.at(-1) === '21 setDuty 10') for (const percent of [20, 30, 60]) change(percent);
    },
  });
  change(10);
  await bench.mirror.pin(21).settle();
  await bench.mirror.pin(21).settle();
  expect(bench.real.waveform(21).dutyPercent).toBe(60);
  expect(bench.driver.asked.filter((what) => what.includes('setDuty'))).toEqual([
    '21 setDuty 10',
    '21 setDuty 60',
  ]);
});

it('writes nothing that the pin does already', async () => {
  const { board, mirror, driver } = createMirrorBench();
  board.setLight(21, 50, 100);
  await mirror.pin(21).settle();
  driver.asked.length = 0;
  board.setLight(21, 50, 100);
  board.setPull(21, 'up');
  await mirror.pin(21).settle();
  expect(driver.asked).toEqual([]);
});

it('gives up all pins when it closes, and leaves their light as it is', async () => {
  const { board, real, mirror, driver } = createMirrorBench();
  board.setLight(21, 42, 100);
  await mirror.pin(23).read(() => undefined);
  expect(driver.claims).toBe(2);
  await mirror.close();
  expect(driver.claims).toBe(0);
  expect(real.waveform(21).dutyPercent).toBe(42);
  board.setLight(21, 10);
  expect(real.waveform(21).dutyPercent).toBe(42);
});

it('gives the board no levels of a released input', async () => {
  const { board, real, mirror, clock } = createMirrorBench();
  real.wire(23, 1);
  const pin = mirror.pin(23);
  expect(await pin.read(() => board.level(23))).toBe(1);
  await pin.change(() => pin.forgetReads());
  expect(board.level(23)).toBe(0);
  real.wire(23, 0);
  real.wire(23, 1);
  clock.advance(2000);
  expect(board.level(23)).toBe(0);
});

it('claims an input with another resistor without a false edge', async () => {
  const { board, real, mirror } = createMirrorBench();
  real.wire(23, 1);
  const pin = mirror.pin(23);
  await pin.read(() => undefined);
  const levels: number[] = [];
  board.changes$.subscribe(() => levels.push(board.level(23)));
  await pin.change(() => board.setPull(23, 'up'));
  await pin.change(() => board.setPull(23, 'down'));
  expect(new Set(levels)).toEqual(new Set([1]));
});

it('names a fault once, until the pin could be claimed again', async () => {
  const { others, mirror, faults } = createMirrorBench();
  const read = () =>
    mirror
      .pin(23)
      .read(() => undefined)
      .catch(() => undefined);
  const holder = await others.input(23, 'gpiomon');
  await read();
  await read();
  expect(faults).toHaveLength(1);
  await holder.release();
  await read();
  await mirror.pin(23).change(() => mirror.pin(23).forgetReads());
  await others.input(23, 'gpiomon');
  await read();
  expect(faults).toHaveLength(2);
});

it.each([
  ['the driver', {}],
  ['the way to that pin alone', { health$: of<PinsHealth>({ status: 'online' }) }],
])('writes what failed once %s is online again', async (_, part) => {
  const health$ = new BehaviorSubject<PinsHealth>({ status: 'online' });
  const { others, real } = createMirrorBench();
  const isAway = () => health$.value.status === 'offline';
  const pins: Pins = {
    ...others,
    health$,
    healthOf: () => health$,
    ...part,
    async pwm(gpio, owner) {
      const pin = await others.pwm(gpio, owner);
      const setDuty: typeof pin.setDuty = async (dutyPercent) => {
        if (isAway()) throw new HubError('driver/unavailable', 'away');
        return pin.setDuty(dutyPercent);
      };
      return { ...pin, setDuty };
    },
  };
  const { board, mirror, faults } = createMirrorBench({ pins });
  board.setLight(21, 10, 100);
  await mirror.pin(21).settle();
  health$.next({ status: 'offline', reason: 'unplugged' });
  await expect(mirror.pin(21).change(() => board.setLight(21, 70))).rejects.toMatchObject({
    code: 'driver/unavailable',
  });
  // The board's change has requested a turn of its own: no attempt may be left that would see the driver's return.
  await expect(mirror.pin(21).settle()).rejects.toMatchObject({ code: 'driver/unavailable' });
  expect(faults).toEqual(['away']);
  expect(real.waveform(21).dutyPercent).toBe(10);
  health$.next({ status: 'online' });
  await vi.waitFor(() => expect(real.waveform(21).dutyPercent).toBe(70));
});

/** A driver that breaks its promise: the edges of its inputs fail, at once or later. */
function createBreakingPins(edges: () => Observable<Edge>): Pins & { readonly released: number[] } {
  const released: number[] = [];
  const input = async (gpio: number) => ({
    gpio,
    edges$: edges(),
    release: async () => void released.push(gpio),
  });
  const refuse = () => Promise.reject(new HubError('pin/unsupported', 'it has inputs only'));
  const health$ = new BehaviorSubject<PinsHealth>({ status: 'online' });
  return { driver: 'broken', health$, pwm: refuse, output: refuse, input, close: async () => {}, released };
}

it('refuses an input whose level never comes, says why, and gives it back', async () => {
  const pins = createBreakingPins(() => throwError(() => new Error('the wire is cut')));
  const { mirror, faults } = createMirrorBench({ pins });
  await expect(mirror.pin(23).read(() => undefined)).rejects.toThrow('the wire is cut');
  expect(faults).toEqual(['the wire is cut']);
  expect(pins.released).toEqual([23]);
});

it('closes even if an input never tells its level, and gives it back', async () => {
  const pins = createBreakingPins(() => NEVER);
  const { mirror, driver } = createMirrorBench({ pins });
  const reading = mirror.pin(23).read(() => undefined);
  await vi.waitUntil(() => driver.claims === 1);
  const refusal = expect(reading).rejects.toMatchObject({ code: 'driver/unavailable' });
  await mirror.close();
  await refusal;
  expect(pins.released).toEqual([23]);
});

it('gives an input up whose levels stop with an error, says why, and claims it again when it is read', async () => {
  const heard: Subject<Edge>[] = [];
  const pins = createBreakingPins(() => {
    const edges = new Subject<Edge>();
    heard.push(edges);
    return edges.pipe(startWith({ level: 1, tickUs: 0 } as const));
  });
  const { board, mirror, faults } = createMirrorBench({ pins });
  expect(await mirror.pin(23).read(() => board.level(23))).toBe(1);
  heard[0]?.error(new Error('the wire is cut'));
  await mirror.pin(23).change(() => undefined);
  expect(faults).toEqual(['the wire is cut']);
  expect(pins.released).toEqual([23]);
  expect(await mirror.pin(23).read(() => board.level(23))).toBe(1);
});
