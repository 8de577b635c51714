import { compareNaturally } from '../../shared/natural-order.ts';
import { type Bench, type BenchDevice, createDevice } from '../model/bench.ts';
import type { Part } from '../parts/part.ts';
import type { Item } from './item.ts';

/** The course's circuit: it is drawn even if its devices do not exist, and before other devices of the same kinds. */
const ALWAYS = [createDevice('button', '23'), createDevice('led', '21')];

/** The items to draw: the course's circuit, and every device that has a part. */
export function benchItems(bench: Bench, parts: readonly Part[]): readonly Item[] {
  const missing = ALWAYS.filter(({ path }) => !bench.devices.has(path));
  const devices = [...bench.devices.values(), ...missing].sort(byPlace);
  return parts.flatMap((part) =>
    devices.filter(({ kind }) => kind === part.kind).map((device) => ({ part, device })),
  );
}

function byPlace(one: BenchDevice, other: BenchDevice): number {
  const isCourse = ({ path }: BenchDevice) => Number(ALWAYS.some((device) => device.path === path));
  return isCourse(other) - isCourse(one) || compareNaturally(one.path, other.path);
}
