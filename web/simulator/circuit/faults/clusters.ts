import type { Design } from '../design.ts';
import { DisjointSets } from '../disjoint-sets.ts';
import type { Supply } from '../supply.ts';

/** Nets that are connected through almost no resistance, such as the contact of a pressed button. */
export interface Cluster {
  readonly supplies: readonly Supply[];
  readonly gpios: readonly number[];
  /** The parts whose contacts connect the nets. */
  readonly parts: readonly string[];
  readonly wires: readonly string[];
}

/** An element with a resistance below this connects nets like a wire. */
const CONTACT_OHMS = 1;

/** The clusters of a circuit while all buttons are pressed, without those that cannot have a fault. */
export function clustersOf({ netlist, atMost }: Design): readonly Cluster[] {
  const contacts = atMost.filter(({ element }) => element.is === 'resistor' && element.ohms < CONTACT_OHMS);
  const sets = new DisjointSets(netlist.nets.length);
  for (const { from, to } of contacts) sets.join(from, to);
  const clusters = new Map<
    number,
    { supplies: Supply[]; gpios: number[]; parts: string[]; wires: string[] }
  >();
  for (const [index, { supplies, gpios, wires }] of netlist.nets.entries()) {
    const root = sets.find(index);
    const cluster = clusters.get(root) ?? { supplies: [], gpios: [], parts: [], wires: [] };
    clusters.set(root, cluster);
    cluster.supplies.push(...supplies);
    cluster.gpios.push(...gpios);
    cluster.wires.push(...wires);
  }
  for (const { part, from } of contacts) clusters.get(sets.find(from))?.parts.push(part);
  return [...clusters.values()].filter(({ supplies, gpios }) => supplies.length + gpios.length > 1);
}
