import type { Circuit, Part } from './circuit.ts';
import { allConnections } from './connect.ts';
import type { Connections } from './connections.ts';
import { elementsOf, type PlacedElement } from './electrics.ts';
import { type Netlist, netlistOf } from './netlist.ts';
import { type Reach, reachThrough } from './reach.ts';

/** The properties of a circuit that do not depend on the pins. */
export interface Design {
  readonly circuit: Circuit;
  readonly netlist: Netlist;
  /** The elements with every button released and every potentiometer turned down. */
  readonly atLeast: readonly PlacedElement[];
  /** The elements with every button pressed and every potentiometer turned up. They include the closed contacts. */
  readonly atMost: readonly PlacedElement[];
  /** The reach through `atMost`. */
  readonly reach: Reach;
  readonly connections: readonly (readonly [Part, Connections])[];
}

export function designOf(circuit: Circuit): Design {
  const netlist = netlistOf(circuit);
  const atMost = elementsOf(circuit, netlist, () => 1);
  return {
    circuit,
    netlist,
    atLeast: elementsOf(circuit, netlist, () => 0),
    atMost,
    reach: reachThrough(netlist, atMost),
    connections: allConnections(circuit, netlist, atMost),
  };
}
