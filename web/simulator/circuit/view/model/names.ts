import { isRail } from '../../../bench/breadboard.ts';
import { HEADER_PINS, pinName } from '../../../header/header-pins.ts';
import { type Circuit, legsOf, type Part, type Wire } from '../../circuit.ts';
import type { Hole, Terminal } from '../../terminal.ts';
import type { CircuitWords } from '../words.ts';

/** The name of a kind, with its color or its value: `red LED`, `Resistor 220 Ω`. */
export function variantName(kind: string, variant: string, words: CircuitWords): string {
  const { wording } = words;
  const name = wording.kinds[kind] ?? kind;
  if (variant === '') return name;
  return kind === 'resistor'
    ? `${name} ${ohmsText(variant, words)}`
    : wording.coloredLed(wording.ledColors[variant] ?? variant);
}

/** `220 Ω`, `4.7 kΩ`, `1 MΩ`. */
export function ohmsText(variant: string, { instrument }: Pick<CircuitWords, 'instrument'>): string {
  const ohms = Number(variant);
  if (ohms >= 1e6) return `${instrument.number(ohms / 1e6)} MΩ`;
  return ohms >= 1000 ? `${instrument.number(ohms / 1000)} kΩ` : `${instrument.number(ohms)} Ω`;
}

/** The name of a part: `LED 1 (red)`. */
export function partName(
  { id, kind, variant }: Pick<Part, 'id' | 'kind' | 'variant'>,
  words: CircuitWords,
): string {
  const number = id.slice(kind.length);
  const name = `${words.wording.kinds[kind] ?? kind} ${number}`;
  if (variant === '') return name;
  if (kind === 'resistor') return `${name} (${ohmsText(variant, words)})`;
  return `${name} (${words.wording.ledColors[variant] ?? variant})`;
}

/** The name of a leg. */
export function legName(leg: string, { wording }: CircuitWords): string {
  return wording.legs[leg] ?? wording.leg(leg);
}

/** The print on the board at a hole: `e12`, or `−9` on a rail. */
export function holePrint({ row, column }: Pick<Hole, 'row' | 'column'>): string {
  return `${isRail(row) ? row.slice(-1).replace('-', '−') : row}${column + 1}`;
}

/** The name of a hole: `e12`, `−9 of the bottom rail`. */
export function holeName(hole: Pick<Hole, 'row' | 'column'>, { wording }: CircuitWords): string {
  const print = holePrint(hole);
  if (!isRail(hole.row)) return print;
  return hole.row.startsWith('top') ? wording.topRail(print) : wording.bottomRail(print);
}

/** The shortest name of a terminal, for somebody who sees it: `e12`, `−9`, `GPIO 17`, `signal`. */
export function shortName(terminal: Terminal, words: CircuitWords): string {
  if (terminal.at === 'hole') return holePrint(terminal);
  return terminal.at === 'leg' ? legName(terminal.leg, words) : pinText(terminal.physical, words);
}

function pinText(physical: number, { instrument }: CircuitWords): string {
  const pin = HEADER_PINS[physical - 1];
  return pin ? pinName(pin, instrument) : '';
}

/** The name of the terminal at the end of a wire: `GPIO 17 (pin 11)`, `hole e12`, `Servo 1: signal`. */
export function terminalName(
  terminal: Terminal,
  circuit: Pick<Circuit, 'parts'>,
  words: CircuitWords,
): string {
  const name = spotName(terminal, circuit, words);
  return terminal.at === 'hole' ? words.wording.hole(name) : name;
}

/** The same, without saying that a hole is one: `e12`. */
export function spotName(terminal: Terminal, { parts }: Pick<Circuit, 'parts'>, words: CircuitWords): string {
  if (terminal.at === 'hole') return holeName(terminal, words);
  if (terminal.at === 'leg') {
    const part = parts.find(({ id }) => id === terminal.part);
    return `${part ? partName(part, words) : terminal.part}: ${legName(terminal.leg, words)}`;
  }
  return words.wording.pin(pinText(terminal.physical, words), String(terminal.physical));
}

/** The place of a part: its holes, or the area next to the breadboard. */
export function placeName(part: Part, words: CircuitWords): string {
  if (part.place.on === 'bench') return words.wording.beside;
  const holes = legsOf(part).flatMap(({ terminal }) =>
    terminal?.at === 'hole' ? [holeName(terminal, words)] : [],
  );
  return words.list(holes);
}

export function wireName({ from, to, color }: Wire, circuit: Circuit, words: CircuitWords): string {
  const { wording } = words;
  return wording.wire(
    terminalName(from, circuit, words),
    terminalName(to, circuit, words),
    wording.wireColors[color] ?? color,
  );
}

/** The name of a circuit. */
export function circuitName({ name }: Pick<Circuit, 'name'>, { wording }: CircuitWords): string {
  return name || wording.unnamed;
}
