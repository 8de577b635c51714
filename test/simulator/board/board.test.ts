import { beforeEach, describe, expect, it } from 'vitest';
import { Board } from '../../../simulator/board/board.ts';
import { VirtualClock } from '../../../simulator/board/virtual-clock.ts';

let clock: VirtualClock;
let board: Board;

beforeEach(() => {
  clock = new VirtualClock();
  board = new Board({ clock });
});

/** The percentage of a time for which a pin is high, by sampling its level. */
function sampledDuty(gpio: number, fromUs: number, spanUs: number): number {
  let high = 0;
  for (let us = fromUs; us < fromUs + spanUs; us++) high += board.level(gpio, us);
  return (high / spanUs) * 100;
}

describe('a board at rest', () => {
  it('has inputs with the pull resistors of the chip', () => {
    expect(board.state(4)).toMatchObject({ mode: 'input', pull: 'up', function: 'none', level: 1 });
    expect(board.state(21)).toMatchObject({ mode: 'input', pull: 'down', level: 0 });
    expect(board.levels(0)).toBe(0x1ff);
  });

  it('lets GPIO 2 to 27 be changed and no other', () => {
    const permitted = Array.from({ length: 54 }, (_, gpio) => gpio).filter((gpio) => board.permits(gpio));
    expect(permitted).toEqual(Array.from({ length: 26 }, (_, index) => index + 2));
  });

  it('refuses a GPIO that it has not', () => {
    expect(() => board.write(54, 1)).toThrow(expect.objectContaining({ code: 'pin/invalid' }));
  });

  it('refuses an unknown sample rate and an unknown board', () => {
    expect(() => new Board({ sampleUs: 3 })).toThrow(expect.objectContaining({ code: 'option/invalid' }));
    expect(() => new Board({ revision: 0xc05170 })).toThrow(
      expect.objectContaining({ code: 'option/invalid' }),
    );
  });

  it('counts a tick that wraps at 32 bits', () => {
    const late = new Board({ clock: new VirtualClock(2 ** 32 + 5) });
    expect(late.tick()).toBe(5);
  });
});

describe('PWM', () => {
  it('makes the pin an output that is high for the share set', () => {
    board.setDutycycle(21, 64);
    expect(board.mode(21)).toBe('output');
    expect(board.dutycycle(21)).toBe(64);
    // 64 of 255 of 250 steps are 62.7, rounded down to 62.
    expect(board.waveform(21)).toMatchObject({
      dutyPercent: 24.8,
      frequencyHz: 800,
      periodUs: 1250,
      onUs: 310,
    });
    expect(sampledDuty(21, 12_345, 12_500)).toBe(24.8);
  });

  it('is steadily low at 0 and steadily high at the full range, and still PWM', () => {
    board.setDutycycle(21, 0);
    expect(board.dutycycle(21)).toBe(0);
    expect(sampledDuty(21, 0, 2500)).toBe(0);
    board.setDutycycle(21, 255);
    expect(sampledDuty(21, 0, 2500)).toBe(100);
    expect(board.waveform(21).frequencyHz).toBe(800);
  });

  it('takes a pin that was high low with a dutycycle of 0', () => {
    board.write(21, 1);
    board.setDutycycle(21, 0);
    expect(board.level(21)).toBe(0);
  });

  it('keeps the brightness when the range changes', () => {
    board.setDutycycle(21, 128);
    expect(board.setRange(21, 1000)).toBe(250);
    expect(board.dutycycle(21)).toBe(501);
    expect(board.range(21)).toBe(1000);
  });

  it('leaves the dutycycle when the frequency changes, and so the brightness within a step', () => {
    board.setRange(21, 1000);
    board.setDutycycle(21, 501);
    expect(board.setFrequency(21, 100)).toBe(100);
    expect(board.dutycycle(21)).toBe(501);
    expect(board.realRange(21)).toBe(2000);
    expect(board.waveform(21).dutyPercent).toBeCloseTo(50.1, 9);
  });

  it('is given in steps of the real range; the dutycycle is the nearest one', () => {
    board.setLight(21, 33.35, 100);
    expect(board.waveform(21)).toMatchObject({ dutyPercent: 33.35, frequencyHz: 100 });
    expect(sampledDuty(21, 0, 20_000)).toBe(33.35);
    expect([board.range(21), board.realRange(21), board.dutycycle(21)]).toEqual([255, 2000, 85]);
  });

  it('has a dutycycle of 0 only for darkness if it is given in steps', () => {
    const dutycycles = [0, 0.05, 100].map((percent) => {
      board.setLight(21, percent, 100);
      return board.dutycycle(21);
    });
    expect(dutycycles).toEqual([0, 1, 255]);
  });

  it('goes back to the dutycycle that is read with the next range or frequency', () => {
    board.setLight(21, 33.35, 100);
    board.setRange(21, 1000);
    expect([board.dutycycle(21), board.waveform(21).dutyPercent]).toEqual([333, 33.3]);
    board.setLight(21, 33.35);
    expect(board.dutycycle(21)).toBe(334);
    board.setFrequency(21, 200);
    expect([board.dutycycle(21), board.waveform(21).dutyPercent]).toEqual([334, 33.4]);
  });

  it('ends with a write, an input, a servo, and nothing less', () => {
    board.setDutycycle(21, 100);
    board.setMode(21, 'output');
    expect(board.dutycycle(21)).toBe(100);
    board.setMode(21, 'input');
    expect(board.state(21)).toMatchObject({ function: 'none', frequencyHz: 0 });
    board.setDutycycle(21, 100);
    board.write(21, 0);
    expect(board.state(21)).toMatchObject({ function: 'write', level: 0, frequencyHz: 0 });
    board.setDutycycle(21, 100);
    board.setPulse(21, 1500);
    expect(board.dutycycle(21)).toBeUndefined();
  });
});

