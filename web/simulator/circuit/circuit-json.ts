import {
  type Circuit,
  EMPTY_CIRCUIT,
  LIMITS,
  type Part,
  type Place,
  WIRE_COLORS,
  type Wire,
} from './circuit.ts';
import { type Refusal, refusalOfPart, refusalOfWire, rename } from './edit.ts';
import { kindOf } from './kinds/index.ts';
import { readHole, readTerminal, terminalText } from './terminal.ts';

/** The version that is written, and the only one so far. */
export const VERSION = 1;

/** The longest text that is accepted, bytes of UTF-8. The largest circuit is smaller. */
export const MAX_BYTES = 16_384;

/** The reason why a text is not a circuit. `where` is a position in it, like `parts.led1.at`. */
export type Unreadable =
  | { readonly code: 'circuit/too-large'; readonly limit: number }
  | { readonly code: 'circuit/no-json' }
  /** The code in a link is damaged or truncated. */
  | { readonly code: 'circuit/no-code' }
  | { readonly code: 'circuit/unknown-version'; readonly version: string }
  | { readonly code: 'circuit/unfit'; readonly where: string; readonly expected: string }
  | { readonly code: 'circuit/refused'; readonly where: string; readonly refusal: Refusal };

/** A circuit, or the reason why there is none. */
export type ReadCircuit =
  | { readonly ok: true; readonly circuit: Circuit }
  | { readonly ok: false; readonly problem: Unreadable };

/** Writes a circuit as JSON. */
export function writeCircuit({ name, parts, wires }: Circuit): string {
  return JSON.stringify({
    version: VERSION,
    name,
    parts: Object.fromEntries(parts.map((part) => [part.id, writePart(part)])),
    wires: Object.fromEntries(
      wires.map(({ id, from, to, color }) => [id, [terminalText(from), terminalText(to), color]]),
    ),
  });
}

function writePart({ kind, variant, place, turn }: Part) {
  const hasVariants = (kindOf(kind)?.variants.length ?? 0) > 1;
  return {
    at:
      place.on === 'bench'
        ? [place.x, place.y]
        : terminalText({ at: 'hole', row: place.row, column: place.column }),
    ...(hasVariants && { variant }),
    ...(turn === 2 && { turned: true }),
  };
}

/** Reads the output of `writeCircuit`. The text may be untrusted: it is fully validated, and nothing is thrown. */
export function readCircuit(text: string): ReadCircuit {
  try {
    return { ok: true, circuit: parseCircuit(text) };
  } catch (error) {
    if (error instanceof UnreadableError) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Carries a problem out of the nested readers. */
class UnreadableError extends Error {
  readonly problem: Unreadable;

  constructor(problem: Unreadable) {
    super(problem.code);
    this.problem = problem;
  }
}

function parseCircuit(text: string): Circuit {
  if (isTooLarge(text)) throw new UnreadableError({ code: 'circuit/too-large', limit: MAX_BYTES });
  const json = parseJson(text);
  const { version, name = '', parts = {}, wires = {} } = membersOf(json, '');
  if (version !== VERSION)
    throw new UnreadableError({ code: 'circuit/unknown-version', version: shown(version) });
  const named = parseName(name);
  const withParts = Object.entries(membersOf(parts, 'parts')).reduce(placePart, named);
  return Object.entries(membersOf(wires, 'wires')).reduce(placeWire, withParts);
}

function isTooLarge(text: string): boolean {
  return text.length > MAX_BYTES || new TextEncoder().encode(text).length > MAX_BYTES;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableError({ code: 'circuit/no-json' });
  }
}

function membersOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(where, 'an object');
  return { ...value };
}

function parseName(name: unknown): Circuit {
  if (typeof name !== 'string') throw unfit('name', 'a text');
  const named = rename(EMPTY_CIRCUIT, name);
  if (!named.ok) throw refused('name', named.refusal);
  return named.circuit;
}

/** An id has at most three digits, so that the largest circuit stays below `MAX_BYTES`. */
const ID = /^([a-z]+)[1-9]\d{0,2}$/;

function placePart(circuit: Circuit, [id, value]: readonly [string, unknown]): Circuit {
  const where = `parts.${id}`;
  const kind = kindOf(ID.exec(id)?.[1] ?? '');
  if (!kind) throw unfit(where, 'the name of a kind and a number, as led1');
  if (circuit.parts.length >= LIMITS.parts)
    throw refused(where, { code: 'circuit/too-many-parts', limit: LIMITS.parts });
  const { at, variant = kind.variants[0], turned = false } = membersOf(value, where);
  if (typeof variant !== 'string') throw unfit(`${where}.variant`, 'a text');
  if (typeof turned !== 'boolean') throw unfit(`${where}.turned`, 'true or false');
  const place = parsePlace(at, `${where}.at`);
  const part: Part = { id, kind: kind.name, variant, place, turn: turned ? 2 : 0 };
  const refusal = refusalOfPart(circuit, part);
  if (refusal) throw refused(where, refusal);
  return { ...circuit, parts: [...circuit.parts, part] };
}

/** Reads `e12`, or the two coordinates of a part on the bench. */
function parsePlace(at: unknown, where: string): Place {
  if (Array.isArray(at)) {
    const [x, y]: unknown[] = at;
    if (at.length === 2 && typeof x === 'number' && typeof y === 'number') return { on: 'bench', x, y };
  }
  const hole = typeof at === 'string' ? readHole(at) : undefined;
  if (!hole) throw unfit(where, 'a hole, as e12, or two numbers, as [3, 0]');
  return { on: 'breadboard', row: hole.row, column: hole.column };
}

function placeWire(circuit: Circuit, [id, value]: readonly [string, unknown]): Circuit {
  const where = `wires.${id}`;
  if (ID.exec(id)?.[1] !== 'wire') throw unfit(where, 'wire and a number, as wire1');
  if (circuit.wires.length >= LIMITS.wires)
    throw refused(where, { code: 'circuit/too-many-wires', limit: LIMITS.wires });
  const wire = parseWire(id, value, where);
  const refusal = refusalOfWire(circuit, wire);
  if (refusal) throw refused(where, refusal);
  return { ...circuit, wires: [...circuit.wires, wire] };
}

function parseWire(id: string, value: unknown, where: string): Wire {
  const expected = 'two ends and a color, as ["pin40", "a2", "red"]';
  if (!Array.isArray(value) || value.length !== 3) throw unfit(where, expected);
  const ends = value.map((end: unknown) => (typeof end === 'string' ? readTerminal(end) : undefined));
  const [from, to] = ends;
  const color = WIRE_COLORS.find((each) => each === value[2]);
  if (!from || !to || !color) throw unfit(where, expected);
  return { id, from, to, color };
}

function unfit(where: string, expected: string): UnreadableError {
  return new UnreadableError({ code: 'circuit/unfit', where: where.slice(0, SHOWN), expected });
}

function refused(where: string, refusal: Refusal): UnreadableError {
  return new UnreadableError({ code: 'circuit/refused', where, refusal });
}

/** The longest part of an unknown text that is shown again, characters. */
const SHOWN = 60;

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'none').slice(0, SHOWN);
}
