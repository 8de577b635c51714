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

/** The faults that do not depend on the pins, and the data needed to find those that do. */
export interface Examination {
  readonly faults: readonly Fault[];
  readonly clusters: readonly Cluster[];
  readonly loads: ReadonlyMap<number, number>;
}

/** Examines a circuit. This is the slowest part of the analysis and is only needed once per circuit. */
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

/** All faults of a circuit for the current pins, the most serious first. */
export function faultsNow(
  design: Design,
  { faults, clusters, loads }: Examination,
  { pins, moments, levels }: Now,
): readonly Fault[] {
  const certain = [...faults, ...shortFaults(clusters, pins)];
  const found = [...certain, ...inputFaults(design, pins, levels)];
  // If one of these faults explains a pin's overload, report only that fault.
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
