import type { PinState } from '../model/pin-state.ts';
import type { Circuit } from './circuit.ts';
import type { Fault } from './fault.ts';
import type { Reading } from './reading.ts';

/** What hands do to parts, by id: 1 is pressed, 0–1 is how far it is turned. Who is not there is at rest. */
export type Hands = ReadonlyMap<string, number>;

/** What is known of the pins, by BCM number: `bench.pins`, or `pinStateOf` for each. One that is not there has never been used. */
export type PinStates = ReadonlyMap<number, PinState>;

/** What a circuit puts on a pin from outside: a level, or nothing that its own pull would not overcome. */
export type OutsideLevel = 0 | 1 | 'open';

/** What a circuit does with the pins as they are. */
export interface Analysis {
  /** By the part's id; every part has one. */
  readonly readings: ReadonlyMap<string, Reading>;
  /** What each GPIO sees that something is connected to, by BCM number. It matters for inputs; to be published at `board/gpio/<n>/level`. */
  readonly levels: ReadonlyMap<number, OutsideLevel>;
  /** The worst first. */
  readonly faults: readonly Fault[];
}

export declare function analyse(circuit: Circuit, pins: PinStates, hands: Hands): Analysis;
