import { HEADER_PINS, headerPinOf } from '../../../header/header-pins.ts';
import { type Circuit, kindOfPart, occupants } from '../../circuit.ts';
import { type LegTerminal, readTerminal, type Terminal, terminalText } from '../../terminal.ts';
import type { CircuitWords } from '../words.ts';
import { terminalName } from './names.ts';

/**
 * Parses the terminal for the end of a wire, as a user types it or as the page names it: `E12`, `−9 of the bottom rail`, `GPIO 17`, `GND`, `pino 11`,
 * `Servo 1: signal`. `undefined` if there is no such terminal.
 */
export function readInput(text: string, circuit: Circuit, words: CircuitWords): Terminal | undefined {
  const plain = plainly(text);
  return (
    readLeg(plain, circuit, words) ??
    readGpio(plain) ??
    readSupply(plain, circuit) ??
    readRail(plain) ??
    notLeg(readTerminal(plain))
  );
}

/** Without case, spaces, accents, and the words that only say what it is. */
function plainly(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\s,\p{M}]+/gu, '')
    .replace('−', '-')
    .replace(/^(?:hole|furo)/, '')
    .replace(/pino(?=\d)/, 'pin');
}

function readGpio(text: string): Terminal | undefined {
  const named = /\(pin(\d{1,2})\)$/.exec(text)?.[1];
  if (named !== undefined) return readTerminal(`pin${named}`);
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
  '33v': 'power-3v3',
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

const SIDES: Readonly<Record<string, string>> = {
  top: 'top',
  cima: 'top',
  bottom: 'bottom',
  baixo: 'bottom',
};

/** Reads a hole of a rail, with its number before or after the rail. */
function readRail(text: string): Terminal | undefined {
  const found =
    /^(?<hole>[+-]\d{1,2})(?:ofthe|datrilha)?(?:de)?(?<side>top|bottom|cima|baixo)(?:rail)?$/.exec(text) ??
    /^(?:trilha)?(?:de)?(?<side>top|bottom|cima|baixo)(?:rail)?(?<hole>[+-]\d{1,2})$/.exec(text);
  const { side = '', hole = '' } = found?.groups ?? {};
  return found ? readTerminal(`${SIDES[side]}${hole}`) : undefined;
}

/** A leg is only a terminal if it is there. */
function notLeg(terminal: Terminal | undefined): Terminal | undefined {
  return terminal?.at === 'leg' ? undefined : terminal;
}

/** Reads a leg of a part next to the breadboard: `servo1.signal`, or as it is named on the page, with or without what is in brackets. */
function readLeg(text: string, circuit: Circuit, words: CircuitWords): Terminal | undefined {
  return wiredLegs(circuit).find((terminal) => {
    const name = plainly(terminalName(terminal, circuit, words));
    return [terminalText(terminal), name, name.replace(/\(.*/, '')].includes(text);
  });
}

function wiredLegs({ parts }: Circuit): readonly LegTerminal[] {
  return parts.flatMap((part) =>
    part.place.on === 'bench'
      ? kindOfPart(part).legs.map(({ name }) => ({ at: 'leg', part: part.id, leg: name }) as const)
      : [],
  );
}

/** The suggestions of the form: the header's pins, and the legs of parts next to the breadboard. */
export function offeredInputs(circuit: Circuit, words: CircuitWords): readonly string[] {
  const pins = HEADER_PINS.flatMap(({ gpio }) => (gpio === undefined ? [] : [`GPIO ${gpio}`]));
  const legs = wiredLegs(circuit).map((leg) => terminalName(leg, circuit, words));
  return ['GND', '3V3', '5V', ...legs, ...pins];
}