describe('servo pulses', () => {
  it('come 50 times a second, in steps of the sample rate', () => {
    board.setPulse(18, 1503);
    expect(board.pulse(18)).toBe(1503);
    expect(board.waveform(18)).toMatchObject({ frequencyHz: 50, periodUs: 20_000, onUs: 1500 });
  });

  it('stop when the present one has ended', () => {
    board.setPulse(18, 1500);
    clock.advance(20_500);
    board.setPulse(18, 0);
    expect(board.pulse(18)).toBe(0);
    expect(board.level(18)).toBe(1);
    clock.advance(1000);
    expect(board.level(18)).toBe(0);
    clock.advance(20_000);
    expect(board.level(18)).toBe(0);
  });

  it('take a pin that was high low when they begin with none', () => {
    board.write(18, 1);
    board.setPulse(18, 0);
    expect(board.level(18)).toBe(0);
  });
});

describe('hardware PWM', () => {
  it('is shared by the pins of a channel', () => {
    board.setHardwarePwm(18, 1000, 250_000);
    board.setHardwarePwm(12, 2000, 500_000);
    expect(board.state(18)).toMatchObject({ mode: 'alt5', function: 'hardware-pwm', dutyPercent: 50 });
    expect(board.frequency(18)).toBe(2000);
    expect(board.dutycycle(18)).toBe(500_000);
  });

  it('has the real range of PLLD over twice the frequency', () => {
    board.setHardwarePwm(18, 1000, 1);
    expect(board.realRange(18)).toBe(375_000);
    expect(board.range(18)).toBe(1_000_000);
    const pi3 = new Board({ clock, revision: 0xa02082 });
    pi3.setHardwarePwm(18, 1000, 1);
    expect(pi3.realRange(18)).toBe(250_000);
  });

  it('stops with a frequency of 0 and frees the pin', () => {
    board.setHardwarePwm(18, 1000, 250_000);
    board.setHardwarePwm(18, 0, 0);
    expect(board.state(18)).toMatchObject({ function: 'none', mode: 'alt5', level: 0 });
  });

  it('is for the pins that have it', () => {
    expect(() => board.setHardwarePwm(21, 1000, 1)).toThrow(
      expect.objectContaining({ code: 'pin/unsupported' }),
    );
  });
});

