import { describe, expect, it } from 'vitest';
import { analyze } from '../../../../web/simulator/circuit/analysis.ts';
import type { Circuit } from '../../../../web/simulator/circuit/circuit.ts';
import { EXAMPLES } from '../../../../web/simulator/circuit/examples.ts';
import type { FaultFacts } from '../../../../web/simulator/circuit/fault.ts';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';
import { build, course, HIGH, input, LOW, pwm } from './build.ts';

type Code = FaultFacts['code'];

function faultsOf(circuit: Circuit, pins: Record<number, PinState> = {}) {
  const states = new Map(Object.entries(pins).map(([gpio, state]) => [Number(gpio), state]));
  return analyze(circuit, states, new Map()).faults;
}

function codesOf(circuit: Circuit, pins?: Record<number, PinState>): readonly Code[] {
  return faultsOf(circuit, pins).map(({ code }) => code);
}

const led = { at: 'e8', variant: 'red' };
const resistor = { at: 'c2', variant: '220' };

describe('the circuits to start from', () => {
  it.each(EXAMPLES.filter(({ key }) => key !== 'potentiometer'))('have no fault: $key', ({ circuit }) => {
    const on = Object.fromEntries([17, 27, 22, 21].map((gpio) => [gpio, HIGH]));
    expect([...codesOf(circuit), ...codesOf(circuit, on)]).toEqual([]);
  });

  it('say of a potentiometer what a Raspberry Pi has not', () => {
    const circuit = EXAMPLES.find(({ key }) => key === 'potentiometer')?.circuit ?? build({});
    expect(faultsOf(circuit)).toEqual([
      {
        code: 'potentiometer/no-analog-input',
        severity: 'hint',
        gpio: 23,
        parts: ['potentiometer1'],
        wires: [],
      },
    ]);
  });
});

describe('an LED', () => {
  it('that is reversed is reported, at any state of its pin', () => {
    expect(faultsOf(course({ turned: true }))).toEqual([
      { code: 'led/reversed', severity: 'fault', parts: ['led1'], wires: [] },
    ]);
    expect(codesOf(course({ turned: true }), { 21: HIGH })).toEqual(['led/reversed']);
  });

  it('without a resistor is reported, with the current that would flow', () => {
    const bare = build({ led1: led }, 'pin40-a8', 'a9-pin39');
    const currentMa = ((3.3 - 1.7) / (40 + 15)) * 1000;
    expect(faultsOf(bare)).toEqual([
      {
        code: 'led/no-resistor',
        severity: 'danger',
        currentMa: expect.closeTo(currentMa, 3),
        limitMa: 20,
        parts: ['led1'],
        wires: [],
      },
    ]);
  });

  it('of blue without a resistor is a hint on a pin, and a danger on a supply', () => {
    const onPin = build({ led1: { ...led, variant: 'blue' } }, 'pin40-a8', 'a9-pin39');
    const onSupply = build({ led1: { ...led, variant: 'blue' } }, 'pin1-a8', 'a9-pin39');
    expect(faultsOf(onPin)).toMatchObject([{ code: 'led/no-resistor', severity: 'hint' }]);
    expect(faultsOf(onSupply)).toMatchObject([{ code: 'led/no-resistor', severity: 'danger' }]);
  });

  it('with a resistor beside it that current goes past counts as without', () => {
    const past = build({ resistor1: resistor, led1: led }, 'pin40-a2', 'b2-b8', 'a9-pin39');
    expect(codesOf(past)).toContain('led/no-resistor');
  });

  it('has too much current if the resistor is too small for 5 V', () => {
    const strong = build({ resistor1: { ...resistor, variant: '100' }, led1: led }, 'pin2-a2', 'a9-pin39');
    expect(faultsOf(strong)).toMatchObject([
      { code: 'led/too-much-current', severity: 'danger', currentMa: expect.closeTo(28.7, 1) },
    ]);
  });

  it('is dim if the resistor is too large', () => {
    expect(faultsOf(course({ ohms: '10000' }))).toMatchObject([
      { code: 'led/too-dim', severity: 'hint', parts: ['led1'] },
    ]);
    expect(codesOf(course({ ohms: '1000' }))).toEqual([]);
  });

  it('has too little voltage beside a second one in series', () => {
    const series = build(
      { resistor1: resistor, led1: led, led2: { ...led, at: 'd9' } },
      'pin40-a2',
      'a10-pin39',
    );
    expect(faultsOf(series)).toMatchObject([
      { code: 'led/too-little-voltage', parts: ['led1'], neededVolts: 1.7 },
      { code: 'led/too-little-voltage', parts: ['led2'] },
    ]);
  });

  it.each<[string, Circuit, Code, string]>([
    [
      'no way to ground',
      build({ resistor1: resistor, led1: led, button1: { at: 'h9' } }, 'pin40-a2', 'a11-a20'),
      'part/no-ground',
      'led1',
    ],
    [
      'no supply',
      build({ resistor1: resistor, led1: led, button1: { at: 'g2' } }, 'a9-pin39', 'a4-a20'),
      'part/no-supply',
      'led1',
    ],
    ['a loose leg', build({ resistor1: resistor, led1: led }, 'pin40-a2'), 'part/leg-loose', 'led1'],
    [
      'its legs joined',
      build({ resistor1: resistor, led1: led }, 'pin40-a2', 'a9-pin39', 'b8-b9'),
      'part/legs-joined',
      'led1',
    ],
  ])('has %s', (_, circuit, code, part) => {
    const found = faultsOf(circuit).filter((fault) => fault.code === code);
    expect(found.map(({ parts }) => parts)).toContainEqual([part]);
  });

  it('of an RGB LED may be left out', () => {
    const red = build({ resistor1: resistor, rgb1: { at: 'e8' } }, 'pin40-a2', 'a9-pin39');
    expect(faultsOf(red).map(({ code, severity }) => [code, severity])).toEqual([
      ['part/leg-loose', 'hint'],
      ['part/leg-loose', 'hint'],
    ]);
  });
});

