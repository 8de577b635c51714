import type { DeviceState } from '../../shared/devices.ts';

/** A place to give to a device. */
export interface Placing {
  readonly state: DeviceState;
  readonly order: number;
}

/**
 * The places to publish so that the device at index `from` of a section comes to index `to`. Devices behind both that have no place, or one that
 * still fits, are left alone.
 */
export function reorder(states: readonly DeviceState[], from: number, to: number): readonly Placing[] {
  const moved = states[from];
  if (!moved || from === to) return [];
  const sequence = states.toSpliced(from, 1).toSpliced(to, 0, moved);
  const last = Math.max(from, to);
  const placings: Placing[] = [];
  let before = 0;
  for (const [index, state] of sequence.entries()) {
    const { order } = state.label;
    const isFit = index > last && (order === undefined || order > before);
    const place = isFit ? order : Math.max(index, Math.floor(before)) + 1;
    if (place === undefined) break; // No device behind this one has a place either.
    if (place !== order) placings.push({ state, order: place });
    before = place;
  }
  return placings;
}
