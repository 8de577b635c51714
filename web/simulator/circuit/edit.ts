import {
  BENCH,
  type Circuit,
  kindOfPart,
  LIMITS,
  legsOf,
  type Occupant,
  occupants,
  type Part,
  type Place,
  WIRE_COLORS,
  type Wire,
  type WireColor,
} from './circuit.ts';
import { kindOf, type Turn } from './kinds/index.ts';
import { isHeaderPin, isOnBoard, type Terminal, terminalText } from './terminal.ts';

/** The reason why an edit is refused. The facts are for texts in any language. */
export type Refusal =
  | { readonly code: 'circuit/too-many-parts'; readonly limit: number }
  | { readonly code: 'circuit/too-many-wires'; readonly limit: number }
  | { readonly code: 'circuit/name-too-long'; readonly limit: number }
  | { readonly code: 'circuit/unknown-kind'; readonly kind: string }
  | { readonly code: 'circuit/unknown-variant'; readonly kind: string; readonly variant: string }
  | { readonly code: 'circuit/unknown-part'; readonly part: string }
  | { readonly code: 'circuit/unknown-wire'; readonly wire: string }
  | { readonly code: 'circuit/unknown-color'; readonly color: string }
  | { readonly code: 'circuit/wrong-turn'; readonly kind: string; readonly turn: number }
  /** The part belongs on the breadboard but the place is next to it, or the other way round. */
  | { readonly code: 'circuit/wrong-ground'; readonly kind: string; readonly stands: 'breadboard' | 'bench' }
  /** One of its legs would be off the board, or the part would be off the bench. */
  | { readonly code: 'circuit/off-board' }
  /** The terminal for the wire does not exist. */
  | { readonly code: 'circuit/no-terminal'; readonly terminal: string }
  /** `by` is the id of the part or wire that occupies the terminal. */
  | { readonly code: 'circuit/occupied'; readonly terminal: string; readonly by: string }
  | { readonly code: 'circuit/wire-to-itself'; readonly terminal: string };

/** The edited circuit, with the id of the added or changed item; or the reason for refusal. */
export type Edited =
  | { readonly ok: true; readonly circuit: Circuit; readonly id: string }
  | { readonly ok: false; readonly refusal: Refusal };

export interface NewPart {
  readonly kind: string;
  readonly place: Place;
  /** Default: the first variant of the kind. */
  readonly variant?: string;
  readonly turn?: Turn;
}

export interface NewWire {
  readonly from: Terminal;
  readonly to: Terminal;
  readonly color: WireColor;
}

/** An edit that can be applied to a circuit. */
export type Edit = (circuit: Circuit) => Edited;

/** The properties of a part that can be changed. */
export type PartChange = Partial<Pick<Part, 'place' | 'turn' | 'variant'>>;

export function addPart(circuit: Circuit, { kind, place, variant, turn = 0 }: NewPart): Edited {
  const found = kindOf(kind);
  if (!found) return refuse({ code: 'circuit/unknown-kind', kind });
  if (circuit.parts.length >= LIMITS.parts)
    return refuse({ code: 'circuit/too-many-parts', limit: LIMITS.parts });
  const id = nextId(kind, circuit.parts);
  const part = { id, kind, variant: variant ?? found.variants[0] ?? '', place, turn };
  const refusal = refusalOfPart(circuit, part);
  return refusal ? refuse(refusal) : accept({ ...circuit, parts: [...circuit.parts, part] }, id);
}

/** Moves, turns or changes a part. Wires stay in their holes, but wires on the legs of a part next to the breadboard move with it. */
export function changePart(circuit: Circuit, id: string, change: PartChange): Edited {
  const before = circuit.parts.find((part) => part.id === id);
  if (!before) return refuse({ code: 'circuit/unknown-part', part: id });
  const after = { ...before, ...change };
  const others = circuit.parts.filter((part) => part.id !== id);
  const refusal = refusalOfPart({ ...circuit, parts: others }, after);
  if (refusal) return refuse(refusal);
  return accept({ ...circuit, parts: circuit.parts.map((part) => (part === before ? after : part)) }, id);
}

/** Removes a part, and the wires on its legs if it is next to the breadboard. */
export function removePart(circuit: Circuit, id: string): Edited {
  if (!circuit.parts.some((part) => part.id === id))
    return refuse({ code: 'circuit/unknown-part', part: id });
  const isOnIt = (end: Terminal) => end.at === 'leg' && end.part === id;
  const parts = circuit.parts.filter((part) => part.id !== id);
  const wires = circuit.wires.filter(({ from, to }) => !isOnIt(from) && !isOnIt(to));
  return accept({ ...circuit, parts, wires }, id);
}

