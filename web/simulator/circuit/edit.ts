import type { Circuit, Part, Place, WireColor } from './circuit.ts';
import type { Turn } from './kinds/index.ts';
import type { Terminal } from './terminal.ts';

/** Why an edit cannot be. The facts are for the words of any language. */
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
  /** It stands on the breadboard, or beside it, and the place is the other. */
  | { readonly code: 'circuit/wrong-ground'; readonly kind: string; readonly stands: 'breadboard' | 'bench' }
  /** One of its legs would be beside the board, or the part beside the bench. */
  | { readonly code: 'circuit/off-board' }
  /** What the wire is to be put into does not exist. */
  | { readonly code: 'circuit/no-terminal'; readonly terminal: string }
  /** `by` is the id of the part or the wire that is there. */
  | { readonly code: 'circuit/occupied'; readonly terminal: string; readonly by: string }
  | { readonly code: 'circuit/wire-to-itself'; readonly terminal: string };

/** The circuit as edited, with the id of what was added or changed; or why not. */
export type Edited =
  | { readonly ok: true; readonly circuit: Circuit; readonly id: string }
  | { readonly ok: false; readonly refusal: Refusal };

export interface NewPart {
  readonly kind: string;
  readonly place: Place;
  /** Default: the kind's usual one. */
  readonly variant?: string;
  readonly turn?: Turn;
}

export interface NewWire {
  readonly from: Terminal;
  readonly to: Terminal;
  readonly color: WireColor;
}

export type Edit = (circuit: Circuit) => Edited;

/** What can be changed of a part. */
export type PartChange = Partial<Pick<Part, 'place' | 'turn' | 'variant'>>;

export declare function addPart(circuit: Circuit, part: NewPart): Edited;
/** Moves, turns or exchanges a part. Wires on its legs go with one that stands on the bench; those in holes stay. */
export declare function changePart(circuit: Circuit, id: string, change: PartChange): Edited;
/** Takes a part away, and the wires on the legs of one that stands on the bench. */
export declare function removePart(circuit: Circuit, id: string): Edited;
export declare function addWire(circuit: Circuit, wire: NewWire): Edited;
export declare function recolorWire(circuit: Circuit, id: string, color: WireColor): Edited;
export declare function removeWire(circuit: Circuit, id: string): Edited;
/** Names the circuit; `id` is empty. */
export declare function rename(circuit: Circuit, name: string): Edited;
