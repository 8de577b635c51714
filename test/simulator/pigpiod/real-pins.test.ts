import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createSysfsPins } from '../../../devices/pins/linux/create-linux-pins.ts';
import type { Pins } from '../../../devices/pins/pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { createMemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { PI_5, RP1_CHIP } from '../../devices/pins/linux/pi-trees.ts';
import { createMirrorBench } from '../mirror/bench.ts';
import { encode, type Words, words } from './client.ts';

let pushing: NodeJS.Timeout | undefined;

afterEach(() => clearInterval(pushing));

describe('pigpiod in front of real pins', () => {
  it('answers once the real pin does it', async () => {
    const { real, connect } = createMirrorBench();
    const script = connect();
    expect(await script.request([4, 17, 1])).toEqual([0]);
    expect(real.level(17)).toBe(1);
    expect(await script.request([7, 21, 100], [6, 21, 2000], [5, 21, 600], [83, 21])).toEqual([
      100, 2000, 0, 600,
    ]);
    expect(real.waveform(21)).toMatchObject({ dutyPercent: 30, frequencyHz: 100 });
    expect(await script.request([8, 18, 1500], [84, 18])).toEqual([0, 1500]);
    expect(real.waveform(18)).toMatchObject({ periodUs: 20_000, onUs: 1500 });
    expect(await script.request([8, 18, 0])).toEqual([0]);
    expect(real.waveform(18).dutyPercent).toBe(0);
  });

  it('reports its own bug, and still answers', async () => {
    const { board, faults, connect } = createMirrorBench();
    const script = connect();
    board.permits = () => {
      throw new TypeError('a bug');
    };
    expect(await script.request([12, 1 << 17])).toEqual([-41]);
    expect(faults).toEqual(['a bug']);
  });

  it('answers other clients while one waits', async () => {
    const held: (() => void)[] = [];
    const begin = () => new Promise<void>((resolve) => held.push(resolve));
    const { connect } = createMirrorBench({ begin });
    const [patient, other] = [connect(), connect()];
    const answer = patient.request([4, 17, 1], [1, 17]);
    expect(other.ask([26])).toEqual([79]);
    expect(patient.results()).toEqual([]);
    pushing = setInterval(() => held.shift()?.());
    expect(await answer).toEqual([0, 1]);
  });

  it('lets a client leave while it waits', async () => {
    let proceed = () => {};
    const { real, driver, connect } = createMirrorBench({
      begin: () => new Promise<void>((resolve) => (proceed = resolve)),
    });
    const script = connect();
    script.connection.receive(encode([4, 17, 1], [4, 18, 1]));
    script.connection.close();
    const lit = firstValueFrom(real.changes$);
    pushing = setInterval(() => proceed());
    expect(await lit).toBe(17);
    expect(script.sent).toEqual([]);
    expect(driver.asked).not.toContain('pwm 18');
  });

  it('claims nothing for what gpiozero sends for every pin first', async () => {
    const { driver, connect } = createMirrorBench();
    expect(await connect().request([0, 23, 0], [2, 23, 2], [97, 23, 10_000])).toEqual([0, 0, 0]);
    expect(driver.asked).toEqual([]);
  });

  it('reads an input right after its mode and its resistor were set', async () => {
    const { driver, connect } = createMirrorBench();
    expect(await connect().request([0, 23, 0], [2, 23, 2], [3, 23], [2, 23, 1], [3, 23])).toEqual([
      0, 0, 1, 0, 0,
    ]);
    expect(driver.asked).toEqual(['input up 0 23', '23 release', 'input down 0 23']);
  });

  it('gives an input back when its mode is set once more, and an output dark', async () => {
    const { real, others, connect } = createMirrorBench();
    const script = connect();
    await script.request([3, 23], [0, 23, 0]);
    await others.input(23, 'other');
    await script.request([4, 21, 1], [0, 21, 0]);
    expect(real.level(21)).toBe(0);
    await others.pwm(21, 'other');
  });

  it('gives an input back when the last client that has read it leaves', async () => {
    const { mirror, others, connect } = createMirrorBench();
    const [script, other] = [connect(), connect()];
    await script.request([3, 23]);
    await other.request([3, 23]);
    script.connection.close();
    await mirror.pin(23).settle();
    await expect(others.input(23, 'gpiomon')).rejects.toMatchObject({ code: 'pin/in-use' });
    other.connection.close();
    await mirror.pin(23).settle();
    await others.input(23, 'gpiomon');
  });

  it('keeps an output of a client that leaves', async () => {
    const { mirror, real, connect } = createMirrorBench();
    const script = connect();
    await script.request([4, 21, 1], [3, 21]);
    script.connection.close();
    await mirror.pin(21).settle();
    expect(real.level(21)).toBe(1);
  });

  it('leaves a real input alone if a command is refused for its values', async () => {
    const { driver, connect } = createMirrorBench();
    const script = connect();
    await script.request([3, 18]);
    driver.asked.length = 0;
    expect(
      await script.request(
        [5, 18, 256],
        [8, 18, 400],
        [86, 18, 1000, words(2_000_000)],
        [86, 18, 4_000_000_000, words(500_000)],
        [86, 17, 1000, words(500_000)],
      ),
    ).toEqual([-8, -7, -97, -96, -95]);
    expect(driver.asked).toEqual([]);
  });

  it.each([5, 31, 32, 0xffffffff])('claims nothing for handle %d, which is not open', async (handle) => {
    const { driver, connect } = createMirrorBench();
    expect(await connect().request([19, handle, 0xffffffff])).toEqual([-25]);
    expect(driver.asked).toEqual([]);
  });

  it('does not watch for the next client to get a handle that was closed meanwhile', async () => {
    const held: (() => void)[] = [];
    const begin = () => new Promise<void>((resolve) => held.push(resolve));
    const { clock, real, connect } = createMirrorBench({ begin });
    const [script, gone] = [connect(), connect()];
    const [handle = -1] = gone.ask([99]);
    const answer = script.request([19, handle, 1 << 23]);
    gone.connection.close();
    const next = connect();
    expect(next.ask([99])).toEqual([handle]);
    next.sent.length = 0;
    pushing = setInterval(() => held.shift()?.());
    expect(await answer).toEqual([-25]);
    real.wire(23, 1);
    clock.advance(2000);
    expect(next.reports()).toEqual([]);
  });

  it('reports the edges of a real input, and filters with the driver', async () => {
    const { clock, real, driver, connect } = createMirrorBench();
    const [script, reader] = [connect(), connect()];
    const [handle = -1] = await reader.request([99]);
    expect(await script.request([2, 23, 2], [97, 23, 2000], [19, handle, 1 << 23])).toEqual([0, 0, 0]);
    expect(driver.asked).toEqual(['input up 2000 23']);
    reader.reports();
    for (const [level, us] of [
      [0, 500],
      [undefined, 3000],
      [0, 4000],
      [undefined, 4000],
    ] as const) {
      real.wire(23, level);
      clock.advance(us);
    }
    const levels = reader.reports().map((report) => (report.levels >>> 23) & 1);
    // The first report tells the client that the pin, which it took for low, is high.
    expect(levels).toEqual([0, 1]);
  });

  it('goes on to report a watched pin whose mode is set again', async () => {
    const { clock, real, connect } = createMirrorBench();
    const [script, reader] = [connect(), connect()];
    const [handle = -1] = await reader.request([99]);
    await script.request([19, handle, 1 << 23], [0, 23, 0]);
    reader.reports();
    real.wire(23, 1);
    clock.advance(2000);
    expect(reader.reports()).toHaveLength(1);
  });

  it('reads a bank with the inputs that its client has set up, and claims no others', async () => {
    const { real, driver, connect } = createMirrorBench();
    real.wire(23, 1);
    real.wire(24, 1);
    const script = connect();
    const [levels = 0] = (await script.request([0, 23, 0], [10])).slice(1);
    expect([(levels >>> 23) & 1, (levels >>> 24) & 1]).toEqual([1, 0]);
    const asked = [...driver.asked];
    await connect().request([10]);
    expect(driver.asked).toEqual(asked);
  });

  it('sets and clears several outputs at once', async () => {
    const { real, connect } = createMirrorBench();
    const script = connect();
    const both = (1 << 17) | (1 << 21);
    expect(await script.request([0, 17, 1], [0, 21, 1], [14, both])).toEqual([0, 0, 0]);
    expect([real.level(17), real.level(21)]).toEqual([1, 1]);
    expect(await script.request([12, 1 << 17], [14, 1])).toEqual([0, -42]);
    expect([real.level(17), real.level(21)]).toEqual([0, 1]);
  });

  it('sets a pin high that was a servo, and ends the last pulse of one low', async () => {
    const { real, connect } = createMirrorBench();
    const script = connect();
    expect(await script.request([8, 21, 1500], [8, 21, 0])).toEqual([0, 0]);
    expect(real.level(21)).toBe(0);
    expect(await script.request([14, 1 << 21])).toEqual([0]);
    expect(real.level(21)).toBe(1);
  });

  it('refuses a pin that another program has, names that, and leaves the board as it was', async () => {
    const { board, others, faults, connect } = createMirrorBench();
    const holder = await others.pwm(21, 'gpioset');
    const script = connect();
    expect(await script.request([4, 21, 1], [5, 21, 100], [3, 21], [0, 21, 1])).toEqual([-41, -41, -41, -41]);
    expect(board.state(21)).toMatchObject({ mode: 'input', function: 'none' });
    expect(faults).toEqual([expect.stringContaining('GPIO 21 is in use by gpioset')]);
    await holder.release();
    expect(await script.request([4, 21, 1])).toEqual([0]);
  });

  it('says of pins that the driver has not that they are not permitted', async () => {
    const { connect } = createMirrorBench();
    expect(await connect().request([4, 28, 1], [3, 28], [3, 40], [0, 1, 1])).toEqual([-41, -41, -41, -41]);
    expect(await connect().request([3, 54], [5, 32, 1])).toEqual([-3, -41]);
  });

  it.each<[string, Words, number]>([
    ['a pin function that the driver cannot give', [0, 4, 4], -4],
    ['a trigger', [37, 4, 10, words(1)], -46],
    ['a clock', [85, 4, 10_000], -94],
    ['the strength of a pad', [102, 0, 4], -126],
    ['the strength of a pad, read', [103, 0], -126],
    ['a wave', [49], -70],
    ['a padded wave', [118, 50, 50, words(50)], -70],
    ['a wave that cannot exist', [51, 0], -66],
    ['a wave again and again', [52, 0], -66],
    ['hardware PWM of a driver with set frequencies', [86, 18, 1000, words(500_000)], -95],
    ['hardware PWM of another pin', [86, 21, 1000, words(500_000)], -95],
  ])('answers %s with its documented error', async (_, request, failure) => {
    expect(await createMirrorBench().connect().request(request)).toEqual([failure]);
  });

  it('is not a virtual Pi for another hub that looks for pins', async () => {
    expect(await createMirrorBench().connect().request([87, 1, 2])).toEqual([0]);
  });

  it('says which Raspberry Pi it is, also a Pi 5', async () => {
    const { connect } = createMirrorBench({ revision: 0xd04170 });
    expect(await connect().request([17])).toEqual([0xd04170]);
  });
});