export function addWire(circuit: Circuit, { from, to, color }: NewWire): Edited {
  if (circuit.wires.length >= LIMITS.wires)
    return refuse({ code: 'circuit/too-many-wires', limit: LIMITS.wires });
  const id = nextId('wire', circuit.wires);
  const wire = { id, from, to, color };
  const refusal = refusalOfWire(circuit, wire);
  return refusal ? refuse(refusal) : accept({ ...circuit, wires: [...circuit.wires, wire] }, id);
}

export function recolorWire(circuit: Circuit, id: string, color: WireColor): Edited {
  if (!circuit.wires.some((wire) => wire.id === id))
    return refuse({ code: 'circuit/unknown-wire', wire: id });
  if (!WIRE_COLORS.includes(color)) return refuse({ code: 'circuit/unknown-color', color });
  const wires = circuit.wires.map((wire) => (wire.id === id ? { ...wire, color } : wire));
  return accept({ ...circuit, wires }, id);
}

export function removeWire(circuit: Circuit, id: string): Edited {
  const wires = circuit.wires.filter((wire) => wire.id !== id);
  if (wires.length === circuit.wires.length) return refuse({ code: 'circuit/unknown-wire', wire: id });
  return accept({ ...circuit, wires }, id);
}

/** Names the circuit; the returned id is empty. Control characters, and spaces around the name, are removed. */
export function rename(circuit: Circuit, name: string): Edited {
  const trimmed = name
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .trim();
  if (trimmed.length > LIMITS.nameCharacters)
    return refuse({ code: 'circuit/name-too-long', limit: LIMITS.nameCharacters });
  return accept({ ...circuit, name: trimmed }, '');
}

/** The reason against adding a part to a circuit; `undefined` if there is none. Its kind must be known. */
export function refusalOfPart(circuit: Circuit, part: Part): Refusal | undefined {
  const kind = kindOfPart(part);
  if (!kind.variants.includes(part.variant))
    return { code: 'circuit/unknown-variant', kind: part.kind, variant: part.variant };
  if (!kind.turns.includes(part.turn))
    return { code: 'circuit/wrong-turn', kind: part.kind, turn: part.turn };
  if (part.place.on !== kind.stands)
    return { code: 'circuit/wrong-ground', kind: part.kind, stands: kind.stands };
  return part.place.on === 'bench' ? offBench(part.place) : blocked(circuit, part);
}

function offBench({ x, y }: Place & { on: 'bench' }): Refusal | undefined {
  const isWithin = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;
  const isOnIt = isWithin(x, BENCH.width) && isWithin(y, BENCH.height);
  return isOnIt ? undefined : { code: 'circuit/off-board' };
}

function blocked(circuit: Circuit, part: Part): Refusal | undefined {
  const taken = occupants(circuit);
  const holes = legsOf(part).map(({ terminal }) => terminal);
  if (holes.includes(undefined)) return { code: 'circuit/off-board' };
  return first(holes, (hole) => hole && occupied(taken, hole));
}

/** The reason against adding a wire to a circuit; `undefined` if there is none. */
export function refusalOfWire(circuit: Circuit, { from, to, color }: Wire): Refusal | undefined {
  if (!WIRE_COLORS.includes(color)) return { code: 'circuit/unknown-color', color };
  const missing = [from, to].find((end) => !isTerminal(circuit, end));
  if (missing) return { code: 'circuit/no-terminal', terminal: terminalText(missing) };
  if (terminalText(from) === terminalText(to))
    return { code: 'circuit/wire-to-itself', terminal: terminalText(from) };
  const taken = occupants(circuit);
  return first([from, to], (end) => occupied(taken, end));
}

function isTerminal({ parts }: Circuit, terminal: Terminal): boolean {
  if (terminal.at === 'hole') return isOnBoard(terminal);
  if (terminal.at === 'header') return isHeaderPin(terminal.physical);
  const part = parts.find(({ id }) => id === terminal.part);
  return part?.place.on === 'bench' && kindOfPart(part).legs.some(({ name }) => name === terminal.leg);
}

function occupied(taken: ReadonlyMap<string, Occupant>, terminal: Terminal): Refusal | undefined {
  const text = terminalText(terminal);
  const occupant = taken.get(text);
  if (!occupant) return undefined;
  const by = occupant.is === 'part' ? occupant.part.id : occupant.wire.id;
  return { code: 'circuit/occupied', terminal: text, by };
}

/** The first result that is not `undefined`. */
function first<T, R>(items: readonly T[], give: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const given = give(item);
    if (given !== undefined) return given;
  }
  return undefined;
}

/** The lowest free id: `led2` if `led1` is taken. */
function nextId(prefix: string, items: readonly { readonly id: string }[]): string {
  const taken = new Set(items.map(({ id }) => id));
  let number = 1;
  while (taken.has(`${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}

function accept(circuit: Circuit, id: string): Edited {
  return { ok: true, circuit, id };
}

function refuse(refusal: Refusal): Edited {
  return { ok: false, refusal };
}
