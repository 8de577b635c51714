import type { Point } from '../../../bench/geometry.ts';
import type { Hands } from '../../analysis.ts';
import type { Circuit, Place, WireColor } from '../../circuit.ts';
import type { Turn } from '../../kinds/index.ts';
import type { Terminal } from '../../terminal.ts';
import { type History, startHistory } from '../../undo.ts';
import type { CircuitWords } from '../words.ts';

/** Says something in whatever language the page speaks. */
export type Told = (words: CircuitWords) => string;

/** What a hand is about to do. */
export type Gesture =
  /** A wire begins at a terminal, and its end follows the hand. */
  | {
      readonly is: 'wire';
      readonly from: Terminal;
      /** Where the hand is; `undefined` before it has moved. */
      readonly at: Point | undefined;
      /** Whether it began with a tap: the next one says where the wire goes. */
      readonly isTapped: boolean;
      readonly to: Terminal | undefined;
    }
  /** A part follows the hand; `id` is `undefined` for one that is new. */
  | {
      readonly is: 'part';
      readonly id: string | undefined;
      readonly kind: string;
      readonly variant: string;
      readonly turn: Turn;
      /** From the hand to the part's first hole, or to its corner. */
      readonly offset: Point;
      /** The nearest place; `undefined` while the hand is not over the picture. */
      readonly place: Place | undefined;
      readonly fits: boolean;
    };

/** What is unfolded below the toolbar: what can be opened, or a link to this circuit. */
export type Panel = 'none' | 'open' | 'share';

/** All that the editor knows. */
export interface EditorState {
  readonly history: History<Circuit>;
  /** The id of a part or a wire. */
  readonly selected: string | undefined;
  readonly gesture: Gesture | undefined;
  readonly hands: Hands;
  /** The color of the next wire. */
  readonly color: WireColor;
  /** What happened last. */
  readonly told: Told | undefined;
  /** How much larger than to fit its panel the picture is; `undefined`: as suits the screen. */
  readonly zoom: number | undefined;
  readonly isSounding: boolean;
  readonly panel: Panel;
}

/** An editor that begins with a circuit. */
export function startState(circuit: Circuit): EditorState {
  return {
    history: startHistory(circuit),
    selected: undefined,
    gesture: undefined,
    hands: new Map(),
    color: 'green',
    told: undefined,
    zoom: undefined,
    isSounding: false,
    panel: 'none',
  };
}
