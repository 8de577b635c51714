import { HEADER_PINS, headerPinOf } from '../../../header/header-pins.ts';
import { type Circuit, kindOfPart, occupants } from '../../circuit.ts';
import { type LegTerminal, readTerminal, type Terminal, terminalText } from '../../terminal.ts';

/** Parses the terminal for the end of a wire, as a user types it: `E12`, `GPIO 17`, `GND`, `pino 11`. `undefined` if there is no such terminal. */
export function readInput(text: string, circuit: Circuit): Terminal | undefined {
  const plain = text
    .toLowerCase()
    .replace(/[\s,]+/g, '')
    .replace('−', '-')
    .replace(/^pino/, 'pin');
  const terminal = readGpio(plain) ?? readSupply(plain, circuit) ?? readTerminal(plain);
  return terminal?.at === 'leg' && !isThere(terminal, circuit) ? undefined : terminal;
}

function readGpio(text: string): Terminal | undefined {
  const number = /^(?:gpio|bcm)(\d{1,2})$/.exec(text)?.[1];
  const pin = number === undefined ? undefined : headerPinOf(Number(number));
  return pin && { at: 'header', physical: pin.physical };
}

const SUPPLIES: Readonly<Record<string, string>> = {
  gnd: 'ground',
  ground: 'ground',
  terra: 'ground',
  '3v3': 'power-3v3',
  '3.3v': 'power-3v3',
  '5v': 'power-5v',
};

/** The header has several pins for ground and for each supply: use the first free one, or else the first. */
function readSupply(text: string, circuit: Circuit): Terminal | undefined {
  const role = Object.hasOwn(SUPPLIES, text) ? SUPPLIES[text] : undefined;
  const pins = HEADER_PINS.filter((pin) => pin.role === role).map(
    ({ physical }) => ({ at: 'header', physical }) as const,
  );
  const taken = occupants(circuit);
  return pins.find((pin) => !taken.has(terminalText(pin))) ?? pins[0];
}

function isThere({ part, leg }: LegTerminal, { parts }: Circuit): boolean {
  const owner = parts.find(({ id, place }) => id === part && place.on === 'bench');
  return owner !== undefined && kindOfPart(owner).legs.some(({ name }) => name === leg);
}

/** The suggestions of the form: the header's pins, and the legs of parts next to the breadboard. */
export function offeredInputs({ parts }: Circuit): readonly string[] {
  const pins = HEADER_PINS.flatMap(({ gpio }) => (gpio === undefined ? [] : [`GPIO ${gpio}`]));
  const legs = parts.flatMap((part) =>
    part.place.on === 'bench' ? kindOfPart(part).legs.map(({ name }) => `${part.id}.${name}`) : [],
  );
  return ['GND', '3V3', '5V', ...legs, ...pins];
}
