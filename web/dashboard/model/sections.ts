import type { DeviceState } from '../../shared/devices.ts';
import { compareNaturally } from '../../shared/natural-order.ts';

/** Why devices stand in one section. */
export type SectionKind = 'favorites' | 'group' | 'away' | 'hidden';

/** Devices that stand together on the page. */
export interface Section {
  readonly kind: SectionKind;
  /** The group's name; empty for devices in no group, and for the other kinds of section. */
  readonly name: string;
  readonly states: readonly DeviceState[];
}

export interface SectionOptions {
  /** The topics of the devices that are away. */
  readonly away: ReadonlySet<string>;
  /** Kinds of devices in the order in which they are listed; others come after them. */
  readonly kinds: readonly string[];
}

/** A device's group: the one that people have set, else the prefix of its topic, else none. */
export function groupOf({ label, device }: DeviceState): string {
  return label.group ?? device.prefix;
}

/**
 * The sections of the page that have devices: favorites, devices in no group, the groups by name, devices that are away, hidden ones. Every
 * device is in exactly one.
 */
export function sectionsOf(states: readonly DeviceState[], options: SectionOptions): readonly Section[] {
  const sections = new Map<string, { kind: SectionKind; name: string; states: DeviceState[] }>();
  for (const state of states) {
    const kind = sectionKindOf(state, options);
    const name = kind === 'group' ? groupOf(state) : '';
    const key = `${kind} ${name}`;
    const section = sections.get(key) ?? { kind, name, states: [] };
    section.states.push(state);
    sections.set(key, section);
  }
  const compare = byPlace(options.kinds);
  return [...sections.values()]
    .sort(bySection)
    .map((section) => ({ ...section, states: section.states.sort(compare) }));
}

function sectionKindOf({ label, device }: DeviceState, { away }: SectionOptions): SectionKind {
  if (label.isHidden) return 'hidden';
  if (away.has(device.topic)) return 'away';
  return label.isFavorite ? 'favorites' : 'group';
}

const SECTION_ORDER: readonly SectionKind[] = ['favorites', 'group', 'away', 'hidden'];

function bySection(one: Section, other: Section): number {
  const rank = ({ kind }: Section) => SECTION_ORDER.indexOf(kind);
  return rank(one) - rank(other) || compareNaturally(one.name, other.name);
}

/** By the place that people have given, then by prefix and kind, then as they come: by topic. */
function byPlace(kinds: readonly string[]): (one: DeviceState, other: DeviceState) => number {
  const rank = ({ device: { kind } }: DeviceState) =>
    kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length;
  return (one, other) => {
    const places = [one.label.order ?? Infinity, other.label.order ?? Infinity] as const;
    if (places[0] !== places[1]) return places[0] - places[1];
    return compareNaturally(one.device.prefix, other.device.prefix) || rank(one) - rank(other);
  };
}
