import type { Bench } from './model/bench.ts';
import type { TimeBase } from './scope/time-base.ts';
import type { Words } from './words.ts';

/** What a person has chosen on the page. */
export interface Choices {
  /** The pin on the oscilloscope's first channel, BCM number. */
  readonly gpio: number;
  /** The pin on its second channel; `undefined` while that is off. */
  readonly secondGpio: number | undefined;
  readonly timeBase: TimeBase;
  /** Lamps shine as light as they look (CIE 1931), rather than in proportion to their power. */
  readonly isPerceived: boolean;
  /** Devices as they lay themselves out, or a circuit of one's own. */
  readonly view: View;
}

export type View = 'bench' | 'circuit';

/** What a person can do on the page. */
export interface Actions {
  choose(choices: Partial<Choices>): void;
  /** Sets the duty cycle of the LED on the chosen pin, percent 0–100. */
  setDuty(percent: number): void;
  /** Presses a button of the board, as `button/23/pressed`, or lets go; the hub lets go if this page vanishes. */
  press(path: string, isPressed: boolean): void;
}

/** All that parts and panels draw from. */
export interface Scene {
  readonly isHubThere: boolean;
  /** Whether one may publish to a topic of the board, as `led/21/duty`. */
  readonly mayPublish: (path: string) => boolean;
  readonly words: Words;
  readonly bench: Bench;
  /** The duty cycle that is wanted of the LED on the chosen pin, percent; `undefined` while nobody has said one. */
  readonly dutyPercent: number | undefined;
  readonly choices: Choices;
  readonly actions: Actions;
}
