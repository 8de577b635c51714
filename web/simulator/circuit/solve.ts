import { DisjointSets } from './disjoint-sets.ts';
import { type Branch, LEAK_OHMS, type Network } from './network.ts';

/**
 * The voltage of every node (Kirchhoff's laws). Diodes are linear above their knee, so the equation of each node is piecewise linear. The solution
 * has the least dissipation, which is a convex problem that Newton's method with a line search solves in a few rounds.
 */
export function solve(network: Network): Float64Array {
  const volts = new Float64Array(network.nodes);
  for (const [node, level] of network.held) volts[node] = level;
  for (const island of islandsOf(network)) settle(island, volts);
  return volts;
}

/** Free nodes that influence each other, and all branches between them and other nodes. */
interface Island {
  readonly nodes: readonly number[];
  readonly branches: readonly Branch[];
}

/** A held node separates its two sides, and smaller islands are solved faster. */
function islandsOf({ nodes, held, branches }: Network): readonly Island[] {
  const sets = new DisjointSets(nodes);
  for (const { from, to } of branches) if (!held.has(from) && !held.has(to)) sets.join(from, to);
  const islands = new Map<number, { nodes: Set<number>; branches: Branch[] }>();
  for (const branch of branches) {
    const free = [branch.from, branch.to].filter((node) => !held.has(node));
    const [first] = free;
    if (first === undefined || branch.from === branch.to) continue;
    const root = sets.find(first);
    const island = islands.get(root) ?? { nodes: new Set(), branches: [] };
    islands.set(root, island);
    island.branches.push(branch);
    for (const node of free) island.nodes.add(node);
  }
  return [...islands.values()].map((island) => ({ ...island, nodes: [...island.nodes] }));
}

/** More rounds than any circuit needs; each round finds another set of conducting diodes. */
const MOST_ROUNDS = 100;

/** The tolerance, volts: less than any meter shows. */
const CLOSE_VOLTS = 1e-9;

function settle(island: Island, volts: Float64Array): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const target = balance(island, volts);
    const steps = island.nodes.map((node, index) => (target[index] ?? 0) - (volts[node] ?? 0));
    if (steps.every((step) => Math.abs(step) < CLOSE_VOLTS)) return;
    walk(island, volts, steps);
  }
}

/** The tolerance for rounding errors of the dissipation, watts. */
const ROUNDING_WATTS = 1e-12;

/** Takes the full step, or a half, or a quarter, and so on, until the dissipation does not increase. */
function walk({ nodes, branches }: Island, volts: Float64Array, steps: readonly number[]): void {
  const start = nodes.map((node) => volts[node] ?? 0);
  const before = dissipation(nodes, branches, volts);
  for (let share = 1; share > CLOSE_VOLTS; share /= 2) {
    for (const [index, node] of nodes.entries())
      volts[node] = (start[index] ?? 0) + share * (steps[index] ?? 0);
    if (dissipation(nodes, branches, volts) <= before + ROUNDING_WATTS) return;
  }
}

/** Half the power dissipated in resistors and above the knees of diodes, watts. */
function dissipation(nodes: readonly number[], branches: readonly Branch[], volts: Float64Array): number {
  let watts = 0;
  for (const { from, to, ohms, kneeVolts } of branches) {
    const across = (volts[from] ?? 0) - (volts[to] ?? 0);
    const drop = kneeVolts === undefined ? across : Math.max(0, across - kneeVolts);
    watts += (drop * drop) / ohms;
  }
  for (const node of nodes) watts += (volts[node] ?? 0) ** 2 / LEAK_OHMS;
  return watts / 2;
}

/** The voltages of an island's nodes if the set of conducting diodes stays as it is now. */
function balance({ nodes, branches }: Island, volts: Float64Array): Float64Array {
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  const matrix = nodes.map((_, index) => {
    const row = new Float64Array(nodes.length);
    row[index] = 1 / LEAK_OHMS;
    return row;
  });
  const amps = new Float64Array(nodes.length);
  const enter = (here: number, there: number, siemens: number, knee: number) => {
    const row = indexOf.get(here);
    if (row === undefined) return;
    const column = indexOf.get(there);
    add(matrix[row], row, siemens);
    if (column === undefined) add(amps, row, siemens * (volts[there] ?? 0));
    else add(matrix[row], column, -siemens);
    add(amps, row, siemens * knee);
  };
  for (const { from, to, ohms, kneeVolts } of branches) {
    const isBlocking = kneeVolts !== undefined && (volts[from] ?? 0) - (volts[to] ?? 0) <= kneeVolts;
    if (isBlocking) continue;
    enter(from, to, 1 / ohms, kneeVolts ?? 0);
    enter(to, from, 1 / ohms, -(kneeVolts ?? 0));
  }
  return eliminate(matrix, amps);
}

function add(row: Float64Array | undefined, index: number, value: number): void {
  if (row) row[index] = (row[index] ?? 0) + value;
}

/** Solves a symmetric, diagonally dominant system, which needs no pivoting. */
function eliminate(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++)
    for (let row = pivot + 1; row < size; row++) {
      const factor = at(matrix[row], pivot) / at(matrix[pivot], pivot);
      if (factor === 0) continue;
      for (let column = pivot; column < size; column++)
        add(matrix[row], column, -factor * at(matrix[pivot], column));
      add(right, row, -factor * at(right, pivot));
    }
  const found = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    let rest = at(right, row);
    for (let column = row + 1; column < size; column++) rest -= at(matrix[row], column) * at(found, column);
    found[row] = rest / at(matrix[row], row);
  }
  return found;
}

function at(row: Float64Array | undefined, index: number): number {
  return row?.[index] ?? 0;
}
