import { HEADER_PINS } from '../../../devices/facts/header.ts';
import { isRail, ROW_NAMES, type Row } from '../bench/breadboard.ts';

/** The number of columns of the breadboard: a half-size one. */
export const COLUMNS = 30;

/** A hole of the breadboard. */
export interface Hole {
  readonly at: 'hole';
  readonly row: Row;
  /** Counted from 0. */
  readonly column: number;
}

/** A pin of the Raspberry Pi's header. */
export interface HeaderTerminal {
  readonly at: 'header';
  /** The number in print, 1–40. */
  readonly physical: number;
}

/** A leg of a part next to the breadboard. */
export interface LegTerminal {
  readonly at: 'leg';
  /** The id of the part. */
  readonly part: string;
  /** The name of the leg, as its kind defines it. */
  readonly leg: string;
}

/** The places that an end of a wire can be plugged into. */
export type Terminal = Hole | HeaderTerminal | LegTerminal;

/** Whether a hole exists on the board. Rails have a gap after every fifth hole. */
export function isOnBoard({ row, column }: Omit<Hole, 'at'>): boolean {
  const isColumn = Number.isInteger(column) && column >= 0 && column < COLUMNS;
  return isColumn && ROW_NAMES.includes(row) && !(isRail(row) && column % 6 === 5);
}

/** Whether a number is a pin of the header. */
export function isHeaderPin(physical: number): boolean {
  return HEADER_PINS[physical - 1] !== undefined;
}

/** A terminal as a unique text: `e12`, `top+3` (columns count from 1, as on a real board), `pin40`, `servo1.signal`. */
export function terminalText(terminal: Terminal): string {
  if (terminal.at === 'header') return `pin${terminal.physical}`;
  if (terminal.at === 'leg') return `${terminal.part}.${terminal.leg}`;
  return `${terminal.row.replace(' ', '')}${terminal.column + 1}`;
}

const ROW_OF = new Map(ROW_NAMES.map((row) => [row.replace(' ', ''), row]));

/** Reads the output of `terminalText`; `undefined` if the text cannot be a terminal. */
export function readTerminal(text: string): Terminal | undefined {
  return readHeader(text) ?? readHole(text) ?? readLeg(text);
}

function readHeader(text: string): HeaderTerminal | undefined {
  const physical = Number(/^pin([1-9]\d?)$/.exec(text)?.[1]);
  return isHeaderPin(physical) ? { at: 'header', physical } : undefined;
}

/** Reads `e12` or `top+3`. */
export function readHole(text: string): Hole | undefined {
  const [, name = '', number = ''] = /^([a-j]|(?:top|bottom)[+-])([1-9]\d?)$/.exec(text) ?? [];
  const row = ROW_OF.get(name);
  const column = Number(number) - 1;
  return row && isOnBoard({ row, column }) ? { at: 'hole', row, column } : undefined;
}

function readLeg(text: string): LegTerminal | undefined {
  const [, part, leg] = /^([a-z]+\d+)\.([a-z0-9]+)$/.exec(text) ?? [];
  return part !== undefined && leg !== undefined ? { at: 'leg', part, leg } : undefined;
}
