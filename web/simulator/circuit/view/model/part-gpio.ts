import type { Circuit } from '../../circuit.ts';
import { kindOfPart } from '../../circuit.ts';
import type { Netlist } from '../../netlist.ts';

/** The kinds of parts that may lie between a pin and a part. */
const PASSED = new Set(['resistor', 'potentiometer']);

/**
 * The pin that a part is connected to, directly or through resistors, as a BCM number; `undefined` if there is none.
 */
export function gpioOfPart(circuit: Circuit, netlist: Netlist, id: string): number | undefined {
  const seen = new Set<number>();
  let reached = netsOfPart(circuit, netlist, id);
  while (reached.length > 0) {
    const gpio = reached.flatMap((net) => netlist.nets[net]?.gpios ?? [])[0];
    if (gpio !== undefined) return gpio;
    for (const net of reached) seen.add(net);
    reached = reached.flatMap((net) => netsBehind(circuit, netlist, net)).filter((net) => !seen.has(net));
  }
  return undefined;
}

/** The nets of a part's legs, except ground and the supplies. */
function netsOfPart({ parts }: Circuit, netlist: Netlist, id: string): readonly number[] {
  const part = parts.find((each) => each.id === id);
  if (!part) return [];
  const nets = kindOfPart(part).legs.flatMap(({ name }) => netlist.netOfLeg(id, name) ?? []);
  return [...new Set(nets)].filter((net) => netlist.nets[net]?.supplies.length === 0);
}

function netsBehind(circuit: Circuit, netlist: Netlist, net: number): readonly number[] {
  const legs = netlist.nets[net]?.legs ?? [];
  const passed = circuit.parts.filter(
    ({ id, kind }) => PASSED.has(kind) && legs.some(({ part }) => part === id),
  );
  return passed.flatMap(({ id }) => netsOfPart(circuit, netlist, id));
}
