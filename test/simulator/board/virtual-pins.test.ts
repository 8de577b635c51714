import { firstValueFrom, Subject, takeUntil, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { Board } from '../../../simulator/board/board.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';

describe('virtual pins', () => {
  test('show each new duty cycle once, with nothing in between', async () => {
    const board = new Board({ clock: new VirtualClock() });
    board.setRange(21, 10_000);
    board.setDutycycle(21, 3333);
    const pin = await createVirtualPins(board).pwm(21, 'led/21');
    const enough$ = new Subject<void>();
    const seen = firstValueFrom(pin.state$.pipe(takeUntil(enough$), toArray()));
    await pin.setDuty(60);
    await pin.setFrequency(100);
    enough$.next();
    expect((await seen).map(({ dutyPercent, frequencyHz }) => [dutyPercent, frequencyHz])).toEqual([
      [33.2, 800],
      [60, 800],
      [60, 100],
    ]);
  });

  test('give every step of light that the frequency has, and leave the range to scripts', async () => {
    const board = new Board({ clock: new VirtualClock() });
    const pin = await createVirtualPins(board).pwm(21, 'led/21');
    await pin.setFrequency(100);
    expect(await pin.setDuty(33.35)).toEqual({ dutyPercent: 33.35, frequencyHz: 100, steps: 2000 });
    expect([board.range(21), board.dutycycle(21)]).toEqual([255, 85]);
    board.setDutycycle(21, 51);
    expect((await firstValueFrom(pin.state$)).dutyPercent).toBe(20);
    board.setRange(21, 25);
    await pin.setDuty(33.35);
    expect([board.range(21), board.dutycycle(21)]).toEqual([25, 8]);
  });

  test('see a pin that another program gives up, and a pin that a servo takes', async () => {
    const board = new Board({ clock: new VirtualClock() });
    const pin = await createVirtualPins(board).pwm(21, 'led/21');
    await pin.setDuty(50);
    board.setMode(21, 'input');
    expect(await firstValueFrom(pin.state$)).toMatchObject({ dutyPercent: 0, frequencyHz: 0 });
    board.setPulse(21, 1500);
    expect(await firstValueFrom(pin.state$)).toMatchObject({ dutyPercent: 7.5, frequencyHz: 50 });
  });

  test('press a button that bounces: raw edges many, filtered one', async () => {
    const clock = new VirtualClock();
    const pins = createVirtualPins(new Board({ clock }));
    const heard: Record<string, number[]> = { raw: [], steady: [] };
    const raw = await pins.input(23, 'button/23', { pull: 'up' });
    const steady = await pins.input(24, 'button/24', { pull: 'up', steadyUs: 2000 });
    raw.edges$.subscribe(({ level }) => heard.raw?.push(level));
    steady.edges$.subscribe(({ level }) => heard.steady?.push(level));
    for (const pin of [raw, steady]) pin.drive?.(0, { bounceMs: 5 });
    clock.advance(20_000);
    expect(heard.raw?.length).toBeGreaterThan(3);
    expect(heard.raw?.at(-1)).toBe(0);
    expect(heard.steady).toEqual([1, 0]);
  });

  test('complete their observables when they close', async () => {
    const pins = createVirtualPins(new Board({ clock: new VirtualClock() }));
    const pin = await pins.input(23, 'button/23', { pull: 'up' });
    const edges = firstValueFrom(pin.edges$.pipe(toArray()));
    const health = firstValueFrom(pins.health$.pipe(toArray()));
    await pins.close();
    expect(await edges).toHaveLength(1);
    expect(await health).toEqual([{ status: 'online' }]);
  });
});
