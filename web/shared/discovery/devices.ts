import type { DeviceInfo, InfoProblem } from '../../../devices/facts/device-info.ts';
import {
  type PropertyInfo,
  type PropertyProblem,
  readProperties,
} from '../../../devices/facts/property-info.ts';
import { type Announcement, type Availability, type AvailabilityMode, readAnnouncement } from './config.ts';
import { DISCOVERED_KIND } from './kind.ts';
import type { DescribedPart, Part, Source, UndrawnPart } from './part.ts';
import { partsOf } from './platforms.ts';
import { readPick, whole } from './template.ts';

/** A device that another program has announced, described like our own devices. */
export interface DiscoveredDevice {
  /** The topic of people's labels for it: `<prefix>/<identifier>`. No message of the device itself is there. */
  readonly topic: string;
  readonly info: DeviceInfo;
  /** The topics at which its properties are read and set. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The discovery messages that it was made from. */
  readonly configTopics: readonly string[];
  readonly availabilities: readonly Availability[];
  readonly availabilityMode: AvailabilityMode;
}

type Group = readonly (readonly [configTopic: string, announcement: Announcement])[];

/**
 * The devices that discovery messages describe. This is all that pages know of Home Assistant's discovery: both forms, short names, shared
 * members, and templates that only pick a value. Whatever a message holds, it never throws.
 */
export class DiscoveryReader {
  #announcements: ReadonlyMap<string, { readonly text: string; readonly said: Announcement | undefined }> =
    new Map();
  #devices: ReadonlyMap<string, { readonly group: Group; readonly device: DiscoveredDevice }> = new Map();

  /** Reads all messages, by topic. A device is the same object for as long as its messages are the same. */
  read(texts: ReadonlyMap<string, string>): readonly DiscoveredDevice[] {
    this.#announcements = new Map(
      [...texts].map(([topic, text]) => [topic, this.#announcement(topic, text)]),
    );
    this.#devices = new Map(
      [...this.#groups()].map(([topic, group]) => {
        const known = this.#devices.get(topic);
        const isSame = known !== undefined && isSameGroup(known.group, group);
        return [topic, isSame ? known : { group, device: describe(topic, group) }];
      }),
    );
    return [...this.#devices.values()].map(({ device }) => device).filter(hasSomething);
  }

  #announcement(topic: string, text: string) {
    const known = this.#announcements.get(topic);
    return known?.text === text ? known : { text, said: readAnnouncement(topic, text) };
  }

  #groups(): ReadonlyMap<string, Group> {
    const groups = new Map<string, (readonly [string, Announcement])[]>();
    for (const [configTopic, { said }] of this.#announcements) {
      if (!said) continue;
      const topic = topicOf(said);
      const group = groups.get(topic) ?? [];
      group.push([configTopic, said]);
      groups.set(topic, group);
    }
    return groups;
  }
}

function isSameGroup(one: Group, other: Group): boolean {
  return (
    one.length === other.length && one.every(([, announcement], index) => announcement === other[index]?.[1])
  );
}

function hasSomething({ info: { properties, problems } }: DiscoveredDevice): boolean {
  return properties.length + problems.length > 0;
}

/** Its identifier may be any text; the topic level made from it has no characters with a meaning there. */
function topicOf({ prefix, deviceId }: Announcement): string {
  return `${prefix}/${deviceId.replace(/[/+#\0\s]+/g, '-').slice(0, MAX_ID)}`;
}

const MAX_ID = 200;

function describe(topic: string, group: Group): DiscoveredDevice {
  const announcements = group.map(([, announcement]) => announcement);
  const parts = announcements.flatMap(({ entities }) => entities).flatMap(partsOf);
  const drawn = parts.filter(isDrawn);
  const { properties, problems } = readProperties(
    Object.fromEntries(drawn.map(({ key, schema }) => [key, schema])),
  );
  const undrawn = parts.filter((part): part is UndrawnPart => !isDrawn(part));
  return {
    topic,
    info: infoOf({
      name: announcements.find(({ name }) => name !== undefined)?.name,
      driver: announcements.find(({ origin }) => origin !== undefined)?.origin,
      properties,
      problems: [...problems, ...undrawn.map(problemOf)],
    }),
    sources: new Map(drawn.map(({ key, source }) => [key, source])),
    configTopics: group.map(([configTopic]) => configTopic),
    availabilities: announcements[0]?.availabilities ?? [],
    availabilityMode: announcements[0]?.availabilityMode ?? 'latest',
  };
}

function isDrawn(part: Part): part is DescribedPart {
  return 'source' in part;
}

interface Described {
  readonly name: string | undefined;
  readonly driver: string | undefined;
  readonly properties: readonly PropertyInfo[];
  readonly problems: readonly (PropertyProblem | InfoProblem)[];
}

function infoOf(described: Described): DeviceInfo {
  return {
    kind: DISCOVERED_KIND,
    gpios: [],
    steps: undefined,
    frequenciesHz: [],
    effects: [],
    limits: {},
    isPressable: false,
    ...described,
    name: described.name?.trim().slice(0, 100) || undefined,
  };
}

function problemOf({ label, fault, detail }: UndrawnPart): InfoProblem {
  return { property: label, fault, detail: detail.slice(0, 100) };
}

/**
 * Whether a device is online, by the last messages of its availability topics, in the order in which they came; `undefined` while there are none.
 * A device without such topics counts as online, and so does one whose template computes.
 */
export function isAvailable(
  { availabilities, availabilityMode }: Pick<DiscoveredDevice, 'availabilities' | 'availabilityMode'>,
  said: ReadonlyMap<string, string>,
): boolean | undefined {
  if (availabilities.length === 0) return true;
  const known = availabilities.map((one) => ({ one, text: said.get(one.topic) }));
  if (known.every(({ text }) => text === undefined)) return undefined;
  const last = [...said.keys()].findLast((topic) => availabilities.some((one) => one.topic === topic));
  const counted = availabilityMode === 'latest' ? known.filter(({ one }) => one.topic === last) : known;
  const answers = counted.map(({ one, text }) => text !== undefined && isThere(one, text));
  return availabilityMode === 'all' ? answers.every(Boolean) : answers.some(Boolean);
}

function isThere({ template, available }: Availability, text: string): boolean {
  const pick = template === undefined ? whole : readPick(template);
  return !pick || pick(text) === available;
}
