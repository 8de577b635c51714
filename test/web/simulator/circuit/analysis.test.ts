import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../../../web/simulator/circuit/analysis.ts';
import type { Circuit } from '../../../../web/simulator/circuit/circuit.ts';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';
import { build, course, HIGH, input, LOW, pwm } from './build.ts';

const NOBODY = new Map<string, number>();

function read(circuit: Circuit, part: string, pins: Record<number, PinState>, hands = NOBODY) {
  return analyze(circuit, pinsOf(pins), hands).readings.get(part);
}

function pinsOf(pins: Record<number, PinState>): ReadonlyMap<number, PinState> {
  return new Map(Object.entries(pins).map(([gpio, state]) => [Number(gpio), state]));
}

function lightOf(circuit: Circuit, pins: Record<number, PinState>, part = 'led1', hands = NOBODY): number[] {
  const reading = read(circuit, part, pins, hands);
  return reading?.is === 'light' ? reading.lights.map(({ light }) => Math.round(light * 1000) / 1000) : [];
}

function currentOf(circuit: Circuit, pins: Record<number, PinState>): number | undefined {
  const reading = read(circuit, 'led1', pins);
  return reading?.is === 'light' ? reading.lights[0]?.currentMa : undefined;
}

describe('an LED', () => {
  it("has the current of the course's circuit, by Ohm's law over all that is in series", () => {
    // 3.3 V minus the forward voltage of red, over resistor, output and the LED itself.
    expect(currentOf(course(), { 21: HIGH })).toBeCloseTo(((3.3 - 1.7) / (220 + 40 + 15)) * 1000, 4);
  });

  it.each([
    ['red', 1],
    ['green', 1],
    ['yellow', 1],
    ['blue', 1],
    ['white', 1],
  ])('of every color shines with 220 Ω: %s', (color, most) => {
    const [light = 0] = lightOf(course({ color }), { 21: HIGH });
    expect(light).toBeGreaterThan(0.9);
    expect(light).toBeLessThanOrEqual(most);
  });

  it('gets half of the current at a duty cycle of 50 %, and shines in proportion', () => {
    const whole = currentOf(course(), { 21: HIGH }) ?? 0;
    expect(currentOf(course(), { 21: pwm(50) })).toBeCloseTo(whole / 2, 9);
    expect(lightOf(course({ ohms: '1000' }), { 21: pwm(25) })[0]).toBeCloseTo(
      (lightOf(course({ ohms: '1000' }), { 21: HIGH })[0] ?? 0) / 4,
      2,
    );
  });

  it('is dark when its pin is low, an input, or was never used', () => {
    expect(lightOf(course(), { 21: LOW })).toEqual([0]);
    expect(lightOf(course(), { 21: input('up') })[0]).toBeLessThan(0.02);
    expect(lightOf(course(), {})).toEqual([0]);
  });

  it('is dark the wrong way round', () => {
    expect(lightOf(course({ turned: true }), { 21: HIGH })).toEqual([0]);
  });

  it('between supply and pin lights while the pin is low', () => {
    const sink = build(
      { resistor1: { at: 'c2', variant: '220' }, led1: { at: 'e8', variant: 'red' } },
      'pin1-a2',
      'a9-pin40',
    );
    expect(lightOf(sink, { 21: LOW })).toEqual([1]);
    expect(lightOf(sink, { 21: HIGH })).toEqual([0]);
  });

  it('between two pins lights for the time in which one is high and the other is not', () => {
    const between = build(
      { resistor1: { at: 'c2', variant: '220' }, led1: { at: 'e8', variant: 'red' } },
      'pin11-a2',
      'a9-pin13',
    );
    const whole = currentOf(between, { 17: HIGH, 27: LOW }) ?? 0;
    expect(currentOf(between, { 17: pwm(75), 27: pwm(25) })).toBeCloseTo(whole / 2, 9);
    expect(currentOf(between, { 17: pwm(25), 27: pwm(75) })).toBe(0);
  });

  it('shares the current of one resistor with another beside it', () => {
    const two = build(
      {
        resistor1: { at: 'c2', variant: '220' },
        led1: { at: 'e8', variant: 'red' },
        led2: { at: 'd8', variant: 'red' },
      },
      'pin40-a2',
      'a9-pin39',
    );
    const alone = currentOf(course(), { 21: HIGH }) ?? 0;
    const shared = currentOf(two, { 21: HIGH }) ?? 0;
    expect(shared).toBeGreaterThan(alone * 0.5);
    expect(shared).toBeLessThan(alone * 0.55);
  });

  it('lights only while the button beside it is pressed', () => {
    const circuit = build(
      {
        resistor1: { at: 'c2', variant: '220' },
        led1: { at: 'e8', variant: 'red' },
        button1: { at: 'h15' },
      },
      'pin1-a2',
      'a9-a15',
      'a17-pin39',
    );
    expect(lightOf(circuit, {}, 'led1')).toEqual([0]);
    expect(lightOf(circuit, {}, 'led1', new Map([['button1', 1]]))).toEqual([1]);
  });
});

