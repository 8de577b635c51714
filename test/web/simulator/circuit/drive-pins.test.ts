import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Analysis, analyze } from '../../../../web/simulator/circuit/analysis.ts';
import type { Circuit } from '../../../../web/simulator/circuit/circuit.ts';
import { drivePins } from '../../../../web/simulator/circuit/drive-pins.ts';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';
import { build, HIGH, input } from './build.ts';

let said: string[];
let analyses$: Subject<Analysis>;

beforeEach(() => {
  said = [];
  analyses$ = new Subject();
});

function drive() {
  return drivePins(analyses$, {
    prefix: 'ana/',
    bus: {
      publish: async (topic, payload) => {
        said.push(`${topic} ${payload}`);
      },
    },
    hold: async (topic, payload, rest) => {
      said.push(`hold ${topic} ${payload}, then ${rest}`);
    },
    onError: () => {},
  });
}

function show(circuit: Circuit, hands: Record<string, number>, pins: Record<number, PinState> = {}): void {
  const states = new Map(Object.entries(pins).map(([gpio, state]) => [Number(gpio), state]));
  analyses$.next(analyze(circuit, states, new Map(Object.entries(hands))));
}

const TO_GROUND = build({ button1: { at: 'h2' } }, 'pin16-a4', 'a2-pin39');

describe('what a circuit does to the pins', () => {
  it('is held while a button is pressed, so that the hub lets go for a page that vanishes', () => {
    drive();
    show(TO_GROUND, {});
    expect(said).toEqual([]);
    show(TO_GROUND, { button1: 1 });
    show(TO_GROUND, { button1: 1 });
    show(TO_GROUND, { button1: 0 });
    expect(said).toEqual([
      'hold ana/board/gpio/23/level 0, then open',
      'hold ana/board/gpio/23/level open, then open',
    ]);
  });

  it('stays as a potentiometer was turned', () => {
    const circuit = build(
      { potentiometer1: { at: [0, 0] } },
      'pin39-potentiometer1.end1',
      'pin16-potentiometer1.wiper',
      'pin17-potentiometer1.end2',
    );
    drive();
    show(circuit, { potentiometer1: 1 });
    show(circuit, { potentiometer1: 0.9 });
    show(circuit, { potentiometer1: 0.1 });
    expect(said).toEqual(['ana/board/gpio/23/level 1', 'ana/board/gpio/23/level 0']);
  });

  it('goes to the other level without a gap if a resistor holds the pin', () => {
    const circuit = build(
      { button1: { at: 'h2' }, resistor1: { at: 'b4', variant: '10000' } },
      'pin16-a4',
      'a2-pin1',
      'a10-pin39',
    );
    drive();
    show(circuit, {}, { 23: input('none') });
    show(circuit, { button1: 1 }, { 23: input('none') });
    show(circuit, {}, { 23: input('none') });
    expect(said).toEqual([
      'ana/board/gpio/23/level 0',
      'hold ana/board/gpio/23/level 1, then 0',
      'hold ana/board/gpio/23/level 0, then 0',
    ]);
  });

  it('ends with the pin as an output, with the wire, and with the page', () => {
    const tied = build({}, 'pin16-pin1');
    const driving = drive();
    show(tied, {});
    show(tied, {}, { 23: HIGH });
    show(tied, {});
    show(build({}), {});
    show(tied, {});
    driving.unsubscribe();
    expect(said.map((line) => line.split(' ')[1])).toEqual(['1', 'open', '1', 'open', '1', 'open']);
  });
});