describe('supplies', () => {
  it.each([
    ['5 V and ground', build({}, 'pin2-top+1', 'top+2-pin6'), [{ code: 'supply/short', volts: 5 }]],
    ['3.3 V and ground', build({}, 'pin1-a1', 'b1-pin9'), [{ code: 'supply/short', volts: 3.3 }]],
    ['both supplies', build({}, 'pin1-pin2'), [{ code: 'supply/joined' }]],
  ])('must not be joined: %s', (_, circuit, expected) => {
    expect(faultsOf(circuit)).toMatchObject(expected.map((fault) => ({ ...fault, severity: 'danger' })));
  });

  it('that only a button would join are reported with the button, and wires with their effect', () => {
    const circuit = build({ button1: { at: 'h2' } }, 'pin1-a4', 'a2-pin39');
    expect(faultsOf(circuit)).toMatchObject([
      {
        code: 'supply/short',
        volts: 3.3,
        parts: ['button1'],
        wires: expect.arrayContaining(['wire1', 'wire2']),
      },
    ]);
  });
});

describe('an output', () => {
  it('must not be connected to ground while it can be high, or to 3.3 V while it can be low', () => {
    const ground = build({}, 'pin40-pin39');
    const supply = build({}, 'pin40-pin1');
    const short = { code: 'pin/short', gpio: 21, currentMa: expect.closeTo(82.5, 1) };
    expect(faultsOf(ground, { 21: pwm(10) })).toMatchObject([short]);
    expect(codesOf(ground, { 21: LOW })).toEqual([]);
    expect(codesOf(ground, { 21: input('down') })).toEqual([]);
    expect(faultsOf(supply, { 21: LOW })).toMatchObject([short]);
    expect(codesOf(supply, { 21: HIGH })).toEqual([]);
  });

  it('must not be connected to another output at another level', () => {
    const joined = build({}, 'pin11-pin13');
    expect(faultsOf(joined, { 17: HIGH, 27: LOW })).toMatchObject([
      { code: 'pin/outputs-joined', gpios: [17, 27], currentMa: expect.closeTo(41.25, 1) },
    ]);
    expect(codesOf(joined, { 17: HIGH, 27: input('down') })).toEqual([]);
  });

  it('has a limit, and all together have one', () => {
    const loaded = (ohms: string) =>
      build({ resistor1: { at: 'c2', variant: ohms } }, 'pin40-a2', 'a8-pin39');
    expect(faultsOf(loaded('100'), { 21: HIGH })).toMatchObject([
      { code: 'pin/too-much-current', gpio: 21, currentMa: expect.closeTo(23.6, 1), limitMa: 16 },
    ]);
    expect(codesOf(loaded('220'), { 21: HIGH })).toEqual([]);
    const rows = ['a', 'b', 'c', 'd'];
    const four = build(
      Object.fromEntries(
        rows.map((row, at) => [`resistor${at + 1}`, { at: `${row}${at + 1}`, variant: '220' }]),
      ),
      ...[11, 13, 15, 16].map((pin, at) => `pin${pin}-e${at + 1}`),
      ...[7, 8, 9, 10].map((column) => `e${column}-bottom-${column}`),
      'pin39-bottom-1',
    );
    const all = { 17: HIGH, 27: HIGH, 22: HIGH, 23: HIGH };
    expect(faultsOf(four, all)).toMatchObject([
      { code: 'pins/too-much-current', currentMa: expect.closeTo(50.8, 1), limitMa: 50 },
    ]);
    expect(codesOf(four, { ...all, 23: LOW })).toEqual([]);
  });
});