describe('pigpiod in front of the PWM of the kernel', () => {
  const createBench = async () => {
    const files = createMemorySysfs({ ...PI_5, chips: [RP1_CHIP] });
    return { files, ...createMirrorBench({ pins: await createSysfsPins({ files }) }) };
  };

  it('gives hardware PWM of any frequency that the channel has', async () => {
    const { files, connect } = await createBench();
    const script = connect();
    expect(await script.request([86, 18, 25_000, words(250_000)], [83, 18], [23, 18])).toEqual([
      0, 250_000, 25_000,
    ]);
    expect(files.state('pwmchip2/2')).toEqual({ periodNs: 40_000, dutyNs: 10_000, isEnabled: true });
    expect(await script.request([86, 18, 0, words(0)])).toEqual([0]);
    expect(files.state('pwmchip2/2').dutyNs).toBe(0);
  });

  it('refuses a frequency beyond the channel’s', async () => {
    const { files, connect } = await createBench();
    expect(await connect().request([86, 18, 20_000_000, words(250_000)])).toEqual([-96]);
    expect(files.state('pwmchip2/2').dutyNs).toBe(0);
  });

  it('refuses a pin without a channel, and says which line it lacks', async () => {
    const { faults, connect } = await createBench();
    expect(await connect().request([5, 21, 100], [4, 21, 1])).toEqual([-41, -41]);
    expect(faults).toEqual([expect.stringContaining('dtoverlay=pwm-pio,gpio=21')]);
  });
});

describe('pigpiod in front of a driver whose pins are only high or low', () => {
  it('writes levels, and refuses PWM with the driver’s reason', async () => {
    const base = createMirrorBench();
    const noPwm = async () => {
      throw new HubError('pin/unsupported', 'GPIO 17 has no PWM here');
    };
    const pins: Pins = { ...base.others, pwm: noPwm };
    const { faults, connect } = createMirrorBench({ pins });
    const script = connect();
    expect(await script.request([4, 17, 1], [5, 17, 100], [8, 17, 1500], [4, 17, 0], [4, 17, 1])).toEqual([
      0, -41, -41, 0, 0,
    ]);
    expect(base.real.level(17)).toBe(1);
    expect(faults).toEqual(['GPIO 17 has no PWM here']);
  });
});
