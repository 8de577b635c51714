import type { Circuit } from './circuit.ts';

/** What is joined: one net for each strip, rail and pin, and more in one where wires or the metal of a part join them. */
export interface Netlist {
  /** Of every terminal that something is in, and of all header pins: the number of its net, by `terminalText`. */
  readonly nets: ReadonlyMap<string, number>;
  /** What each net holds. */
  readonly count: number;
  /** The net of a leg: by `led1.anode`. */
  readonly legs: ReadonlyMap<string, number>;
  /** The net of a GPIO, by its BCM number. */
  readonly gpios: ReadonlyMap<number, number>;
  readonly ground: number;
}

export declare function netlistOf(circuit: Circuit): Netlist;
