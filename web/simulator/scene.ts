import type { Bench } from './model/bench.ts';
import type { TimeBase } from './scope/time-base.ts';
import type { Words } from './words.ts';

/** The user's choices on the page. */
export interface Choices {
  /** The pin on the oscilloscope's first channel, BCM number. */
  readonly gpio: number;
  /** The pin on its second channel; `undefined` while the channel is off. */
  readonly secondGpio: number | undefined;
  readonly timeBase: TimeBase;
  /** Whether lamps are drawn with their perceived lightness (CIE 1931), rather than in proportion to their power. */
  readonly isPerceived: boolean;
  /** Whether the oscilloscope is folded to its slider, where it can be. */
  readonly isScopeFolded?: boolean;
  /** The automatic layout of the devices, or the user's own circuit. */
  readonly view: View;
}

export type View = 'bench' | 'circuit';

/** The user's actions on the page. */
export interface Actions {
  choose(choices: Partial<Choices>): void;
  /** Sets the duty cycle of the LED on the chosen pin, percent 0–100. */
  setDuty(percent: number): void;
  /** Presses or releases a button of the board, as `button/23/pressed`; the hub releases it if this page vanishes. */
  press(path: string, isPressed: boolean): void;
}

/** The data from which parts and panels are drawn. */
export interface Scene {
  readonly isHubThere: boolean;
  /** Whether the user may publish to a topic of the board, like `led/21/duty`. */
  readonly mayPublish: (path: string) => boolean;
  readonly words: Words;
  readonly bench: Bench;
  /** The desired duty cycle of the LED on the chosen pin, percent; `undefined` until somebody sets one. */
  readonly dutyPercent: number | undefined;
  readonly choices: Choices;
  readonly actions: Actions;
}
