import { kindOfPart, type Part } from '../circuit.ts';
import type { Connections } from '../connections.ts';
import type { Design } from '../design.ts';
import type { Fault } from '../fault.ts';

/** Legs that are connected to nothing or to each other, and the faults that each kind finds. */
export function legFaults({ connections, atMost }: Design): readonly Fault[] {
  return connections.flatMap(([part, connected]) => {
    const own = atMost.filter((each) => each.part === part.id);
    const isShorted = own.length > 0 && own.every(({ from, to }) => from === to);
    const found = [
      ...looseLegs(part, connected),
      ...(isShorted ? [joinedLegs(own.flatMap(({ element }) => element.between))] : []),
      ...(kindOfPart(part).check?.(connected) ?? []),
    ];
    return found.map((fault) => ({ ...fault, parts: [part.id], wires: [] }));
  });
}

/** Reports one fault per piece of metal: the two legs of a contact count as one. */
function looseLegs(part: Part, { isLoose }: Connections) {
  const { legs, joined = [], optional = [] } = kindOfPart(part);
  const isFollower = (leg: string) => joined.some((group) => group.includes(leg) && group[0] !== leg);
  return legs
    .map(({ name }) => name)
    .filter((leg) => !isFollower(leg) && isLoose(leg))
    .map((leg) => {
      const severity = optional.includes(leg) ? ('hint' as const) : ('fault' as const);
      return { code: 'part/leg-loose' as const, severity, leg };
    });
}

function joinedLegs(legs: readonly string[]) {
  return { code: 'part/legs-joined' as const, severity: 'fault' as const, legs: [...new Set(legs)] };
}
