import { BehaviorSubject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { createSysfsPins } from '../../../devices/pins/linux/create-linux-pins.ts';
import type { Pins, PinsHealth } from '../../../devices/pins/pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { createMemorySysfs, type MemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { PI_5, RP1_CHIP } from '../../devices/pins/linux/pi-trees.ts';
import { words } from '../pigpiod/client.ts';
import { createMirrorBench, type MirrorBenchOptions } from './bench.ts';

/** A script drives GPIO 21 with 30 % at 100 Hz. */
async function createLitBench(options?: MirrorBenchOptions) {
  const bench = createMirrorBench(options);
  const script = bench.connect();
  await script.request([7, 21, 100], [6, 21, 2000], [5, 21, 600]);
  bench.driver.asked.length = 0;
  return { ...bench, script };
}

describe('another program that changes a real pin', () => {
  it('is seen by scripts, with the duty cycle in their range, and has the last word', async () => {
    const { real, mirror, driver, script } = await createLitBench();
    real.setLight(21, 45, 400);
    await mirror.pin(21).settle();
    expect(await script.request([83, 21], [23, 21])).toEqual([900, 400]);
    expect(driver.asked).toEqual([]);
    expect(real.waveform(21)).toMatchObject({ dutyPercent: 45, frequencyHz: 400 });
  });

  it('is told to watchers of the pin, with each edge', async () => {
    const { clock, real, connect, script } = await createLitBench();
    const reader = connect();
    const [handle = -1] = await reader.request([99]);
    await script.request([4, 21, 0], [19, handle, 1 << 21]);
    reader.reports();
    for (const level of [1, 0, 1] as const) {
      real.write(21, level);
      expect(await script.request([3, 21])).toEqual([level]);
      clock.advance(2000);
    }
    expect(reader.reports().map(({ levels }) => (levels >>> 21) & 1)).toEqual([1, 0, 1]);
    // A level is not PWM, as with pigpio.
    expect(await script.request([83, 21])).toEqual([-92]);
  });

  it('leaves the next word to a script, also if that asks for what the board shows already', async () => {
    const { real, mirror, script } = await createLitBench();
    // Hardware PWM has frequencies that the board can only approximate.
    await script.request([5, 18, 100]);
    real.setHardwarePwm(18, 25_000, 400_000);
    await mirror.pin(18).settle();
    expect(await script.request([83, 18], [23, 18])).toEqual([102, 8000]);
    expect(real.waveform(18)).toMatchObject({ dutyPercent: 40, frequencyHz: 25_000 });
    await script.request([5, 18, 102]);
    expect(real.waveform(18)).toMatchObject({ dutyPercent: 40, frequencyHz: 8000 });
  });

  it.each([
    ['before', 1, 100],
    ['after', 2, 40],
  ])('during a script’s write has the last word if it comes last: %s it', async (_, moment, dutyPercent) => {
    let moments = 0;
    const { real, board, mirror, script } = await createLitBench({
      async begin() {
        if (moments > 0 && --moments === 0) real.setLight(21, 40);
      },
    });
    moments = moment;
    await script.request([4, 21, 1]);
    await mirror.pin(21).settle();
    expect([real.waveform(21).dutyPercent, board.waveform(21).dutyPercent]).toEqual([
      dutyPercent,
      dutyPercent,
    ]);
  });

  it('is not noticed in a driver that was away and has yet to restore its pins', async () => {
    const { others, real } = createMirrorBench();
    const health$ = new BehaviorSubject<PinsHealth>({ status: 'online' });
    const { board, mirror, script } = await createLitBench({ pins: { ...others, health$ } });
    const seen: number[] = [];
    board.changes$.subscribe(() => seen.push(board.waveform(21).dutyPercent));
    health$.next({ status: 'offline', reason: 'restarted' });
    real.setLight(21, 0, 800);
    await mirror.pin(21).settle();
    real.setLight(21, 30, 100);
    health$.next({ status: 'online' });
    await mirror.pin(21).settle();
    expect(await script.request([83, 21])).toEqual([600]);
    expect(seen).toEqual([]);
    health$.next({ status: 'offline', reason: 'restarted' });
    real.setLight(21, 50);
    health$.next({ status: 'online' });
    await vi.waitUntil(() => board.waveform(21).dutyPercent === 50);
  });

  it('is seen if a driver has no PWM, too', async () => {
    const { others, real } = createMirrorBench();
    const pwm = () => Promise.reject(new HubError('pin/unsupported', 'GPIO 17 has no PWM here'));
    const pins: Pins = { ...others, pwm };
    const { connect } = createMirrorBench({ pins });
    const script = connect();
    await script.request([4, 17, 1]);
    real.write(17, 0);
    expect(await script.request([3, 17])).toEqual([0]);
  });
});

describe('another program that writes to the PWM of the kernel', () => {
  const CHANNEL = '/sys/class/pwm/pwmchip2/pwm2';
  const write = async (files: MemorySysfs, periodNs: number, dutyNs: number) => {
    await files.write(`${CHANNEL}/duty_cycle`, '0');
    await files.write(`${CHANNEL}/period`, String(periodNs));
    await files.write(`${CHANNEL}/duty_cycle`, String(dutyNs));
  };
  const createBench = async (pollMs: number) => {
    const files = createMemorySysfs({ ...PI_5, chips: [RP1_CHIP] });
    const bench = createMirrorBench({ pins: await createSysfsPins({ files, pollMs }) });
    const script = bench.connect();
    await script.request([7, 18, 100], [6, 18, 1000], [5, 18, 300]);
    return { ...bench, files, script };
  };

  it('is seen by scripts and by the hub’s devices, and nothing is written back', async () => {
    const { files, pins, script, board } = await createBench(5);
    const led = await pins.pwm(18, 'led/18');
    const shown: number[] = [];
    led.state$.subscribe(({ dutyPercent }) => shown.push(dutyPercent));
    await write(files, 2_500_000, 1_000_000);
    await vi.waitUntil(() => shown.at(-1) === 40);
    expect(await script.request([83, 18], [23, 18])).toEqual([400, 400]);
    files.writes.length = 0;
    // A setting that the board cannot have: a frequency of 60 Hz.
    await write(files, 16_666_667, 10_000_000);
    await vi.waitUntil(() => board.frequency(18) === 50);
    expect(files.state('pwmchip2/2')).toMatchObject({ periodNs: 16_666_667, dutyNs: 10_000_000 });
    expect(files.writes).toHaveLength(3);
  });

  it('is seen in hardware PWM of a script with its exact frequency', async () => {
    const { files, script, board } = await createBench(5);
    await script.request([86, 18, 25_000, words(250_000)]);
    await write(files, 50_000, 40_000);
    await vi.waitUntil(() => board.frequency(18) === 20_000);
    expect(await script.request([83, 18])).toEqual([800_000]);
  });

  it('just before a script does, leaves board and pin with the same light', async () => {
    const { files, mirror, script, board } = await createBench(1_000_000);
    await write(files, 2_500_000, 1_000_000);
    await script.request([5, 18, 500]);
    await mirror.pin(18).settle();
    expect(files.state('pwmchip2/2')).toMatchObject({ periodNs: 2_500_000, dutyNs: 1_250_000 });
    expect(board.waveform(18)).toMatchObject({ dutyPercent: 50, frequencyHz: 400 });
    await write(files, 2_500_000, 1_000_000);
    await script.request([7, 18, 50]);
    expect(files.state('pwmchip2/2')).toMatchObject({ periodNs: 20_000_000, dutyNs: 10_000_000 });
    expect(board.waveform(18)).toMatchObject({ dutyPercent: 50, frequencyHz: 50 });
  });
});