describe('an RGB LED', () => {
  it('lights each color as its pin says', () => {
    const circuit = build(
      {
        resistor1: { at: 'd2', variant: '220' },
        resistor2: { at: 'c4', variant: '220' },
        resistor3: { at: 'b5', variant: '220' },
        rgb1: { at: 'e8' },
      },
      'pin11-a2',
      'pin13-a4',
      'pin15-a5',
      'a9-pin39',
    );
    expect(lightOf(circuit, { 17: HIGH, 27: LOW, 22: pwm(50) }, 'rgb1')).toEqual([
      1,
      0,
      expect.closeTo(0.526, 2),
    ]);
  });
});

describe('a servo', () => {
  const powered = build(
    { servo1: { at: [0, 0] } },
    'pin6-servo1.ground',
    'pin2-servo1.power',
    'pin12-servo1.signal',
  );

  it('goes to the angle that its pulses say, from pigpio as well as from PWM at 50 Hz', () => {
    const pulses = { ...pwm(0, 50), pulseUs: 1500 };
    expect(read(powered, 'servo1', { 18: pulses })).toEqual({ is: 'angle', isPowered: true, degrees: 0 });
    expect(read(powered, 'servo1', { 18: pwm(10, 50) })).toMatchObject({ degrees: 90 });
    expect(read(powered, 'servo1', { 18: pwm(5, 50) })).toMatchObject({ degrees: -90 });
  });

  it('stays where it is without pulses, and with pulses that are not for a servo', () => {
    expect(read(powered, 'servo1', { 18: LOW })).toMatchObject({ isPowered: true, degrees: undefined });
    expect(read(powered, 'servo1', { 18: pwm(50, 800) })).toMatchObject({ degrees: undefined });
  });

  it('does nothing on 3.3 V', () => {
    const weak = build(
      { servo1: { at: [0, 0] } },
      'pin6-servo1.ground',
      'pin1-servo1.power',
      'pin12-servo1.signal',
    );
    expect(read(weak, 'servo1', { 18: pwm(10, 50) })).toMatchObject({ isPowered: false, degrees: undefined });
  });
});

describe('a buzzer', () => {
  const circuit = build({ buzzer1: { at: 'e4' } }, 'pin32-a4', 'a5-pin39');

  it('sounds as fast as its pin alternates', () => {
    expect(read(circuit, 'buzzer1', { 12: pwm(50, 440) })).toEqual({ is: 'tone', frequencyHz: 440 });
  });

  it('is silent at a steady level, and above what can be heard', () => {
    expect(read(circuit, 'buzzer1', { 12: HIGH })).toEqual({ is: 'tone', frequencyHz: 0 });
    expect(read(circuit, 'buzzer1', { 12: pwm(50, 40_000) })).toEqual({ is: 'tone', frequencyHz: 0 });
    expect(read(circuit, 'buzzer1', {})).toEqual({ is: 'tone', frequencyHz: 0 });
  });
});

