import { type Circuit, EMPTY_CIRCUIT, type WireColor } from './circuit.ts';
import { addPart, addWire, type Edit, type NewPart } from './edit.ts';
import { readHole, readTerminal, type Terminal } from './terminal.ts';

/** A circuit to start from. The pages have a name for each in every language. */
export interface Example {
  readonly key: 'led' | 'button' | 'rgb' | 'servo' | 'traffic-light' | 'potentiometer' | 'buzzer';
  readonly circuit: Circuit;
}

/** A part at the hole of its first leg, like `e8`. */
function place(kind: string, at: string, variant?: string): Edit {
  const { row, column } = readHole(at) ?? fail(at);
  const part: NewPart = { kind, place: { on: 'breadboard', row, column }, ...(variant && { variant }) };
  return (circuit) => addPart(circuit, part);
}

/** A part next to the breadboard. */
function stand(kind: string): Edit {
  return (circuit) => addPart(circuit, { kind, place: { on: 'bench', x: 0, y: 0 } });
}

function wire(from: string, to: string, color: WireColor): Edit {
  const [start, end] = [terminal(from), terminal(to)];
  return (circuit) => addWire(circuit, { from: start, to: end, color });
}

function terminal(text: string): Terminal {
  return readTerminal(text) ?? fail(text);
}

function build(...steps: readonly Edit[]): Circuit {
  return steps.reduce((circuit, step) => {
    const edited = step(circuit);
    return edited.ok ? edited.circuit : fail(JSON.stringify(edited.refusal));
  }, EMPTY_CIRCUIT);
}

function fail(what: string): never {
  throw new RangeError(`an example cannot be built: ${what}`);
}

const GROUND = wire('pin39', 'bottom-1', 'black');

/** The circuits to start from, the course's first. */
export const EXAMPLES: readonly Example[] = [
  {
    key: 'led',
    circuit: build(
      GROUND,
      place('resistor', 'c2', '220'),
      place('led', 'e8', 'red'),
      wire('pin40', 'a2', 'orange'),
      wire('a9', 'bottom-9', 'black'),
    ),
  },
  {
    key: 'button',
    circuit: build(
      GROUND,
      place('button', 'h2'),
      wire('pin16', 'a4', 'yellow'),
      wire('a2', 'bottom-2', 'black'),
    ),
  },
  {
    key: 'rgb',
    circuit: build(
      GROUND,
      place('resistor', 'd2', '220'),
      place('resistor', 'c4', '220'),
      place('resistor', 'b5', '220'),
      place('rgb', 'e8'),
      wire('pin11', 'a2', 'red'),
      wire('pin13', 'a4', 'green'),
      wire('pin15', 'a5', 'blue'),
      wire('a9', 'bottom-9', 'black'),
    ),
  },
  {
    key: 'servo',
    circuit: build(
      stand('servo'),
      wire('pin6', 'servo1.ground', 'black'),
      wire('pin2', 'servo1.power', 'red'),
      wire('pin12', 'servo1.signal', 'orange'),
    ),
  },
  {
    key: 'traffic-light',
    circuit: build(
      GROUND,
      place('resistor', 'c1', '220'),
      place('led', 'e7', 'red'),
      wire('pin11', 'a1', 'red'),
      wire('a8', 'bottom-8', 'black'),
      place('resistor', 'c11', '220'),
      place('led', 'e17', 'yellow'),
      wire('pin13', 'a11', 'yellow'),
      wire('a18', 'bottom-19', 'black'),
      place('resistor', 'c21', '220'),
      place('led', 'e27', 'green'),
      wire('pin15', 'a21', 'green'),
      wire('a28', 'bottom-28', 'black'),
    ),
  },
  {
    key: 'potentiometer',
    circuit: build(
      stand('potentiometer'),
      wire('pin39', 'potentiometer1.end1', 'black'),
      wire('pin16', 'potentiometer1.wiper', 'yellow'),
      wire('pin17', 'potentiometer1.end2', 'red'),
    ),
  },
  {
    key: 'buzzer',
    circuit: build(
      GROUND,
      place('buzzer', 'e4'),
      wire('pin32', 'a4', 'purple'),
      wire('a5', 'bottom-5', 'black'),
    ),
  },
];
