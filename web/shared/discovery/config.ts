import { longNameOf } from './abbreviations.ts';
import { isObject, type Members, membersOf, textOf, textsOf } from './members.ts';

/** The topic at which a device reports whether it is there. */
export interface Availability {
  readonly topic: string;
  readonly template: string | undefined;
  /** The payload for online; any other means offline. */
  readonly available: string;
}

/** How several availabilities count together. Home Assistant's default is `latest`. */
export type AvailabilityMode = 'all' | 'any' | 'latest';

/** One entity that a program has announced, with all names in full. */
export interface Entity {
  /** Unique among those of its device. */
  readonly key: string;
  /** `light`, `sensor`. */
  readonly platform: string;
  readonly config: Members;
}

/** The content of one discovery message: a device, or a part of one. */
export interface Announcement {
  /** The topic levels in front of the message's platform: `homeassistant`. */
  readonly prefix: string;
  /** Two messages with the same identifier are about the same device. */
  readonly deviceId: string;
  /** The device's name, if the message has one. */
  readonly name: string | undefined;
  /** The program that announces it. */
  readonly origin: string | undefined;
  readonly entities: readonly Entity[];
  readonly availabilities: readonly Availability[];
  readonly availabilityMode: AvailabilityMode;
}

/** The platforms of Home Assistant (home-assistant/core, components/mqtt/const.py). Other programs use topics of this form for other things. */
const PLATFORMS =
  'alarm_control_panel binary_sensor button camera climate cover date datetime device_automation device_tracker event fan humidifier image lawn_mower light lock notify number scene select sensor siren switch tag text time update vacuum valve water_heater'.split(
    ' ',
  );

/** Members at the root of a device's message that apply to each of its components (home-assistant/core, components/mqtt/schemas.py). */
const SHARED = [
  'availability',
  'availability_mode',
  'availability_template',
  'availability_topic',
  'command_topic',
  'encoding',
  'payload_available',
  'qos',
  'state_topic',
];

/**
 * Reads a message at `<prefix>/<platform>/[<node>/]<id>/config`; the prefix may have several levels. Gives `undefined` for what is no
 * announcement, as others use such topics too.
 */
export function readAnnouncement(topic: string, text: string): Announcement | undefined {
  const json = parse(text);
  if (!isObject(json)) return undefined;
  const config = expand(json);
  const levels = topic.split('/').slice(0, -1);
  // With a node, the platform is the third level from behind, else the second.
  return readAt(levels, levels.length - 3, config) ?? readAt(levels, levels.length - 2, config);
}

function readAt(levels: readonly string[], at: number, config: Members): Announcement | undefined {
  const platform = levels[at];
  if (at < 1 || platform === undefined) return undefined;
  const place = { prefix: levels.slice(0, at).join('/'), id: levels.slice(at + 1).join('/') };
  if (platform === 'device')
    return isObject(config.components) ? deviceAnnouncement(place, config) : undefined;
  if (!PLATFORMS.includes(platform)) return undefined;
  const key = `${platform} ${place.id.replaceAll('/', ' ')}`;
  const full = withBase(config);
  return announcement(place, full, [{ key, platform, config: full }]);
}

/** The parts of a discovery topic that say which device a message is about. */
interface Place {
  readonly prefix: string;
  readonly id: string;
}

function deviceAnnouncement(place: Place, config: Members): Announcement {
  const shared = Object.fromEntries(SHARED.flatMap((name) => (name in config ? [[name, config[name]]] : [])));
  const components = Object.entries(membersOf(config.components)).flatMap(([key, value]): Entity[] => {
    const { platform, ...own } = expand(membersOf(value));
    const isThere = typeof platform === 'string' && Object.keys(own).length > 0;
    return isThere ? [{ key, platform, config: withBase({ ...shared, ...own }) }] : [];
  });
  return announcement(place, config, components);
}

function announcement({ prefix, id }: Place, config: Members, entities: readonly Entity[]): Announcement {
  const device = expand(membersOf(config.device));
  const mode = config.availability_mode;
  return {
    prefix,
    deviceId: textsOf(device.identifiers)[0] ?? connectionOf(device.connections) ?? id,
    name: textOf(device.name) ?? (isObject(config.device) ? undefined : textOf(config.name)),
    origin: textOf(expand(membersOf(config.origin)).name),
    entities,
    availabilities: availabilitiesOf(entities[0]?.config ?? config),
    availabilityMode: mode === 'all' || mode === 'any' ? mode : 'latest',
  };
}

/** A pair such as `["mac", "02:5b:26:a8:dc:12"]`. */
function connectionOf(connections: unknown): string | undefined {
  const first: unknown = Array.isArray(connections) ? connections[0] : undefined;
  const words = textsOf(first);
  return words.length === 2 ? words.join(' ') : undefined;
}

function availabilitiesOf(config: Members): readonly Availability[] {
  const { availability, availability_topic: topic, availability_template: template } = config;
  const list = Array.isArray(availability) ? availability : [availability];
  const given =
    topic === undefined
      ? list.map((one) => expand(membersOf(one)))
      : [{ ...config, topic, value_template: template }];
  return given.flatMap((one: Members) => {
    const at = textOf(one.topic);
    if (at === undefined) return [];
    return [
      {
        topic: at,
        template: textOf(one.value_template),
        available: textOf(one.payload_available) ?? 'online',
      },
    ];
  });
}

/** The same object with all names in full. */
function expand(members: Members): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [longNameOf(name), value]));
}

/** The same with `~` replaced at the beginning or the end of topics, those of the availability included. */
function withBase(config: Members): Members {
  const base = config['~'];
  if (typeof base !== 'string') return config;
  const full = (members: Members) =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        name.endsWith('topic') && typeof value === 'string' ? replaceBase(value, base) : value,
      ]),
    );
  const { availability } = config;
  const list = Array.isArray(availability) ? availability : availability === undefined ? [] : [availability];
  return { ...full(config), availability: list.map((one) => full(expand(membersOf(one)))) };
}

function replaceBase(topic: string, base: string): string {
  const start = topic.startsWith('~') ? `${base}${topic.slice(1)}` : topic;
  return start.endsWith('~') ? `${start.slice(0, -1)}${base}` : start;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Any program may publish to any topic.
    throw error;
  }
}
