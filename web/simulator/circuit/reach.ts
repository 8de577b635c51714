import { DisjointSets } from './disjoint-sets.ts';
import type { PlacedElement } from './electrics.ts';
import type { Netlist } from './netlist.ts';

/** Nets that are connected through parts. A net with a supply ends a path and belongs to no group. */
export interface Reach {
  /** The GPIOs that can be reached from a net, including its own. */
  gpiosFrom(net: number): readonly number[];
  /** Whether a path leads from a net to one that fits. The net itself counts, and so do the supplies at the ends. */
  leads(net: number, fits: (net: number) => boolean): boolean;
  /** A number that identifies the group of connected nets. */
  groupOf(net: number): number;
}

/** The nets that can be reached through these elements, in either direction of current. */
export function reachThrough(netlist: Netlist, elements: readonly PlacedElement[]): Reach {
  const isEnd = (net: number) => (netlist.nets[net]?.supplies.length ?? 0) > 0;
  const sets = new DisjointSets(netlist.nets.length);
  for (const { from, to } of elements) if (!isEnd(from) && !isEnd(to)) sets.join(from, to);
  const groups = new Map<number, Set<number>>();
  for (const { from, to } of elements)
    for (const root of new Set([from, to].filter((net) => !isEnd(net)).map((net) => sets.find(net)))) {
      const group = groups.get(root) ?? new Set();
      groups.set(root, group.add(from).add(to));
    }
  const around = (net: number) => (isEnd(net) ? [net] : [...(groups.get(sets.find(net)) ?? [net])]);
  return {
    gpiosFrom: (net) => {
      const gpios = around(net).flatMap((each) => netlist.nets[each]?.gpios ?? []);
      return gpios.sort((one, other) => one - other);
    },
    leads: (net, fits) => around(net).some(fits),
    groupOf: (net) => sets.find(net),
  };
}
