import type { DescribedDevice } from './described-device.ts';
import { deviceIdOf, encodeLevel, entityNameOf, isOwnId, uniqueIdOf } from './entity-id.ts';
import { type Entity, entitiesOf } from './forms/index.ts';

/** Whether one message announces a device, or one message for each of its entities, which older programs understand too. */
export const ANNOUNCEMENT_FORMS = ['device', 'component'] as const;
export type AnnouncementForm = (typeof ANNOUNCEMENT_FORMS)[number];

export interface AnnouncementOptions {
  /** Home Assistant's discovery prefix. */
  readonly prefix: string;
  readonly form: AnnouncementForm;
  /** The hub's version. */
  readonly version: string;
}

/** A device, and its name if a person has given it one. */
export interface NamedDevice {
  readonly device: DescribedDevice;
  readonly label: string | undefined;
}

/** A configuration in its retained form: JSON text. */
export type Configs = ReadonlyMap<string, string>;

/** The discovery messages of one device, by topic; none if it has nothing to show or set. */
export function announcementOf(named: NamedDevice, options: AnnouncementOptions): Configs {
  const { device } = named;
  const entities = entitiesOf(device);
  if (entities.length === 0) return new Map();
  const { prefix, form } = options;
  const shared = sharedConfig(named, options);
  const id = deviceIdOf(device.topic);
  if (form === 'device') {
    const components = Object.fromEntries(
      entities.map((entity) => [
        entity.key,
        { platform: entity.platform, ...componentConfig(device, entity) },
      ]),
    );
    return new Map([[`${prefix}/device/${id}/config`, JSON.stringify({ ...shared, components })]]);
  }
  return new Map(
    entities.map((entity) => [
      `${prefix}/${entity.platform}/${id}/${encodeLevel(entity.key)}/config`,
      JSON.stringify({ ...componentConfig(device, entity), ...shared }),
    ]),
  );
}

/** The topic filters of all discovery messages below a prefix. */
export function discoveryFilters(prefix: string): readonly string[] {
  return [`${prefix}/+/+/config`, `${prefix}/+/+/+/config`];
}

/** Whether a topic is one of the discovery messages that only the hub publishes: below one of its own identifiers. */
export function isOwnDiscoveryTopic(topic: string, prefix: string): boolean {
  if (!topic.endsWith('/config') || !topic.startsWith(`${prefix}/`)) return false;
  const [, id = '', ...rest] = topic.slice(prefix.length + 1).split('/');
  return isOwnId(id) && (rest.length === 1 || rest.length === 2);
}

/** The identifier of the device that one of the hub's own discovery topics is about. */
export function ownerOf(topic: string, prefix: string): string {
  return topic.slice(prefix.length + 1).split('/')[1] ?? '';
}

function sharedConfig({ device, label }: NamedDevice, { version }: AnnouncementOptions) {
  const { topic, kind } = device;
  return {
    device: {
      identifiers: [deviceIdOf(topic)],
      name: label ?? device.name ?? titleOf(device) ?? topic,
      model: kind,
      ...(TITLES.has(kind) && { manufacturer: 'Pinhub', sw_version: version }),
    },
    origin: { name: 'pinhub', sw_version: version },
    // `online` and `offline` are Home Assistant's defaults too.
    availability: [{ topic: `${topic}/status` }],
  };
}

function componentConfig({ topic }: DescribedDevice, { key, platform, isMain = false, config }: Entity) {
  return {
    unique_id: uniqueIdOf(topic, key),
    ...(isMain && { default_entity_id: entityNameOf(platform, topic), name: null }),
    ...config,
  };
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['led', 'LED'],
  ['rgb', 'RGB LED'],
  ['servo', 'Servo'],
  ['button', 'Button'],
]);

/** `LED on GPIO 21`, for a device of one of our kinds that has no name. */
function titleOf({ kind, gpios }: DescribedDevice): string | undefined {
  const title = TITLES.get(kind);
  return title === undefined || gpios.length === 0 ? undefined : `${title} on GPIO ${gpios.join(', ')}`;
}