describe('a GPIO', () => {
  it('does not bear 5 V, or too much of it behind a divider', () => {
    const direct = build({}, 'pin2-pin40');
    const through = build({ resistor1: { ...resistor, variant: '10000' } }, 'pin2-a2', 'a8-pin40');
    const divided = build(
      { resistor1: { ...resistor, variant: '1000' }, resistor2: { at: 'b8', variant: '1000' } },
      'pin2-a2',
      'a8-pin40',
      'a14-pin39',
    );
    expect(faultsOf(direct)).toMatchObject([
      { code: 'pin/too-much-voltage', gpio: 21, volts: 5, limitVolts: 3.6 },
    ]);
    expect(faultsOf(through)).toMatchObject([
      { code: 'pin/too-much-voltage', gpio: 21, volts: expect.closeTo(5, 2), parts: ['resistor1'] },
    ]);
    expect(codesOf(divided)).toEqual([]);
  });

  it('does not bear what a potentiometer on 5 V could give it', () => {
    const circuit = build(
      { potentiometer1: { at: [0, 0] } },
      'pin39-potentiometer1.end1',
      'pin16-potentiometer1.wiper',
      'pin2-potentiometer1.end2',
    );
    expect(codesOf(circuit)).toContain('pin/too-much-voltage');
  });

  it('that is an input floats without a pull, and not with one', () => {
    const circuit = build({ button1: { at: 'h2' } }, 'pin16-a4', 'a2-pin39');
    expect(faultsOf(circuit, { 23: input('none') })).toMatchObject([
      { code: 'pin/floating', gpio: 23, parts: ['button1'] },
    ]);
    expect(codesOf(circuit, { 23: input('up') })).toEqual([]);
  });

  it('cannot tell a level between the two', () => {
    const half = build(
      { resistor1: { ...resistor, variant: '1000' }, resistor2: { at: 'b8', variant: '1000' } },
      'pin1-a2',
      'a8-pin40',
      'a14-pin39',
    );
    expect(faultsOf(half, { 21: input('none') })).toMatchObject([
      { code: 'pin/between-levels', gpio: 21, volts: expect.closeTo(1.65, 2) },
    ]);
  });
});

it('a pin with an LED has no fault as an input, whatever its pull', () => {
  const pulls = ['up', 'down', 'none'] as const;
  expect(pulls.flatMap((pull) => codesOf(course(), { 21: input(pull) }))).toEqual([]);
});

describe('a servo', () => {
  const wired = (ground: string, power: string, signal: string) =>
    build(
      { servo1: { at: [0, 0] } },
      `${ground}-servo1.ground`,
      `${power}-servo1.power`,
      `${signal}-servo1.signal`,
    );

  it.each<[Code, Circuit]>([
    ['servo/on-3v3', wired('pin6', 'pin1', 'pin12')],
    ['servo/reversed', wired('pin2', 'pin6', 'pin12')],
    ['servo/from-pin', wired('pin6', 'pin11', 'pin12')],
    ['servo/no-signal', wired('pin6', 'pin2', 'pin4')],
    ['part/legs-joined', wired('pin6', 'pin9', 'pin12')],
  ])('has a report of %s', (code, circuit) => {
    expect(faultsOf(circuit)).toMatchObject([{ code, parts: ['servo1'] }]);
  });

  it('without a way to ground has a report of that', () => {
    expect(codesOf(wired('pin16', 'pin2', 'pin12'))).toContain('part/no-ground');
  });

  it('from a pin has a report of the supply, and not of the pin that cannot give as much', () => {
    expect(codesOf(wired('pin6', 'pin11', 'pin12'), { 17: HIGH })).toEqual(['servo/from-pin']);
  });

  it('with a loose leg has a report of the leg', () => {
    const circuit = build({ servo1: { at: [0, 0] } }, 'pin6-servo1.ground', 'pin12-servo1.signal');
    expect(faultsOf(circuit)).toMatchObject([{ code: 'part/leg-loose', leg: 'power' }]);
  });
});

describe('a buzzer', () => {
  it.each<[Code, Circuit]>([
    ['buzzer/no-signal', build({ buzzer1: { at: 'e4' } }, 'pin1-a4', 'a5-pin39')],
    ['part/no-ground', build({ buzzer1: { at: 'e4' }, button1: { at: 'h5' } }, 'pin32-a4', 'a7-a20')],
  ])('has a report of %s', (code, circuit) => {
    expect(codesOf(circuit)).toContain(code);
  });
});
