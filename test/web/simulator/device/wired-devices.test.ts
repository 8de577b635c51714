import { describe, expect, it } from 'vitest';
import { type Circuit, EMPTY_CIRCUIT } from '../../../../web/simulator/circuit/circuit.ts';
import { readCircuit } from '../../../../web/simulator/circuit/circuit-json.ts';
import { EXAMPLES } from '../../../../web/simulator/circuit/examples.ts';
import { devicesOn } from '../../../../web/simulator/device/wired-devices.ts';

const FIRST = ['led/21', 'button/23'];

const topicsOn = (circuit: Circuit) => devicesOn(circuit).map(({ kind, id }) => `${kind}/${id}`);

/** A circuit from its parts, and its wires between two terminals. */
function build(parts: Readonly<Record<string, object>>, ...wires: readonly [string, string][]): Circuit {
  const named = wires.map(([from, to], index) => [`wire${index + 1}`, [from, to, 'red']] as const);
  const read = readCircuit(JSON.stringify({ version: 1, parts, wires: Object.fromEntries(named) }));
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return read.circuit;
}

/** An LED with its anode at column 8 and its cathode at column 9, and a resistor from column 2 to its anode. */
const LED = { resistor1: { at: 'c2', variant: '220' }, led1: { at: 'e8' } };

describe('the devices of a board', () => {
  it('are the LED and the button of the course, if nothing is wired', () => {
    expect(topicsOn(EMPTY_CIRCUIT)).toEqual(FIRST);
    expect(topicsOn(build(LED))).toEqual(FIRST);
  });

  it.each([
    ['led', FIRST],
    ['button', ['button/23', 'led/21']],
    ['rgb', ['rgb/17-27-22', ...FIRST]],
    ['servo', ['servo/18', ...FIRST]],
    ['traffic-light', ['led/17', 'led/27', 'led/22', ...FIRST]],
    ['potentiometer', FIRST],
    ['buzzer', FIRST],
  ])('are one for each part on a pin, and the first ones: %s', (key, topics) => {
    const circuit = EXAMPLES.find((example) => example.key === key)?.circuit ?? EMPTY_CIRCUIT;
    expect(topicsOn(circuit)).toEqual(topics);
  });

  it('find the pin of an LED behind its resistor, whichever leg it is at', () => {
    expect(topicsOn(build(LED, ['pin11', 'a2'], ['a9', 'pin39']))).toEqual(['led/17', ...FIRST]);
    expect(topicsOn(build(LED, ['pin1', 'a2'], ['a9', 'pin11']))).toEqual(['led/17', ...FIRST]);
  });

  it('do not take the pin of another part that is on the same supply', () => {
    const parts = {
      resistor1: { at: 'c2', variant: '10000' },
      resistor2: { at: 'c12', variant: '10000' },
      led1: { at: 'e18' },
    };
    const pulledUp = build(parts, ['pin1', 'a2'], ['pin11', 'a8'], ['pin17', 'a12'], ['a19', 'pin39']);
    expect(topicsOn(pulledUp)).toEqual(FIRST);
  });

  it('are LEDs for the colors of an RGB LED until each has a pin of its own', () => {
    const rgb = { rgb1: { at: 'e8' } };
    const wires: [string, string][] = [
      ['pin11', 'a8'],
      ['pin39', 'a9'],
      ['pin13', 'a10'],
    ];
    expect(topicsOn(build(rgb, ...wires))).toEqual(['led/17', 'led/27', ...FIRST]);
    expect(topicsOn(build(rgb, ...wires, ['pin15', 'a11']))).toEqual(['rgb/17-27-22', ...FIRST]);
  });

  it('are buttons only if a press connects the pin to ground, because the device pulls it up', () => {
    const button = { button1: { at: 'h2' } };
    expect(topicsOn(build(button, ['pin11', 'a4'], ['a2', 'pin39']))).toEqual(['button/17', ...FIRST]);
    expect(topicsOn(build(button, ['pin11', 'a2'], ['a4', 'pin39']))).toEqual(['button/17', ...FIRST]);
    expect(topicsOn(build(button, ['pin11', 'a4'], ['a2', 'pin1']))).toEqual(FIRST);
    expect(topicsOn(build(button, ['pin11', 'a4']))).toEqual(FIRST);
  });

  it('give a pin to the part that came first, and to a part rather than to the first devices', () => {
    const two = { ...LED, resistor2: { at: 'b2', variant: '220' }, led2: { at: 'd8' } };
    expect(topicsOn(build(two, ['pin11', 'a2'], ['a9', 'pin39']))).toEqual(['led/17', ...FIRST]);
    expect(topicsOn(build(LED, ['pin16', 'a2'], ['a9', 'pin39']))).toEqual(['led/23', 'led/21']);
  });
});
