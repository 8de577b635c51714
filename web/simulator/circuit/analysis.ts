import { type Circuit, kindOfPart } from './circuit.ts';
import { type Design, designOf } from './design.ts';
import { elementsOf, type HandOf } from './electrics.ts';
import { type Examination, examineDesign, type Fault, faultsNow } from './faults/index.ts';
import { type OutsidePin, readLevels } from './levels.ts';
import { momentsOf } from './moments.ts';
import type { Netlist } from './netlist.ts';
import type { PinStates } from './pin-drive.ts';
import { reachThrough } from './reach.ts';
import type { Reading } from './reading.ts';
import { type AtWork, readParts } from './readings.ts';

export type { PinStates } from './pin-drive.ts';

/** The positions of the parts' controls, by part id: 1 is pressed, 0–1 is how far it is turned. A part without an entry is at rest. */
export type Hands = ReadonlyMap<string, number>;

/** The state of a circuit for the current pins and controls. */
export interface Analysis {
  readonly netlist: Netlist;
  /** Has an entry for every part, by id. */
  readonly readings: ReadonlyMap<string, Reading>;
  /** The level that each connected GPIO sees, unless it is an output, by BCM number. */
  readonly levels: ReadonlyMap<number, OutsidePin>;
  /** The same with every button released. */
  readonly levelsAtRest: ReadonlyMap<number, OutsidePin>;
  /** The most serious first. */
  readonly faults: readonly Fault[];
}

export type Analyze = (circuit: Circuit, pins: PinStates, hands: Hands) => Analysis;

/** Analyzes a circuit once. A page that follows the pins should use `createAnalyzer`. */
export const analyze: Analyze = (circuit, pins, hands) => createAnalyzer()(circuit, pins, hands);

/** Creates an analysis that caches the circuit: while the circuit is the same object, it only repeats what depends on pins and controls. */
export function createAnalyzer(): Analyze {
  let last: { readonly design: Design; readonly examination: Examination } | undefined;
  return (circuit, pins, hands) => {
    if (last?.design.circuit !== circuit) {
      const design = designOf(circuit);
      last = { design, examination: examineDesign(design) };
    }
    return analyzeNow(last, pins, hands);
  };
}

function analyzeNow(
  { design, examination }: { readonly design: Design; readonly examination: Examination },
  pins: PinStates,
  hands: Hands,
): Analysis {
  const handOf: HandOf = (part, { atRest }) => hands.get(part) ?? atRest;
  const work = putToWork(design, pins, handOf);
  const levels = readLevels(work);
  return {
    netlist: design.netlist,
    readings: readParts(work),
    levels,
    levelsAtRest: isPressing(design, hands) ? readLevels(putToWork(design, pins, letGo(handOf))) : levels,
    faults: faultsNow(design, examination, { pins, moments: work.moments, levels }),
  };
}

function putToWork({ circuit, netlist }: Design, pins: PinStates, handOf: HandOf): AtWork {
  const elements = elementsOf(circuit, netlist, handOf);
  const reach = reachThrough(netlist, elements);
  return { circuit, netlist, elements, reach, pins, moments: momentsOf(netlist, elements, pins), handOf };
}

function isPressing({ circuit }: Design, hands: Hands): boolean {
  return circuit.parts.some((part) => {
    const { hand } = kindOfPart(part);
    return hand?.does === 'press' && (hands.get(part.id) ?? hand.atRest) !== hand.atRest;
  });
}

/** Releases buttons only: a potentiometer keeps its position. */
function letGo(handOf: HandOf): HandOf {
  return (part, hand) => (hand.does === 'press' ? hand.atRest : handOf(part, hand));
}