describe('what an input sees', () => {
  const toGround = build({ button1: { at: 'h2' } }, 'pin16-a4', 'a2-pin39');

  it('is ground while a button to ground is pressed, and else nothing, so that its own pull decides', () => {
    const pressed = analyze(toGround, pinsOf({ 23: input('up') }), new Map([['button1', 1]]));
    expect(pressed.levels.get(23)?.level).toBe(0);
    expect(pressed.levelsAtRest.get(23)?.level).toBe('open');
    expect(analyze(toGround, pinsOf({ 23: input('up') }), NOBODY).levels.get(23)?.level).toBe('open');
  });

  it('is nothing of its own while the pin is an output', () => {
    expect(analyze(toGround, pinsOf({ 23: LOW }), NOBODY).levels.has(23)).toBe(false);
  });

  it('is the half of a potentiometer that its wiper stands in', () => {
    const circuit = build(
      { potentiometer1: { at: [0, 0] } },
      'pin39-potentiometer1.end1',
      'pin16-potentiometer1.wiper',
      'pin17-potentiometer1.end2',
    );
    const levelAt = (share: number) =>
      analyze(circuit, pinsOf({ 23: input('none') }), new Map([['potentiometer1', share]])).levels.get(23);
    expect(levelAt(0)).toMatchObject({ level: 0, volts: expect.closeTo(0, 1) });
    expect(levelAt(0.3)).toMatchObject({ level: 0 });
    expect(levelAt(0.6)).toMatchObject({ level: 1, volts: expect.closeTo(1.98, 2) });
    expect(levelAt(1)).toMatchObject({ level: 1, volts: expect.closeTo(3.3, 1) });
  });

  it('is what an outer resistor says if it is stronger than a pull, and else up to the pull', () => {
    const through = (ohms: string) =>
      build({ resistor1: { at: 'c2', variant: ohms } }, 'pin16-a2', 'a8-pin39');
    const levelOf = (ohms: string) =>
      analyze(through(ohms), pinsOf({ 23: input('up') }), NOBODY).levels.get(23)?.level;
    expect([levelOf('10000'), levelOf('1000000')]).toEqual([0, 'open']);
  });

  it('is what a weak resistor says if the pin has no pull at all', () => {
    const weak = build({ resistor1: { at: 'c2', variant: '1000000' } }, 'pin16-a2', 'a8-pin1');
    const seen = analyze(weak, pinsOf({ 23: input('none') }), NOBODY).levels.get(23);
    expect(seen).toMatchObject({ level: 1, volts: expect.closeTo(3.3, 1) });
  });

  it('is up to the pull if only an LED leads to ground', () => {
    expect(analyze(course(), pinsOf({}), NOBODY).levels.get(21)?.level).toBe('open');
  });

  it('is what another pin puts out', () => {
    const loop = build({ resistor1: { at: 'c2', variant: '1000' } }, 'pin11-a2', 'a8-pin16');
    const levelOf = (state: PinState) =>
      analyze(loop, pinsOf({ 17: state, 23: input('down') }), NOBODY).levels.get(23)?.level;
    expect([levelOf(HIGH), levelOf(LOW)]).toEqual([1, 0]);
  });
});

it('remembers a circuit, and still follows its pins and hands', () => {
  const follow = createAnalyzer();
  const circuit = course();
  const lightAt = (state: PinState) => follow(circuit, pinsOf({ 21: state }), NOBODY).readings.get('led1');
  const bright = lightAt(HIGH);
  expect(lightAt(LOW)).not.toEqual(bright);
  expect(lightAt(HIGH)).toEqual(bright);
  expect(follow(course({ turned: true }), pinsOf({ 21: HIGH }), NOBODY).readings.get('led1')).not.toEqual(
    bright,
  );
});
