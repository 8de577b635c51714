import type { Design } from '../design.ts';
import type { PlacedElement } from '../electrics.ts';

/** Elements that influence each other: no supply lies between them. */
export interface Group {
  /** The elements with all controls at their lowest, and at their highest position. */
  readonly variants: readonly [readonly PlacedElement[], readonly PlacedElement[]];
  /** The GPIOs that the elements connect to. */
  readonly gpios: readonly number[];
}

/** The groups of a circuit. Each can be tested independently. */
export function groupsOf({ netlist, atLeast, atMost, reach }: Design): readonly Group[] {
  const isEnd = (net: number) => (netlist.nets[net]?.supplies.length ?? 0) > 0;
  const netIn = ({ from, to }: PlacedElement) => (isEnd(from) ? to : from);
  // An element between two supplies is a group of its own.
  const keyOf = (each: PlacedElement) => {
    const net = netIn(each);
    return isEnd(net) ? `${each.part} ${each.element.between[0]}` : String(reach.groupOf(net));
  };
  const calm = groupBy(atLeast, keyOf);
  return [...groupBy(atMost, keyOf)].map(([key, elements]) => {
    const nets = [...new Set(elements.flatMap(({ from, to }) => [from, to]))];
    return {
      variants: [calm.get(key) ?? [], elements],
      gpios: nets.flatMap((net) => netlist.nets[net]?.gpios ?? []),
    };
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}
