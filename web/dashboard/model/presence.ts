import type { DeviceState } from '../../shared/devices.ts';

/** How many devices are online, and how many are known. */
export interface Presence {
  readonly online: number;
  readonly all: number;
}

export function presenceOf(states: readonly DeviceState[]): Presence {
  return { online: states.filter(({ status }) => status === 'online').length, all: states.length };
}

export function isSamePresence(one: Presence, other: Presence): boolean {
  return one.online === other.online && one.all === other.all;
}