describe('a hardware clock', () => {
  it('gives the frequency that its divider can, half of the time', () => {
    board.setHardwareClock(4, 5_000_000);
    expect(board.state(4)).toMatchObject({
      function: 'clock',
      mode: 'alt0',
      dutyPercent: 50,
      frequencyHz: 5_000_000,
    });
    board.setHardwareClock(4, 0);
    expect(board.state(4).function).toBe('none');
  });
});

describe('a trigger', () => {
  it('puts out a level for so long and leaves the other, without a change of mode', () => {
    board.setMode(17, 'output');
    board.trigger(17, 50, 1);
    expect([0, 49, 50].map((us) => board.level(17, us))).toEqual([1, 1, 0]);
    board.trigger(17, 10, 0);
    clock.advance(100);
    expect(board.level(17)).toBe(1);
    expect(board.state(17).function).toBe('none');
  });

  it('lets PWM go on after it', () => {
    board.setDutycycle(17, 128);
    board.trigger(17, 50, 0);
    expect(board.level(17, 10)).toBe(0);
    expect(board.level(17, 60)).toBe(1);
  });
});

describe('banks', () => {
  it('set and clear latches without a change of mode', () => {
    board.setMode(4, 'output');
    board.writeBits(0, (1 << 4) | (1 << 17), 1);
    expect(board.level(4)).toBe(1);
    expect(board.mode(17)).toBe('input');
    board.setMode(17, 'output');
    expect(board.level(17)).toBe(1);
    board.writeBits(0, 1 << 17, 0);
    expect(board.levels(0) & (1 << 17)).toBe(0);
  });

  it('reach GPIO 53', () => {
    board.write(53, 1);
    expect(board.levels(1) >>> 21).toBe(1);
  });
});

describe('an input', () => {
  it('reads its pull resistor until a wire says otherwise', () => {
    board.setPull(23, 'up');
    expect(board.level(23)).toBe(1);
    board.wire(23, 0);
    expect(board.level(23)).toBe(0);
    board.wire(23, undefined);
    expect(board.level(23)).toBe(1);
    board.setPull(23, 'none');
    expect(board.level(23)).toBe(0);
  });

  it('is not overcome by a wire once it is an output', () => {
    board.write(23, 1);
    board.wire(23, 0);
    expect(board.level(23)).toBe(1);
  });

  it('changes several times if its contact bounces, begins and ends at the new level, and bounces no longer than set', () => {
    board.setPull(23, 'up');
    board.wire(23, 0, { bounceMs: 5 });
    const levels = Array.from({ length: 6000 }, (_, us) => board.level(23, us));
    expect(levels[0]).toBe(0);
    expect(levels.slice(1).filter((level, us) => level !== levels[us]).length).toBeGreaterThan(1);
    expect(levels.slice(5000).every((level) => level === 0)).toBe(true);
    clock.advance(5000);
    board.wire(23, undefined);
    expect(board.level(23)).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

describe('changes', () => {
  it('name each pin that does something else', () => {
    const seen: number[] = [];
    board.changes$.subscribe((gpio) => seen.push(gpio));
    board.setDutycycle(21, 10);
    board.setHardwarePwm(18, 100, 10);
    board.setMode(12, 'alt0');
    board.setHardwarePwm(18, 200, 10);
    expect(seen).toEqual([21, 18, 12, 12, 18]);
  });

  it('come again when a pulse has ended by itself', () => {
    const levels: number[] = [];
    board.setMode(17, 'output');
    board.changes$.subscribe((gpio) => levels.push(board.level(gpio)));
    board.trigger(17, 50, 1);
    clock.advance(1000);
    expect(levels).toEqual([1, 0]);
  });

  it('end when the board closes, and leave no timer', () => {
    let isComplete = false;
    board.changes$.subscribe({ complete: () => (isComplete = true) });
    board.wire(23, 1, { bounceMs: 5 });
    board.close();
    expect([isComplete, clock.pending]).toEqual([true, 0]);
  });
});
