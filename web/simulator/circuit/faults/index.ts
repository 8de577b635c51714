import type { Design } from '../design.ts';
import type { Fault, FaultFacts, Severity } from '../fault.ts';
import type { OutsidePin } from '../levels.ts';
import type { Moment } from '../moments.ts';
import type { PinStates } from '../pin-drive.ts';
import { type Cluster, clustersOf } from './clusters.ts';
import { inputFaults, voltageFaults } from './inputs.ts';
import { ledFaults } from './leds.ts';
import { legFaults } from './legs.ts';
import { outputFaults, pinLoads, sumFaults } from './outputs.ts';
import { shortFaults } from './shorts.ts';

export type { Fault, FaultFacts, Severity } from '../fault.ts';

/** What is wrong with a circuit whatever the pins do, and what it takes to see what is wrong with what they do. */
export interface Examination {
  readonly faults: readonly Fault[];
  readonly clusters: readonly Cluster[];
  readonly loads: ReadonlyMap<number, number>;
}

/** Examines a circuit. It takes longer than all the rest, and need be done only once for each circuit. */
export function examineDesign(design: Design): Examination {
  return {
    faults: [...legFaults(design), ...ledFaults(design), ...voltageFaults(design)],
    clusters: clustersOf(design),
    loads: pinLoads(design),
  };
}

interface Now {
  readonly pins: PinStates;
  readonly moments: readonly Moment[];
  readonly levels: ReadonlyMap<number, OutsidePin>;
}

/** All faults of a circuit as the pins are now, the worst first. */
export function faultsNow(
  design: Design,
  { faults, clusters, loads }: Examination,
  { pins, moments, levels }: Now,
): readonly Fault[] {
  const certain = [...faults, ...shortFaults(clusters, pins)];
  const found = [...certain, ...inputFaults(design, pins, levels)];
  // A pin has too much to give because of these: they are the ones to mend.
  const isExplained = certain.some(({ code }) => CAUSES.includes(code));
  const loaded = isExplained ? [] : [...outputFaults(loads, pins), ...sumFaults(moments, pins)];
  return [...found, ...loaded].sort((one, other) => rankOf(one.severity) - rankOf(other.severity));
}

const CAUSES: readonly FaultFacts['code'][] = [
  'led/no-resistor',
  'led/too-much-current',
  'servo/from-pin',
  'supply/short',
  'supply/joined',
  'pin/short',
  'pin/outputs-joined',
];

function rankOf(severity: Severity): number {
  return ['danger', 'fault', 'hint'].indexOf(severity);
}
