import type { Point } from '../../../bench/geometry.ts';
import type { Hands } from '../../analysis.ts';
import type { Circuit, Place, WireColor } from '../../circuit.ts';
import type { Turn } from '../../kinds/index.ts';
import type { Terminal } from '../../terminal.ts';
import { type History, startHistory } from '../../undo.ts';
import type { CircuitWords } from '../words.ts';

/** A message in any language of the page. */
export type Told = (words: CircuitWords) => string;

/** A movement of the pointer within the palette, which scrolls it; in screen pixels. */
export interface Push {
  /** The pointer's last position. */
  readonly x: number;
  /** The length of the way so far. */
  readonly length: number;
}

/** The gesture in progress. */
export type Gesture =
  /** A wire starts at a terminal, and its end follows the pointer. */
  | {
      readonly is: 'wire';
      readonly from: Terminal;
      /** The position of the pointer; `undefined` before it has moved. */
      readonly at: Point | undefined;
      /** Whether it started with a tap: then the next tap ends the wire. */
      readonly isTapped: boolean;
      readonly to: Terminal | undefined;
    }
  /** A part follows the pointer; `id` is `undefined` for a new part. */
  | {
      readonly is: 'part';
      readonly id: string | undefined;
      readonly kind: string;
      readonly variant: string;
      readonly turn: Turn;
      /** The offset from the pointer to the part's first hole, or to its corner. */
      readonly offset: Point;
      /** The nearest place; `undefined` while the pointer is outside the picture. */
      readonly place: Place | undefined;
      readonly fits: boolean;
      /** For a new part: what the pointer has done within the palette. */
      readonly push?: Push;
    };

/** The open panel below the toolbar: the circuits to open, or a link to this circuit. */
export type Panel = 'none' | 'open' | 'share';

/** The state of the editor. */
export interface EditorState {
  readonly history: History<Circuit>;
  /** The id of a part or a wire. */
  readonly selected: string | undefined;
  readonly gesture: Gesture | undefined;
  readonly hands: Hands;
  /** The color of the next wires; `undefined` if it follows from what each connects. */
  readonly color: WireColor | undefined;
  /** The last event, as a message. */
  readonly told: Told | undefined;
  /** The zoom of the picture relative to its fitting size; `undefined` means automatic. */
  readonly zoom: number | undefined;
  readonly isSounding: boolean;
  readonly panel: Panel;
}

/** The initial state of an editor with a circuit. */
export function startState(circuit: Circuit): EditorState {
  return {
    history: startHistory(circuit),
    selected: undefined,
    gesture: undefined,
    hands: new Map(),
    color: undefined,
    told: undefined,
    zoom: undefined,
    isSounding: false,
    panel: 'none',
  };
}
